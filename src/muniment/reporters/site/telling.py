"""Scripts that are data: ``run.js`` says of which run the pages are, ``search.js`` what they are about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from muniment.model.text import plain
from muniment.publish.projection import label
from muniment.reporters import words
from muniment.reporters.site import paths
from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.rendering import iso

_PARTS = re.compile(r"[:/]")
_OUTSIDE = re.compile(r"[<>&\u0080-\U0010ffff]")


def scripts(catalogue: Catalogue) -> dict[str, bytes]:
    """Both scripts, for ``site.js``."""
    marking = label(catalogue.shown.audience)
    return {
        "run.js": assigned("munimentRun", _run(catalogue), marking),
        "search.js": assigned("munimentSearch", index(catalogue), marking),
    }


def _run(catalogue: Catalogue) -> dict[str, Any]:
    """The run's number, the moment that ages count from, and the words of both."""
    view = catalogue.view
    return {
        "marking": label(catalogue.shown.audience),
        "at": iso(view.at),
        "standing": words.standing(view),
        "pretended": view.pretended,
        "past": view.past,
        "run": view.run.id if view.run is not None else 0,
    }


_KINDS = (
    ("asset", "assets/"),
    ("finding", "findings/"),
    ("person", "people/"),
    ("check", "checks/"),
    ("subproject", "subprojects/"),
    ("campaign", "campaigns/"),
)
"""What can be found: its name, and the folder of its pages."""


def index(catalogue: Catalogue) -> dict[str, Any]:
    """Everything that has a page, as compact rows: kind, name, number of a note, and the file where it is unusual.

    A note is what is searched and shown beside the name, kept once however many rows share it. Where the file's
    name follows from the name (``pypi:x`` lies in ``pypi--x.html``) it is left out.
    """
    notes: dict[str, int] = {}
    rows: list[list[int | str]] = []
    for kind, name, note, path in _found(catalogue):
        shown, file = plain(name, LONGEST), path.rpartition("/")[2].removesuffix(".html")
        row: list[int | str] = [kind, shown, notes.setdefault(plain(note, LONGEST), len(notes))]
        rows.append(row if file == _PARTS.sub("--", shown) else [*row, file])
    return {
        "kinds": [{"name": name, "folder": folder} for name, folder in _KINDS],
        "notes": list(notes),
        "rows": rows,
    }


LONGEST = 200
"""How many characters of a name or a note are searched."""


def _found(catalogue: Catalogue) -> Iterator[tuple[int, str, str, str]]:
    """What has a page: its kind, name, note, and path."""
    for asset in catalogue.view.assets:
        note = f"{asset.title} {catalogue.name_of(asset.subproject)}".strip()
        yield 0, asset.asset, f"{note}, {asset.status}", paths.asset_path(asset.asset)
    for finding in catalogue.told:
        note = f"{catalogue.title_of(finding.check)}: {finding.asset}, {finding.state}"
        yield 1, finding.id, note, catalogue.finding_path(finding)
    for person in catalogue.people.values():
        yield 2, person.name, ", ".join((person.handle, *person.accounts)), paths.person_path(person.handle)
    for check in catalogue.view.checks:
        yield 3, check.id, check.title, paths.check_path(check.id)
    for id in catalogue.scope if catalogue.names_findings else ():
        yield 4, catalogue.name_of(id), id, paths.subproject_path(id)
    for campaign in catalogue.campaigns or ():
        yield 5, campaign.name, f"{campaign.title}, {campaign.state}", paths.campaign_path(campaign.name)


def assigned(name: str, value: object, marking: str) -> bytes:
    """A script that gives a value to one name. It is data: nothing in it can end the script or begin markup."""
    text = msgspec.json.encode(value).decode()
    ascii_ = _OUTSIDE.sub(lambda m: _escaped(ord(m[0])), text)
    return f"// {_comment(marking)}\nwindow.{name} = {ascii_};\n".encode("ascii")


def _comment(text: str) -> str:
    return plain(text).encode("ascii", "replace").decode()


def _escaped(point: int) -> str:
    if point < 0x10000:
        return f"\\u{point:04x}"
    high, low = divmod(point - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
