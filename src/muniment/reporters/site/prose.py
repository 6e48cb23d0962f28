"""Turns a check's own text into markup: headings, lists, code and paragraphs, all of it escaped."""

from __future__ import annotations

import re
from itertools import pairwise

from markupsafe import Markup, escape

from muniment.model.text import plain

_CODE = re.compile(r"`([^`\n]+)`")
_STRESS = re.compile(r"\*([^*\n]+)\*")


def paragraphs(text: str) -> Markup:
    """A check's text: headings, lists, blocks of code and paragraphs; all of it escaped."""
    made: list[Markup] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in block.splitlines()]
        if not lines:
            continue
        if lines[0].startswith("```"):
            code = "\n".join(plain(line) for line in block.splitlines()[1:] if line.strip() != "```")
            made.append(Markup("<pre><code>{}</code></pre>").format(code))
        elif lines[0].startswith("#"):
            made.append(Markup("<h2>{}</h2>").format(inline(lines[0].lstrip("# "))))
        elif all(line.startswith(("* ", "- ")) for line in lines):
            items = Markup("").join(Markup("<li>{}</li>").format(inline(line[2:])) for line in lines)
            made.append(Markup("<ul>{}</ul>").format(items))
        else:
            made.append(Markup("<p>{}</p>").format(inline(" ".join(lines))))
    return Markup("\n").join(made)


def inline(text: str) -> Markup:
    """A line of a check's text: code and stress; the rest escaped."""
    pieces = _CODE.split(plain(text).replace("``", "`"))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else _stressed(part)
        for index, part in enumerate(pieces)
    )


def foldable(name: str) -> Markup:
    """An asset's id that may break after each of its parts, where it stands as a heading of its own."""
    parts = re.split(r"(?<=[/:])(?=[^/:])", plain(name))
    return Markup("<wbr>").join(parts)


def _stressed(text: str) -> Markup:
    pieces = _STRESS.split(text)
    return Markup("").join(
        Markup("<em>{}</em>").format(part) if index % 2 else escape(part) for index, part in enumerate(pieces)
    )


def remedy(text: str) -> str:
    """The first paragraph under a check's heading "How to fix"; empty where it has none."""
    blocks = re.split(r"\n\s*\n", text.strip())
    for heading, block in pairwise(blocks):
        if heading.lstrip("# ").strip().casefold() == "how to fix":
            return " ".join(block.split())
    return ""
