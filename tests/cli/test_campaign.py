"""The commands about campaigns: each states its marking, and nobody is told of below AMBER."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from muniment.app.material import material
from muniment.cli import cli
from muniment.evidence.declared_party import DeclaredParty
from muniment.model.party import Account
from muniment.model.tlp import TLP, Audience, Marking
from muniment.publish.projection import PUBLIC
from muniment.publish.view import build
from muniment.stores.opening import open_store
from muniment.wiring import site
from tests.app.campaign.conftest import CampaignWorld

Run = Callable[..., Result]
CANARIES = ("canary-login", "Canary Name", "canary@people.example", "777000111", "canary-handle", "canary-reason")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[CampaignWorld]:
    """The made-up project as it was seen yesterday, with somebody in it who must not show."""
    store = open_store(str(tmp_path / "muniment.sqlite"))
    made = CampaignWorld(store)
    made.today = datetime.now(UTC) - timedelta(days=2)
    made.organization(
        "callisto", noor_example=(4712, "member", "none"), canary_login=(777000111, "owner", "insecure")
    )
    for n in range(7):
        made.github.people["github:org/callisto"][6000 + n] = (f"canary-login-{n}", "outside", "none")
    made.more.append(
        DeclaredParty(
            handle="canary-handle",
            name="Canary Name",
            github_id=777000111,
            accounts=(Account("email", "canary@people.example"),),
        )
    )
    made.run()
    yield made
    store.close()


@pytest.fixture
def run(world: CampaignWorld, tmp_path: Path) -> Run:
    def typed(*words: str, code: int = 0) -> Result:
        done = CliRunner().invoke(cli, ["campaign", *words, "-r", str(tmp_path)])
        assert (0 if done.exit_code == 0 else 1) == code, f"{words}: {done.output} {done.exception!r}"
        return done

    return typed


def exempted(run: Run) -> None:
    until = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    run("exempt", "canary-handle", "--reason", "canary-reason", "--until", until, "--by", "ada")


def test_every_output_states_its_marking(run: Run) -> None:
    assert run("start", "two-factor", "--by", "ada").stdout.startswith("TLP:AMBER")
    for words in (["status"], ["status", "--people"], ["preview"], ["preview", "--all", "--markdown"], ["notify"]):
        assert run(*words).stdout.startswith("TLP:AMBER"), words
    assert json.loads(run("status", "--format", "json").stdout)["marking"].startswith("TLP:AMBER")
    rows = run("status", "--format", "csv").stdout.splitlines()
    assert rows[0].endswith(",marking") and all("TLP:AMBER" in row for row in rows[1:]) and len(rows) == 10
    assert run("status", "--format", "markdown").stdout.startswith("*TLP:AMBER")
    assert run("close", "--by", "ada").stdout.startswith("*TLP:AMBER")


def test_no_person_shows_in_what_everybody_may_see(run: Run, world: CampaignWorld) -> None:
    run("start", "two-factor", "--by", "ada")
    amber = run("preview", "--show-addresses", "--all").stdout
    exempted(run)
    amber += run("status", "--people").stdout
    assert all(canary in amber for canary in CANARIES), "they are there to be leaked"
    for form in ("table", "json", "csv", "markdown"):
        public = run("status", "--public", "--format", form).stdout
        assert "TLP:CLEAR" in public
        assert not any(canary.lower() in public.lower() for canary in CANARIES)
    assert "9" in public and "8" not in public, "the numbers under five are hidden"
    view = build(material(world.store, world.checks, now=world.today), world.checks)
    for audience in (PUBLIC, Audience(TLP.GREEN, frozenset())):
        for name, data in site(view, audience).items():
            text = data.decode(errors="replace").lower()
            assert not any(canary.lower() in text for canary in CANARIES), name
    report = run("close", "--by", "ada").output
    assert not any(canary.lower() in report.lower() for canary in CANARIES)


def test_addresses_are_redacted_unless_they_are_asked_for(run: Run) -> None:
    run("start", "two-factor", "--by", "ada")
    shown = run("preview").output + run("notify").output + run("status").output
    assert "canary@people.example" not in shown and "c…@people.example" in shown
    assert "noor@people.example" not in shown
    assert "canary@people.example" in run("preview", "--show-addresses").stdout


def test_json_tells_all_of_it(run: Run) -> None:
    run("start", "two-factor", "--by", "ada")
    exempted(run)
    told = json.loads(run("status", "--format", "json").stdout)
    assert told["version"] == 1 and told["day"] == 0 and told["days"] == 90
    assert told["counts"] == {"to-go": 8, "cannot-see": 0, "complied": 0, "left": 0, "exempt": 1}
    assert {s["stands"] for s in told["subjects"]} == {"to-go", "exempt"}
    assert [b["open"] for b in told["burndown"]] == [8]
    (line,) = (o for o in told["organizations"] if o["to_go"])
    assert line["asset"] == "github:org/callisto" and line["required"] is False
    assert len(told["due"]) == 8


def test_the_list_of_people_says_since_when_and_by_when_each_is_asked(run: Run, world: CampaignWorld) -> None:
    run("start", "two-factor", "--by", "ada")
    today = datetime.now(UTC)
    names, *rows = run("status", "--people", "--format", "csv").stdout.splitlines()
    assert names.startswith("subject,stands,since,asked since,by,why") and all(",to go," in row for row in rows)
    row = next(row for row in rows if "noor" in row)
    assert f",{today:%Y-%m-%d}," not in row, "no message has reached anybody"
    ahead = run("status", "--people", "--format", "csv", "--day", "1").stdout.splitlines()
    last = (today + timedelta(days=90)).date()
    assert f",{today:%Y-%m-%d},{last}," in next(row for row in ahead if "noor" in row)
    told = json.loads(run("status", "--format", "json", "--day", "1").stdout)
    assert {s["by"] for s in told["subjects"]} == {str(last)}


def test_the_council_is_shown_who_has_time_of_their_own(run: Run, world: CampaignWorld) -> None:
    world.today = datetime.now(UTC) - timedelta(days=88)
    world.begin()
    own = f"have time of their own, until {(datetime.now(UTC) + timedelta(days=14)).date()}"
    assert own in run("status", "--day", "89").stdout.replace("\n", " ")
    assert own in run("preview", "--day", "89").stdout.replace("\n", " ")
    assert own not in run("status").stdout, "nobody was told anything before today"


def test_what_cannot_be_is_refused_with_what_to_do(run: Run) -> None:
    assert "No campaign was started yet" in run("status").output
    assert run("preview", code=1).exception.message == "no campaign was started yet"  # type: ignore[union-attr]
    assert "one of: " in str(run("start", "three-factor", "--by", "ada", code=1).exception.hint)  # type: ignore[union-attr]
    run("start", "two-factor", "--by", "ada")
    ahead = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    for words, why in (
        (("notify", "--apply", "--pretend-now", ahead), "--apply"),
        (("notify", "--apply", "--day", "30"), "--apply"),
        (("status", "--day", "3", "--pretend-now", ahead), "--day"),
        (("status", "nothing"), "no campaign 'nothing'"),
        (("preview", "--csv", "list.csv"), "go together"),
        (("preview", "--channel", "nosuch"), "'nosuch' is not a channel"),
        (("notify", "--channel", "nosuch"), "'nosuch' is not a channel"),
        (("exempt", "noor", "--by", "ada"), "a reason and an end"),
        (("exempt", "noor", "--by", "ada", "--reason", "x", "--until", "2026-01-01"), "is past"),
        (("exempt", "nobody-known", "--by", "ada", "--reason", "x", "--until", ahead), "nobody-known"),
        (("delegate", "callisto", "--by", "ada"), "who asks"),
        (("pause", "--by", "nobody-known"), "nobody-known"),
        (("resume", "--by", "ada"), "not paused"),
        (("reopen", "--by", "ada"), "not closed"),
    ):
        refused = run(*words, code=1)
        assert why in str(refused.exception), words
    refused = run("preview", "--channel", "nosuch", code=1)
    assert "chat, csv, email, github-issue" in str(refused.exception.hint)  # type: ignore[union-attr]


def test_nobody_is_delegated_to_in_a_campaign_that_asks_no_people(run: Run, world: CampaignWorld) -> None:
    world.declare("github:repo/callisto/core", subproject="lodestar")
    world.repositories.reporting["github:repo/callisto/core"] = False
    world.run(1)
    run("start", "private-reporting", "--by", "ada")
    refused = run("delegate", "callisto", "--to", "ada", "--by", "ada", code=1)
    assert "asks subprojects" in str(refused.exception)
    assert "checklist" in str(refused.exception.hint)  # type: ignore[union-attr]


def test_a_campaign_that_asks_no_people_tells_of_assets_and_of_no_requirement(
    run: Run, world: CampaignWorld
) -> None:
    world.declare("github:repo/callisto/core", subproject="lodestar")
    world.repositories.reporting["github:repo/callisto/core"] = False
    world.run(1)
    begun = run("start", "private-reporting", "--by", "ada").output
    assert "1 message is due: muniment campaign preview shows it." in begun
    shown = run("status").stdout
    assert shown.splitlines()[1].split("  ")[0] == "asset" and "organization" not in shown
    assert "required" not in shown and "asked by" not in shown
    run("start", "two-factor", "--by", "ada")
    assert "required" in run("status", "two-factor").stdout
    again = run("start", "two-factor", "--by", "ada", code=1)
    assert "campaign status two-factor" in str(again.exception.hint)  # type: ignore[union-attr]
    refused = run("status", code=1)
    assert "private-reporting, two-factor" in str(refused.exception)
    assert "status private-reporting" in str(refused.exception.hint)  # type: ignore[union-attr]
    report = run("close", "private-reporting", "--by", "ada").stdout
    assert "| asset | to go |" in report and "requires it" not in report
    assert "| requires it |" in run("close", "two-factor", "--by", "ada").stdout
    again = run("start", "two-factor", "--by", "ada", code=1)
    assert "campaign reopen two-factor" in str(again.exception.hint)  # type: ignore[union-attr]


def test_two_people_with_one_address_are_named_and_the_address_is_not(run: Run, world: CampaignWorld) -> None:
    world.more.append(DeclaredParty(handle="zed", accounts=(Account("email", "Canary@People.example"),)))
    world.run(1)
    run("start", "two-factor", "--by", "ada")
    for word in ("preview", "notify"):
        shown = run(word).output
        assert "several people of the register: canary-handle, zed" in shown
        assert "noor," not in shown and "canary@people" not in shown.lower()


def test_the_preview_says_whose_account_is_not_sure(run: Run, world: CampaignWorld) -> None:
    world.more = [replace(f, github_id=None) if f.key == "noor" else f for f in world.more]
    world.run(1)
    run("start", "two-factor", "--by", "ada")
    assert (
        "github-id:4712/announcement to nobody: not sure whose account it is: pin github-id"
        in run("preview").stdout
    )
    assert "1 more reach nobody by email: not sure whose account it is" in run("notify").output


def test_a_hostile_login_does_nothing_on_the_terminal(run: Run, world: CampaignWorld) -> None:
    world.github.people["github:org/callisto"][9999] = ("=cmd|x\u202e\x1b[2J", "member", "none")
    world.run()
    run("start", "two-factor", "--by", "ada")
    for words in (["status", "--people"], ["preview", "--all"], ["status", "--format", "csv"], ["status"]):
        shown = run(*words).output
        assert "\x1b" not in shown and "\u202e" not in shown, words


def test_a_council_is_handed_its_checklist(run: Run, world: CampaignWorld) -> None:
    for name in ("core", "docs"):
        world.declare(f"github:repo/callisto/{name}", subproject="lodestar")
        world.repositories.reporting[f"github:repo/callisto/{name}"] = name == "core"
    world.today -= timedelta(days=1)
    world.run()
    run("start", "security-configuration", "--by", "ada")
    text = run("checklist", "--subproject", "lodestar").stdout
    assert text.startswith("TLP:AMBER (to: lodestar)\n")
    seen = world.day()
    assert f"  [x] callisto/core: seen on {seen}\n" in text
    assert f"  [ ] callisto/docs: seen on {seen}\n" in text
    assert "      https://github.com/callisto/docs/settings/security_analysis\n" in text
    assert "  gh api --method PUT repos/callisto/docs/private-vulnerability-reporting\n" in text
    assert "repos/callisto/core/private-vulnerability-reporting" not in text
    assert "  [?] callisto/core: cannot see: " in text, "nobody asked for its branches"
    markdown = run("checklist", "--subproject", "lodestar", "--format", "markdown").stdout
    assert markdown.startswith("*TLP:AMBER (to: lodestar)*\n")
    assert (
        f"- [x] [`callisto/core`](https://github.com/callisto/core/settings/security_analysis): seen on {seen}\n"
        in markdown
    )
    assert "```diff\ndiff --git a/SECURITY.md b/SECURITY.md\n" in markdown
    assert markdown.count("- [x]") == 1 and "cannot see" in markdown
    everybody = run("checklist").stdout
    assert "TLP:AMBER (to: harbour)\n" in everybody and "TLP:AMBER (to: lodestar)\n" in everybody
    refused = run("checklist", "--subproject", "nowhere", code=1)
    assert "nowhere" in str(refused.exception) + refused.output


def test_the_private_list_is_its_owners_alone_whatever_lay_there(run: Run, tmp_path: Path) -> None:
    run("start", "two-factor", "--by", "ada")
    file = tmp_path / "list.csv"
    run("preview", "--csv", str(file), "--organization", "callisto")
    assert file.stat().st_mode & 0o077 == 0
    first = file.read_bytes()
    assert first.startswith(b"marking,person,login,") and b"noor-example" in first
    run("preview", "--csv", str(file), "--organization", "callisto")
    assert file.read_bytes() == first
    file.chmod(0o644)
    refused = run("preview", "--csv", str(file), "--organization", "callisto", code=1)
    assert "open to others" in str(refused.exception)
    file.unlink()
    file.write_text("mine,not,yours\n")
    file.chmod(0o600)
    run("preview", "--csv", str(file), "--organization", "callisto", code=1)
    assert file.read_text() == "mine,not,yours\n"


def test_a_register_that_is_closed_releases_no_number(run: Run, world: CampaignWorld) -> None:
    run("start", "two-factor", "--by", "ada")
    assert run("status", "--public").stdout.startswith("TLP:CLEAR")
    world.marking = Marking(TLP.AMBER, frozenset({"harbour"}))
    world.run()
    refused = run("status", "--public", code=1)
    assert refused.stdout == "" and "TLP:AMBER" in str(refused.exception)


def test_only_one_thing_became_of_a_message(run: Run) -> None:
    run("start", "two-factor", "--by", "ada")
    for words, why in (
        ((), "missing"),
        (("--sent", "--not-sent"), "only one thing"),
        (("--sent", "--bounced"), "only one thing"),
    ):
        refused = run("settle", "two-factor/github-id:1/announcement", *words, "--by", "ada", code=1)
        assert why in str(refused.exception), words
