"""``run.js``: the one file beside the front page that says which run the pages are of, so that they need not."""

from __future__ import annotations

import re

import msgspec

from muniment.model.text import plain
from muniment.publish.projection import label
from muniment.reporters import words
from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.rendering import iso

_OUTSIDE = re.compile(r"[<>&\u0080-\U0010ffff]")


def scripts(catalogue: Catalogue) -> dict[str, bytes]:
    """The run's number, the moment that ages count from, and the words of both, for ``site.js``."""
    view = catalogue.view
    told = {
        "marking": label(catalogue.shown.audience),
        "at": iso(view.at),
        "standing": words.standing(view),
        "pretended": view.pretended,
        "past": view.past,
        "run": view.run.id if view.run is not None else 0,
    }
    return {"run.js": assigned("munimentRun", told, label(catalogue.shown.audience))}


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
