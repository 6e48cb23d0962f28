"""The pages run nothing, fetch nothing, say their marking, lead somewhere, and tell every state apart."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from posixpath import dirname, join, normpath

import pytest
from msgspec.structs import replace

from muniment.model.tlp import CLEAR, TLP, Audience
from muniment.publish.projection import COUNCIL, PUBLIC, Shown, project
from muniment.publish.view import build
from muniment.reporters import html
from muniment.testing.material import CHECKS, finding, material

HARBOUR = Audience(TLP.AMBER, frozenset({"harbour"}))
READERS = {"clear": PUBLIC, "harbour": HARBOUR, "council": COUNCIL}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}\u202e</title>"


class Page(HTMLParser):
    """The tags and attributes of a page, as a browser would find them."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(data.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def values(self, name: str) -> list[str]:
        return [value or "" for _, attrs in self.tags for key, value in attrs.items() if key == name]


def pages(shown: Shown) -> dict[str, Page]:
    return {path: Page(data) for path, data in html.files(shown).items() if path.endswith(".html")}


def shown(audience: Audience = COUNCIL, **how: bool) -> Shown:
    return project(build(material(**how), CHECKS), audience)


@pytest.mark.parametrize("readers", READERS)
def test_every_page_states_its_marking_at_its_head_and_foot(readers: str) -> None:
    view = shown(READERS[readers])
    for path, data in html.files(view).items():
        text = data.decode()
        if path.endswith(".css"):
            assert text.startswith("/* TLP:CLEAR")
            continue
        level = READERS[readers].level
        assert text.count(f'<span class="tlp {level.word}">{level.label}') == 2, path
        assert f'<body class="{level.word}-page">' in text
        assert f"@page {level.word} {{" in html.files(view)["muniment.css"].decode()


@pytest.mark.parametrize("readers", READERS)
@pytest.mark.parametrize("how", ["first", "quiet", "empty"])
def test_nothing_runs_and_nothing_is_fetched(readers: str, how: str) -> None:
    for page in pages(shown(READERS[readers], **{how: True})).values():
        assert not {"script", "iframe", "object", "embed", "form", "base", "img", "style"} & {
            t for t, _ in page.tags
        }
        names = {name for _, attrs in page.tags for name in attrs}
        assert not [name for name in names if name.startswith("on") or name in ("style", "src", "srcset")]
        assert not [v for v in page.values("href") + page.values("content") if "//" in v or v.startswith("java")]
        policy = next(a["content"] for t, a in page.tags if t == "meta" and a.get("http-equiv"))
        assert policy == "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"


@pytest.mark.parametrize("readers", READERS)
def test_every_link_leads_to_a_page_and_a_place_in_it(readers: str) -> None:
    view = shown(READERS[readers])
    found, files = pages(view), html.files(view)
    for path, page in found.items():
        for href in page.values("href"):
            file, _, place = href.partition("#")
            target = normpath(join(dirname(path), file)) if file else path
            assert target in files, (path, href)
            if place:
                assert place in found[target].values("id"), (path, href)


def test_hostile_names_and_messages_are_text() -> None:
    made = material()
    inventory = replace(
        made.inventory,
        name=HOSTILE,
        subprojects={id: replace(s, name=HOSTILE, contact=HOSTILE) for id, s in made.inventory.subprojects.items()},
        assets={id: replace(a, reason=HOSTILE, title=HOSTILE) for id, a in made.inventory.assets.items()},
        parties={id: replace(p, name=HOSTILE) for id, p in made.inventory.parties.items()},
    )
    hostile = replace(
        made,
        inventory=inventory,
        findings=tuple(replace(f, message=HOSTILE, cause=HOSTILE) for f in made.findings),
        answers=tuple(replace(a, detail=HOSTILE, source=HOSTILE) for a in made.answers),
        looks=tuple(replace(look, detail=HOSTILE, source=HOSTILE) for look in made.looks),
        run=replace(made.run, code=HOSTILE, register=HOSTILE, commit=HOSTILE),
    )
    checks = {id: replace_check(check) for id, check in CHECKS.items()}
    view = project(build(hostile, checks), COUNCIL)

    calm = pages(shown())
    for path, page in pages(view).items():
        assert {t for t, _ in page.tags} <= {t for p in calm.values() for t, _ in p.tags} | {"em", "code", "pre"}, (
            path
        )
        assert not [n for _, attrs in page.tags for n in attrs if n.startswith("on")], path
    text = "".join("".join(p.text) for p in pages(view).values())
    assert "{{ 7*7 }}" in text
    assert "\u202e" not in text


def replace_check(check: object) -> object:
    return replace(check, title=HOSTILE, text=f"{HOSTILE}\n\n## {HOSTILE}\n\n- `{HOSTILE}`\n\n```\n{HOSTILE}\n```")  # type: ignore[type-var]


def test_an_id_that_is_no_file_name_stays_inside_the_folder() -> None:
    for id in ("../../etc/passwd", "a/b", "shared", "..", "CON", "x" * 300, ""):
        path = html.subproject_path(id)
        assert re.fullmatch(r"subprojects/[a-z0-9-]{1,70}\.html", path), path
    assert html.subproject_path("shared") != html.subproject_path("")
    assert html.check_path("../x") == html.check_path("../x") != html.check_path("../y")


def test_each_state_differs_by_shape_and_word() -> None:
    text = html.files(shown())["index.html"].decode()

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
    page = html.files(view)["index.html"].decode()

    lines = [int(n) for n in re.findall(r'class="num" data-l="findings">(\d+)<', page)]
    cut = re.search(r"(\d+) more lines with (\d+) findings", page)
    assert len(lines) == html.FRONT_LINES
    assert cut is not None
    assert (len(lines) + int(cut[1]), sum(lines) + int(cut[2])) == (30, 100)


def test_every_open_finding_stands_on_its_subprojects_page() -> None:
    view = shown()
    files = html.files(view)

    for f in view.view.findings:
        page = files[html.subproject_path(f.subproject)].decode()
        assert (f'id="{f.id}"' in page) == (f.state not in ("fixed", "dropped")), f.id


def test_without_evidence_a_page_teaches_and_does_not_praise() -> None:
    text = "".join("".join(p.text) for p in pages(shown(empty=True)).values())

    assert "Nothing has been seen yet." in text
    assert "muniment plan" in text
    assert "Nothing is open" not in "".join(pages(shown(empty=True))["index.html"].text)


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
    text = b"".join(html.files(view).values()).decode()

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
    page = html.files(shown())["index.html"].decode()
    row = page[page.index('<a href="subprojects/almanac.html">Almanac</a></th>') :].partition("</tr>")[0]

    assert row.count("0 pass · 0 fail · 6 stale (5 pass, 1 fail)") == 2  # under the bar, and for those who hear it
    widths = [float(w) for w in re.findall(r'<rect x="[\d.]+%" width="([\d.]+)%"', row)]
    assert [round(w * 6 / 100) for w in widths] == [5, 1]


def test_what_is_worked_out_says_what_it_is() -> None:
    text = " ".join("".join(pages(shown())["index.html"].text).split())

    assert "worked out by muniment" in text
    assert "1 seen in part" in text
    assert "reconcile" not in text


def test_the_same_view_gives_the_same_bytes() -> None:
    assert html.files(shown()) == html.files(shown())


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
    page = html.files(view)[html.subproject_path(asset.subproject)].decode()
    assets = page[page.index('id="assets"') :]
    assert f"{CROWD} repositories found in it, {2 * CROWD} open findings" in assets
    assert assets.count("found-") == CROWD, "each once, under its organization"
    assert f"Repositories, {CROWD}" not in assets


def test_many_findings_with_the_same_words_say_them_once_and_all_are_there() -> None:
    view = crowded()
    page = html.files(view)["findings.html"].decode()
    assert page.count("its words are the others&#39;") == 1
    for f in view.view.findings:
        assert f'<li id="{f.id}">' in page and f.asset in page
    assert all(f"words of {f.asset}" in page for f in view.view.findings if f.key == "own")


def test_unknown_answers_for_one_reason_stand_together() -> None:
    view = crowded()
    asset = next(a for a in view.view.assets if a.inherits)
    page = html.files(view)[html.subproject_path(asset.subproject)].decode()
    unknown = page[page.index('id="unknown"') : page.index('id="assets"')]
    assert unknown.count("no right") == 1 and f"Which {CROWD}" in unknown
    assert unknown.count("found-") == CROWD
