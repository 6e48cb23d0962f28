"""From the command line to a real mail server: what is due leaves once, and what nobody knows is settled."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from muniment.actors.email import message_id
from muniment.app.campaign.previewing import messages
from muniment.cli import cli
from muniment.model.errors import UsageError
from tests.actors.mail import MailServer, certificate
from tests.actors.test_returned import report

from .conftest import CampaignWorld

KEY = "two-factor/github-id:4712/announcement"
PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "send-mail.md"
BLOCKS = [
    [shlex.split(line)[2:] for line in block.splitlines()]
    for block in re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
]
"""What the page shows to be typed: the words after ``muniment campaign``."""


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


def begun(world: CampaignWorld) -> None:
    """A campaign that began today, by the machine's own clock, which the command line goes by."""
    world.today = datetime.now(UTC) - timedelta(days=2)
    world.run()
    world.begin()


def muniment(home: Path, server: MailServer, *words: str, **environ: str) -> Result:
    settings = {
        "MUNIMENT_SMTP_URL": f"smtp://127.0.0.1:{server.port}",
        "MUNIMENT_SMTP_FROM": "security@council.example",
        "MUNIMENT_REGISTER": str(home),
        "MUNIMENT_DB": str(home / "world.sqlite"),
        **environ,
    }
    return CliRunner().invoke(cli, ["campaign", *words], env=settings)


def is_refused(shown: Result) -> bool:
    """True for what the command line ends with 2 for."""
    return isinstance(shown.exception, UsageError)


def test_what_is_due_leaves_once(world: CampaignWorld, tmp_path: Path, pem: Path) -> None:
    begun(world)
    with MailServer(pem, tls="") as server:
        dry = muniment(tmp_path, server, "notify")
        assert dry.exit_code == 0 and server.box.mails == [], dry.output
        first = muniment(tmp_path, server, "notify", "--apply")
        again = muniment(tmp_path, server, "notify", "--apply")
    assert first.exit_code == again.exit_code == 0, first.output + again.output
    assert "1 sent" in first.output and "2 not handed over: nowhere is known to send it to" in first.output
    assert "0 sent" in again.output
    ((_, to, _),) = server.box.mails
    assert to == ["noor@people.example"] and "noor@people.example" not in first.output
    assert "Noor" in server.taken[0].get_content()


def test_a_mail_of_unknown_fate_is_said_and_settled_by_a_person(
    world: CampaignWorld, tmp_path: Path, pem: Path
) -> None:
    begun(world)
    with MailServer(pem, tls="") as server:
        server.conduct.drop = "verdict"
        unknown = muniment(tmp_path, server, "notify", "--apply")
        server.conduct.drop = ""
        again = muniment(tmp_path, server, "notify", "--apply")
        assert unknown.exit_code == 4 and f"{KEY} to n…@people.example is uncertain" in unknown.output
        assert again.exit_code == 0 and len(server.box.mails) == 1, "it is not sent again by itself"
        assert KEY in muniment(tmp_path, server, "status").output
        stranger = muniment(tmp_path, server, "settle", KEY, "--not-sent", "--by", "nobody")
        assert is_refused(stranger) and len(world.store.posted("two-factor")) == 1
        assert is_refused(muniment(tmp_path, server, "settle", KEY, "--by", "ada"))
        assert is_refused(muniment(tmp_path, server, "settle", KEY, "--not-sent", "--by", "ada"))
        free = muniment(tmp_path, server, "settle", KEY, "--not-sent", "--by", "ada", "--detail", "not in its log")
        assert free.exit_code == 0, free.output
        assert f"ada: {KEY} not-sent: not in its log" in muniment(tmp_path, server, "status").output
        assert muniment(tmp_path, server, "notify", "--apply").exit_code == 0
    assert len(server.box.mails) == 2 and [post.state for post in world.store.posted("two-factor")] == ["sent"]


def test_without_a_server_nothing_is_noted(world: CampaignWorld, tmp_path: Path, pem: Path) -> None:
    begun(world)
    with MailServer(pem, tls="") as server:
        pass
    gone = muniment(tmp_path, server, "notify", "--apply")
    unset = muniment(tmp_path, server, "notify", "--apply", MUNIMENT_SMTP_URL="")
    assert gone.exit_code == 4 and "email was left alone" in gone.output
    assert is_refused(unset) and list(world.store.posted("two-factor")) == []


def test_the_tried_clock_sends_nothing(world: CampaignWorld, tmp_path: Path, pem: Path) -> None:
    begun(world)
    with MailServer(pem, tls="") as server:
        ahead = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
        tried = muniment(tmp_path, server, "notify", "--apply", "--pretend-now", ahead)
    assert is_refused(tried) and server.box.mails == []


def test_a_private_list_takes_a_line_for_everybody_who_is_asked(
    world: CampaignWorld, tmp_path: Path, pem: Path
) -> None:
    begun(world)
    lists = tmp_path / "lists"
    lists.mkdir()
    with MailServer(pem, tls="") as server:
        words = ("notify", "--channel", "csv", "--apply")
        shown = [muniment(tmp_path, server, *words, MUNIMENT_LISTS=str(lists)).output for _ in range(2)]
    assert "3 sent" in shown[0] and "0 sent" in shown[1]
    (file,) = lists.iterdir()
    assert file.name == "people.csv" and file.read_text().count("TLP:AMBER") == 3


def test_mail_that_came_back_is_found_by_its_id_and_noted(world: CampaignWorld, tmp_path: Path, pem: Path) -> None:
    begun(world)
    with MailServer(pem, tls="") as server:
        muniment(tmp_path, server, "notify", "--apply")
    mailbox = tmp_path / "came-back.mbox"
    strangers = report("<0@council.example>")
    mailbox.write_bytes(b"\nFrom x\n".join([b"", strangers, report(server.taken[0]["Message-ID"])]))
    shown = muniment(tmp_path, server, "bounces", str(mailbox), "--by", "ada")
    assert f"{KEY} to n…@people.example came back: 5.1.1" in shown.output and "1 found" in shown.output
    assert [post.state for post in world.store.posted("two-factor")] == ["sent"]
    noted = muniment(tmp_path, server, "bounces", str(mailbox), "--by", "ada", "--apply")
    again = muniment(tmp_path, server, "bounces", str(mailbox), "--by", "ada", "--apply")
    assert "1 noted" in noted.output and "0 noted" in again.output
    (post,) = world.store.posted("two-factor")
    assert post.state == "refused" and "came back; ada says so: 5.1.1" in post.detail


def test_what_came_back_is_known_after_the_sender_has_another_address(
    world: CampaignWorld, tmp_path: Path, pem: Path
) -> None:
    begun(world)
    with MailServer(pem, tls="") as server:
        muniment(tmp_path, server, "notify", "--apply")
    mailbox = tmp_path / "came-back.mbox"
    stranger = report(f"<{'0' * 32}@council.example>")
    mailbox.write_bytes(b"\nFrom x\n".join([b"", stranger, report(server.taken[0]["Message-ID"])]))
    since = {"MUNIMENT_SMTP_FROM": "council@elsewhere.example"}
    shown = muniment(tmp_path, server, "bounces", str(mailbox), "--by", "ada", "--apply", **since)
    assert f"{KEY} to n…@people.example came back: 5.1.1" in shown.output and "1 noted" in shown.output
    assert "1 report is about what looks like mail of muniment's, and no message matches" in shown.output
    again = muniment(tmp_path, server, "bounces", str(mailbox), "--by", "ada", **since)
    assert "0 found" in again.output and "1 report is about" in again.output, "what is noted is known still"


def test_a_mail_whose_sending_a_crash_ended_is_known_by_the_address_of_now_or_said_not_to_be(
    world: CampaignWorld, tmp_path: Path, pem: Path
) -> None:
    begun(world)
    with MailServer(pem, tls="") as server:
        (message,) = (m for m in messages(world.stands(), "email") if m.key == KEY)
        world.store.hand_over(message, datetime.now(UTC))
        muniment(tmp_path, server, "notify", "--apply")
    assert [post.state for post in world.store.posted("two-factor")] == ["uncertain"]
    mailbox = tmp_path / "came-back.mbox"
    mailbox.write_bytes(b"From x\n" + report(message_id(KEY, "security@council.example")))
    other = muniment(
        tmp_path, server, "bounces", str(mailbox), "--by", "ada", MUNIMENT_SMTP_FROM="council@elsewhere.example"
    )
    assert "0 found" in other.output and "set MUNIMENT_SMTP_FROM to that one" in other.output
    assert "1 found" in muniment(tmp_path, server, "bounces", str(mailbox), "--by", "ada").output


def test_the_page_on_sending_mail_begins_and_ends_as_it_says(
    world: CampaignWorld, tmp_path: Path, pem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first block sends, and the last one notes what came back."""
    monkeypatch.chdir(tmp_path)
    begun(world)
    with MailServer(pem, tls="") as server:
        for words in BLOCKS[0]:
            assert server.box.mails == [], "nothing leaves before the last line"
            shown = muniment(tmp_path, server, *words)
            assert shown.exit_code == 0, f"{words}\n{shown.output}"
    Path("came-back.mbox").write_bytes(b"From x\n" + report(server.taken[0]["Message-ID"]))
    found, noted = (muniment(tmp_path, server, *words) for words in BLOCKS[2])
    assert found.exit_code == noted.exit_code == 0
    assert "1 found" in found.output and "1 noted" in noted.output


@pytest.mark.parametrize("words", BLOCKS[1], ids=" ".join)
def test_the_page_on_sending_mail_settles_as_it_says(
    words: list[str], world: CampaignWorld, tmp_path: Path, pem: Path
) -> None:
    """What came back had been sent; of the rest nobody knew."""
    begun(world)
    with MailServer(pem, tls="") as server:
        server.conduct.drop = "" if "--bounced" in words else "verdict"
        muniment(tmp_path, server, "notify", "--apply")
        shown = muniment(tmp_path, server, *words)
    assert shown.exit_code == 0, shown.output
