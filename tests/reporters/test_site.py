"""The pages run our scripts alone, fetch nothing, say their marking, lead somewhere, and tell states apart."""

from __future__ import annotations

import gzip
import json
import re
from datetime import date, timedelta
from html.parser import HTMLParser
from importlib import resources
from posixpath import dirname, join, normpath

import pytest
from jinja2 import meta
from msgspec.structs import replace

from muniment.evidence.declared_party import PublicRole
from muniment.ledger.events import Opened, Waived, Why
from muniment.model.party import Account
from muniment.model.tlp import CLEAR, RED, TLP, Audience, Marking
from muniment.model.verdict import Severity
from muniment.model.waiver import Decision
from muniment.publish.held import Held
from muniment.publish.material import AnswerRow, Happened, RunInfo
from muniment.publish.projection import COUNCIL, PUBLIC, Shown, project
from muniment.publish.view import build
from muniment.register.inventory import Inventory
from muniment.reporters import site
from muniment.reporters.places import to_change
from muniment.reporters.site.page import MOST_LINES
from muniment.reporters.site.pages.front import FRONT_LINES
from muniment.reporters.site.paths import asset_path, check_path, person_path, subproject_path
from muniment.reporters.site.rendering import environment, parts
from muniment.reporters.site.telling import assigned
from muniment.testing.material import CHECKS, NOW, finding, material

HARBOUR = Audience(TLP.AMBER, frozenset({"harbour"}))
READERS = {"clear": PUBLIC, "harbour": HARBOUR, "council": COUNCIL}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}\u202e</title>"


class Page(HTMLParser):
    """The tags and attributes of a page, as a browser would find them."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.inside: list[tuple[str, str]] = []
        self.feed(data.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        self.inside.append((self.tags[-1][0] if self.tags else "", data))

    def values(self, name: str) -> list[str]:
        return [value or "" for _, attrs in self.tags for key, value in attrs.items() if key == name]


def pages(shown: Shown) -> dict[str, Page]:
    return {path: Page(data) for path, data in site.files(shown).items() if path.endswith(".html")}


def shown(audience: Audience = COUNCIL, **how: bool) -> Shown:
    return project(build(material(**how), CHECKS), audience)


@pytest.mark.parametrize("readers", READERS)
def test_every_page_states_its_marking_at_its_head_and_foot(readers: str) -> None:
    files = site.files(shown(READERS[readers]))
    for path, data in files.items():
        text = data.decode()
        if path in site.STATIC:
            assert text.startswith(("/* TLP:CLEAR", "// TLP:CLEAR", "<!-- TLP:CLEAR"))
            continue
        if path.endswith(".js"):
            assert text.startswith(f"// {READERS[readers].level.label}")
            continue
        level = READERS[readers].level
        assert text.count(f'<span class="tlp {level.word}">{level.label}') == 2, path
        assert f'<body class="{level.word}-page">' in text
        assert f"@page {level.word} {{" in files["muniment.css"].decode()


def doors(view: Shown, path: str) -> set[str]:
    """The only links out of a publication: on a person's page, to where each step of theirs is done."""
    steps = [step for step in view.view.steps if person_path(step.handle) == path]
    return {to_change(step) for step in steps} - {""}


@pytest.mark.parametrize("readers", READERS)
@pytest.mark.parametrize("how", ["first", "quiet", "empty"])
def test_only_our_scripts_run_and_nothing_is_fetched(readers: str, how: str) -> None:
    view = shown(READERS[readers], **{how: True})
    for path, page in pages(view).items():
        assert not {"iframe", "object", "embed", "form", "base", "img", "style"} & {t for t, _ in page.tags}
        scripts = [attrs.get("src") for tag, attrs in page.tags if tag == "script"]
        root = "../" * path.count("/")
        assert scripts == [f"{root}run.js", f"{root}site.js"], path
        names = {name for _, attrs in page.tags for name in attrs}
        assert not [name for name in names if name.startswith("on") or name in ("style", "srcset")]
        hrefs = page.values("href") + page.values("content")
        assert {v for v in hrefs if "//" in v or v.startswith("java")} == doors(view, path)
        out = [attrs for _, attrs in page.tags if attrs.get("href") in doors(view, path)]
        assert {attrs.get("rel") for attrs in out} <= {"external noreferrer"}
        policy = next(a["content"] for t, a in page.tags if t == "meta" and a.get("http-equiv"))
        assert policy == (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; "
            "form-action 'none'"
        )
        assert not [d for t, d in page.inside if t in ("script", "style") and d.strip()]


@pytest.mark.parametrize("readers", READERS)
def test_every_link_leads_to_a_page_and_a_place_in_it(readers: str) -> None:
    view = shown(READERS[readers])
    found, files = pages(view), site.files(view)
    for path, page in found.items():
        for href in {*page.values("href"), *page.values("src")} - doors(view, path):
            file, _, place = href.partition("#")
            target = normpath(join(dirname(path), file)) if file else path
            assert target in files, (path, href)
            if place:
                assert place in found[target].values("id"), (path, href)


def spoiled(text: str) -> Shown:
    """The made-up project for the council, with one text in every place that takes a foreign one."""
    made = material()
    inventory = replace(
        made.inventory,
        name=text,
        subprojects={id: replace(s, name=text, contact=text) for id, s in made.inventory.subprojects.items()},
        assets={id: replace(a, reason=text, title=text, url=text) for id, a in made.inventory.assets.items()},
        parties={
            id: replace(p, name=text, accounts=(Account("pypi", text),), public_roles=(PublicRole(text, text),))
            for id, p in made.inventory.parties.items()
        },
    )
    opened = Opened(Severity.LOW, text, text, text, RED, Why.OBSERVED)
    waived = Waived(text, text, date(2026, 9, 1), Decision.ACCEPTED)
    everything = replace(
        made,
        inventory=inventory,
        findings=tuple(replace(f, message=text, cause=text, waiver=waived) for f in made.findings),
        histories={f.id: tuple(Happened(1, NOW, event) for event in (opened, waived)) for f in made.findings},
        answers=tuple(replace(a, detail=text, source=text) for a in made.answers),
        looks=tuple(replace(k, detail=text, source=text, kind=text, seen_as=text) for k in made.looks),
        held=tuple(replace(h, who=text, role=text, path=text, detail=text, source=text) for h in made.held),
        run=replace(made.run, code=text, register=text, commit=text),
    )
    checks = {
        id: replace(check, title=text, text=f"{text}\n\n## {text}\n\n- `{text}`\n\n```\n{text}\n```")
        for id, check in CHECKS.items()
    }
    return project(build(everything, checks), COUNCIL)


def test_hostile_names_and_messages_are_text() -> None:
    calm, hostile = pages(shown()), pages(spoiled(HOSTILE))

    known = {t for p in calm.values() for t, _ in p.tags}
    for path, page in hostile.items():
        assert {t for t, _ in page.tags} <= known | {"em", "code", "pre"}, path
        assert not [n for _, attrs in page.tags for n in attrs if n.startswith("on")], path
    text = "".join("".join(p.text) for p in hostile.values())
    assert "{{ 7*7 }}" in text
    assert "\u202e" not in text
    data = site.files(spoiled(HOSTILE))["search.js"].decode()
    assert "<" not in data and "\u202e" not in data


def test_a_name_of_a_million_letters_makes_no_large_page() -> None:
    calm, long = site.files(shown()), site.files(spoiled("x" * 1_000_000))

    assert max(len(gzip.compress(data)) for data in long.values()) < 100_000
    assert long.keys() == calm.keys()


def test_an_id_that_is_no_file_name_stays_inside_the_folder() -> None:
    for id in ("../../etc/passwd", "a/b", "shared", "..", "CON", "x" * 300, ""):
        path = subproject_path(id)
        assert re.fullmatch(r"subprojects/[a-z0-9-]{1,70}\.html", path), path
    for id in (
        "pypi:../../x",
        "npm:@a/b",
        "service:CON",
        "pypi:a--b",
        "x",
        "",
        "github:repo/a/.git",
        "a:" + "b" * 300,
    ):
        path = asset_path(id)
        assert re.fullmatch(r"assets/[a-z0-9][a-z0-9._-]{1,95}\.html", path), path
    assert subproject_path("shared") != subproject_path("")
    assert check_path("../x") == check_path("../x") != check_path("../y")


def test_each_state_differs_by_shape_and_word() -> None:
    text = site.files(shown())["index.html"].decode()

    states = dict(
        re.findall(r'<span class="state (\w+)"><svg[^>]*><use href="#i-(\w+)"/></svg>(?:Pass|Fail|Unk|Sta)', text)
    )
    assert states == {"pass": "pass", "fail": "fail", "unknown": "unknown", "stale": "stale"}
    bodies = dict(re.findall(r'<symbol id="i-(\w+)"[^>]*>(.*?)</symbol>', text))
    assert len(set(bodies.values())) == len(bodies)
    assert 'fill="url(#hatch)"' in text
    assert 'fill="url(#dots)"' in text


def test_the_lines_on_the_front_page_and_those_cut_sum_to_the_open_findings() -> None:
    made = material()
    many = tuple(
        finding("demo/single-owner", f"pypi:p{n}", "beacon", "x", cause=f"cause {n % 30}") for n in range(100)
    )
    view = project(build(replace(made, findings=many, entries=None), CHECKS), COUNCIL)
    page = site.files(view)["index.html"].decode()

    lines = [int(n) for n in re.findall(r'class="num" data-l="findings">(\d+)<', page)]
    cut = re.search(r"(\d+) more lines with (\d+) findings", page)
    assert len(lines) == FRONT_LINES
    assert cut is not None
    assert (len(lines) + int(cut[1]), sum(lines) + int(cut[2])) == (30, 100)


def test_every_open_finding_stands_on_its_subprojects_page() -> None:
    view = shown()
    files = site.files(view)

    for f in view.view.findings:
        page = files[subproject_path(f.subproject)].decode()
        assert (f'id="{f.id}"' in page) == (f.state not in ("fixed", "dropped")), f.id


def test_without_evidence_a_page_teaches_and_does_not_praise() -> None:
    text = "".join("".join(p.text) for p in pages(shown(empty=True)).values())

    assert "Nothing has been seen yet." in text
    assert "muniment plan" in text
    assert "Nothing is open" not in "".join(pages(shown(empty=True))["index.html"].text)


def test_a_register_that_declares_nothing_is_no_good_news() -> None:
    bare = replace(material(empty=True), inventory=Inventory.of([]))
    front = site.files(project(build(bare, CHECKS), COUNCIL))["index.html"].decode()
    assert "The register declares nothing." in front
    assert "open" not in front.partition('class="lede"')[2].partition("</p>")[0]


def test_a_page_that_leaves_passes_out_does_not_count_them_as_all_that_was_asked() -> None:
    page = asset_path("pypi:harbour")
    told = [
        site.files(project(build(replace(material(), answers=(ANSWER,), abridged=cut), CHECKS), COUNCIL))[page]
        for cut in (False, True)
    ]
    assert ["did not pass on fresh evidence" in text.decode() for text in told] == [False, True]


ANSWER = AnswerRow(asset="pypi:harbour", check="demo/single-owner", verdict="pass", marking=Marking(TLP.AMBER))


def judged(*answers: AnswerRow, audience: Audience = COUNCIL) -> dict[str, str]:
    """The words of the pages that sum up a project in which nothing is open, after these answers alone."""
    made = replace(material(), findings=(), over=(), entries=(), tallies=(), tallied=(), turns=(), answers=answers)
    names = ("index", "subprojects/harbour", "assets/pypi--harbour", "checks/demo--single-owner")
    found = site.files(project(build(made, CHECKS), audience))
    return {name: found[f"{name}.html"].decode() for name in names}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((replace(ANSWER, stale=True),), "on stale evidence"),
        ((replace(ANSWER, verdict="unknown", reason="denied"),), "as far as can be seen|Unknown, which is no Pass"),
        ((replace(ANSWER, verdict="fail"),), "what fails is waived"),
        ((), "judged yet|no check has answered|answered about nothing|nothing has been"),
    ],
    ids=["stale", "unknown", "waived", "never asked"],
)
def test_a_page_praises_nothing_but_passes_in_time(more: tuple[AnswerRow, ...], said: str) -> None:
    for name, page in judged(*more).items():
        if more or name != "assets/pypi--harbour":
            assert re.search(said, page, re.IGNORECASE), name
        assert 'class="blank good"' not in page.partition('id="unknown"')[0], name
        if not any(answer.stale for answer in more):
            assert not re.search("Every (check that could answer|answer that could be given)", page), name


def test_passes_in_time_are_praised() -> None:
    for name, page in judged(ANSWER).items():
        assert 'class="blank good"' in page or name.startswith("checks/"), name


def test_readers_from_whom_something_may_be_withheld_are_not_told_that_nothing_is_open() -> None:
    for name, page in judged(ANSWER, audience=HARBOUR).items():
        assert re.search("(No finding|nothing) that these readers may see is open", page), name
    assert not any("that these readers may see is open" in page for page in judged(ANSWER).values())


def test_somebody_whom_no_source_shows_is_not_told_to_hold_nothing() -> None:
    """Of some assets nobody tells who holds them: a bare 0 would be a lie."""
    made = material()
    blind = Held(asset="pypi:harbour", state="unseen", detail="package role: denied", marking=CLEAR)
    for held in ((blind,), ()):
        page = site.files(project(build(replace(made, held=held), CHECKS), COUNCIL))["people.html"].decode()
        assert ('class="blank good"' in page) is (held == ())
        assert f'<span class="none">{"0 seen" if held else "0"}</span>' in page


def test_the_page_of_a_person_lists_what_to_take_away_in_order() -> None:
    made = material()
    (bertil,) = (one for one in made.partings if one.handle == "bertil")
    for audience, whole in ((COUNCIL, True), (HARBOUR, False)):
        page = site.files(project(build(made, CHECKS), audience))["people/bertil.html"].decode()
        places = [page.find(f"{step.what[1:]}") for step in bertil.steps if whole or step.asset]
        assert -1 not in places and places == sorted(places)
        assert ("out of the team harbour-leads" in page) is whole
        assert ("that these readers may see, in this order" in page) is not whole


def test_one_who_has_left_and_still_holds_something_is_told_apart() -> None:
    made = material()
    assert "Left on" not in site.files(project(build(made, CHECKS), COUNCIL))["people/marit.html"].decode()
    party = replace(made.inventory.parties["marit"], left=date(2026, 5, 3))
    gone = replace(made, inventory=replace(made.inventory, parties={**made.inventory.parties, "marit": party}))
    for partings, state in ((made.partings, "fail"), ((), "na")):
        page = site.files(project(build(replace(gone, partings=partings), CHECKS), COUNCIL))["people/marit.html"]
        assert f'<span class="state chip {state}">' in page.decode().partition("Left on 3 May 2026")[0][-140:]
        assert (b"1 step is still to be taken" in page) is (state == "fail")


def test_a_page_says_how_many_steps_it_leaves_out() -> None:
    made = material()
    step = made.partings[0].steps[0]
    many = tuple(replace(step, asset=f"pypi:lodestar-{n}") for n in range(MOST_LINES + 7))
    many = replace(made, partings=(replace(made.partings[0], steps=many),))
    page = site.files(project(build(many, CHECKS), COUNCIL))["people/bertil.html"].decode()
    assert page.count("somebody else is seen who can publish it") == MOST_LINES
    assert "and 7 more steps" in page


def test_one_finding_is_not_one_of_them() -> None:
    made = material()
    alone = replace(made, findings=made.findings[:1], entries=None)
    found = pages(project(build(alone, CHECKS), COUNCIL))

    for path in ("index.html", "subprojects/harbour.html"):
        assert "1 finding is open and is critical." in " ".join("".join(found[path].text).split())


def test_a_quiet_run_says_so() -> None:
    text = " ".join("".join(pages(shown(quiet=True))["index.html"].text).split())

    assert "Nothing has moved since 7 Jun 2026" in text


def test_the_public_page_names_no_finding() -> None:
    view = shown(PUBLIC)
    text = b"".join(site.files(view).values()).decode()

    assert "2.4.0 was yanked" not in text
    assert "No number is released this time" in text
    assert "pypi:harbour" in text


@pytest.mark.parametrize("readers", READERS)
def test_a_day_to_come_is_told_at_the_head_of_every_page(readers: str) -> None:
    for path, page in pages(shown(READERS[readers], pretended=True)).items():
        text = " ".join("".join(page.text).split())
        assert text.index("As if on 11 Dec 2026") < text.index("Overview"), path
        assert "As of" not in text, path
    assert "As if on" not in "".join(pages(shown())["index.html"].text)


def test_a_check_has_the_severity_that_the_register_gives_and_says_so() -> None:
    found = pages(shown())
    text = " ".join("".join(found["checks/demo--yanked-newest.html"].text).split())

    assert "critical (high by itself; this register says critical)" in text
    assert "by itself" not in "".join(found["checks/demo--single-owner.html"].text)
    listed = " ".join("".join(found["checks.html"].text).split())
    assert re.search(r"The newest release is yanked ?critical", listed)


def test_the_words_under_a_bar_say_what_the_bar_shows() -> None:
    page = site.files(shown())["index.html"].decode()
    row = page[page.index('<a href="subprojects/almanac.html">Almanac</a></th>') :].partition("</tr>")[0]

    assert row.count("0 pass · 0 fail · 6 stale (5 pass, 1 fail)") == 2  # under the bar, and for those who hear it
    widths = [float(w) for w in re.findall(r'<rect x="[\d.]+%" width="([\d.]+)%"', row)]
    assert [round(w * 6 / 100) for w in widths] == [5, 1]


def test_what_is_worked_out_says_what_it_is() -> None:
    text = " ".join("".join(pages(shown())["index.html"].text).split())

    assert "worked out by muniment" in text
    assert "1 seen in part" in text
    assert "reconcile" not in text


def test_two_assets_never_share_a_page() -> None:
    ids = [
        "pypi:a-b",
        "pypi:a/b",
        "pypi:a--b",
        "pypi:a:b",
        "github:repo/a/-b",
        "github:repo/a-/b",
        "github:org/a",
        "pypi",
    ]
    assert len({asset_path(id).casefold() for id in ids}) == len(ids)


def test_an_id_cannot_take_the_page_that_another_has_by_digest() -> None:
    for id in ("shared", "con", "A"):
        taken = subproject_path(id).partition("/")[2].removesuffix(".html")
        assert subproject_path(taken) != subproject_path(id)
    assert subproject_path("x-ray") == "subprojects/x-ray.html"


LATER = RunInfo(
    id=413, at=NOW + timedelta(days=1, hours=5), code="muniment 0.2.0", register="elsewhere", commit="9f"
)


def test_a_run_that_changes_nothing_writes_the_front_page_and_its_own_script_alone() -> None:
    """Nothing moved and nothing was seen anew: which run it is, when and by which code is no fact of a page."""
    before = material(quiet=True)
    after = replace(before, run=LATER, previous=before.run, at=LATER.at, as_of=LATER.at.date())
    one, other = (site.files(project(build(made, CHECKS), COUNCIL)) for made in (before, after))

    assert one.keys() == other.keys()
    assert {path for path in one if one[path] != other[path]} == {"index.html", "run.js"}


def test_what_a_run_works_out_anew_from_the_same_evidence_changes_no_page_and_makes_none_look_fresher() -> None:
    before = material(quiet=True)
    worked = next(look for look in before.looks if look.source == "reconcile")
    again = tuple(
        replace(k, observed_at=LATER.at, latest_at=LATER.at, fresh_until=LATER.at + timedelta(days=3650))
        if k.source == "reconcile"
        else k
        for k in before.looks
    )
    answered = tuple(replace(a, source="reconcile", observed_at=NOW) for a in before.answers)
    rerun = tuple(replace(a, observed_at=LATER.at) for a in answered)
    one, other = (
        site.files(project(build(replace(before, looks=looks, answers=answers), CHECKS), COUNCIL))
        for looks, answers in ((before.looks, answered), (again, rerun))
    )
    assert {path for path in one if one[path] != other[path]} == set()
    assert "drawn from the rest in each run" in one[asset_path(worked.asset)].decode()


def test_a_script_of_data_holds_nothing_but_data() -> None:
    text = assigned("munimentRun", {"a": '</script>\u2028\u202e\U0001f600"\\\n*/'}, "TLP:RED\nalert(1)").decode()

    head, line, rest = text.split("\n")
    assert head == "// TLP:RED alert(1)" and not rest
    value = line.removeprefix("window.munimentRun = ").removesuffix(";")
    assert json.loads(value) == {"a": '</script>\u2028\u202e\U0001f600"\\\n*/'}
    assert "<" not in text and text.isascii()


@pytest.mark.parametrize("readers", READERS)
def test_a_day_gone_by_is_told_at_the_head_of_every_page(readers: str) -> None:
    made = replace(material(), past=True)
    for path, page in pages(project(build(made, CHECKS), READERS[readers])).items():
        text = " ".join("".join(page.text).split())
        assert text.index("As it stood on 14 Jun 2026") < text.index("Overview"), path


def test_the_same_view_gives_the_same_bytes() -> None:
    assert site.files(shown()) == site.files(shown())


# ---------------------------------------------------------------- repositories found in an organization

CROWD, CHECK = 12, next(iter(CHECKS))


def crowded() -> Shown:
    """The made-up project with an organization in which twelve repositories were found, each with one finding."""
    made = material()
    org = next(a for a in made.inventory.assets if a.startswith("github:org/"))
    entry = made.inventory.assets[org]
    names = [org.replace("github:org/", "github:repo/") + f"/found-{n:02}" for n in range(CROWD)]
    found = {name: replace(entry, asset=name, reason=f"as its organization, {org}", inherits=org) for name in names}
    shared = made.inventory.subproject_of(org)
    same = [finding(CHECK, name, shared, "its words are the others'") for name in names]
    own = [finding(CHECK, name, shared, f"words of {name}", key="own") for name in names]
    row = made.answers[0]
    unknown = tuple(
        replace(row, asset=name, check=CHECK, verdict="unknown", reason="denied", detail="no right")
        for name in names
    )
    return project(
        build(
            replace(
                made,
                inventory=replace(made.inventory, found=found, found_under=dict.fromkeys(found, CLEAR)),
                findings=(*same, *own),
                answers=unknown,
                tallies=(),
            ),
            CHECKS,
        ),
        COUNCIL,
    )


def test_repositories_found_in_an_organization_stand_under_it_and_not_beside_it() -> None:
    view = crowded()
    asset = next(a for a in view.view.assets if a.inherits)
    page = site.files(view)[subproject_path(asset.subproject)].decode()
    assets = page[page.index('id="assets"') :]
    assert f"{CROWD} repositories found in it, {2 * CROWD} open findings" in assets
    assert assets.count("<bdi>found-") == CROWD, "each once, under its organization"
    assert f"Repositories, {CROWD}" not in assets


def test_many_findings_with_the_same_words_say_them_once_and_all_are_there() -> None:
    view = crowded()
    page = site.files(view)["findings.html"].decode()
    assert page.count("its words are the others&#39;") == 1
    for f in view.view.findings:
        assert f'<li id="{f.id}">' in page and f.asset in page
    assert all(f"words of {f.asset}" in page for f in view.view.findings if f.key == "own")


def test_unknown_answers_for_one_reason_stand_together() -> None:
    view = crowded()
    asset = next(a for a in view.view.assets if a.inherits)
    page = site.files(view)[subproject_path(asset.subproject)].decode()
    unknown = page[page.index('id="unknown"') : page.index('id="assets"')]
    assert unknown.count("no right") == 1 and f"Which {CROWD}" in unknown
    assert unknown.count("/found-") == CROWD


def test_the_parts_that_are_remembered_know_nothing_of_page_or_readers() -> None:
    env = environment()
    source = resources.files("muniment.reporters.site").joinpath("templates", "_parts.html").read_text()
    assert len(parts()) >= 8
    assert meta.find_undeclared_variables(env.parse(source)) <= set(env.globals)


def test_readers_get_the_same_pages_whoever_was_served_before_them() -> None:
    view = build(material(), CHECKS)
    said = []
    for order in (READERS, reversed(READERS)):
        parts.cache_clear()
        said.append({name: site.files(project(view, READERS[name])) for name in order})
    assert said[0] == said[1]
