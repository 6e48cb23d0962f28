"""Edits a register's text by splicing at the marks: comments, order, quoting and line ends outside an edit stay."""

from __future__ import annotations

import json
import re
from typing import Any

from muniment.model.asset import canonical
from muniment.model.errors import Mistake, UsageError
from muniment.model.waiver import Decision, Waiver
from muniment.register.document import Document, Mapping, Node, Scalar, Sequence, parse, plain, resolve, unsafe

KEY = "waivers"
_SIMPLE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[A-Za-z](?:(?:[A-Za-z0-9 ._/@+-]|:(?=[A-Za-z0-9@]))*[A-Za-z0-9._/@+-])?"
)
_LINE_END = re.compile(r"\r?\n")


def add_waiver(text: str, waiver: Waiver) -> str:
    """``text`` with the waiver appended to its ``waivers``; the key is made at the end if there is none.

    Every other character stays, save an empty ``[]`` or ``null`` that the list takes the place of. Raises
    ``UsageError`` if the text cannot be read or is written in a way that cannot be added to safely.
    """
    fields = _fields(waiver)
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark)
    before = _parsed(body)
    after = _spliced(body, before, fields)
    expected: dict[str, Any] = {} if before.root is None else plain(before.root) or {}
    expected[KEY] = [*(expected.get(KEY) or []), fields]
    edited = parse(after)
    if edited.root is None or edited.mistakes or _settled(plain(edited.root)) != _settled(expected):
        raise UsageError("the waiver cannot be added safely to this file", hint="add it by hand:\n" + _flow(fields))
    return mark + after


def _fields(waiver: Waiver) -> dict[str, str]:
    asset = waiver.asset if set(waiver.asset) & set("*?[") else canonical(waiver.asset)
    fields = {"check": waiver.check, "asset": asset}
    if waiver.key != "*":
        fields["key"] = waiver.key
    fields |= {"by": waiver.by, "reason": waiver.reason.strip(), "until": waiver.until.isoformat()}
    if waiver.decision is not Decision.ACCEPTED:
        fields["decision"] = waiver.decision.value
    for name, value in fields.items():
        if unsafe(value) or "\r" in value:
            raise UsageError(f"the waiver's {name} holds a control character", hint="type it again without")
    return fields


def _parsed(body: str) -> Document:
    document = parse(body)
    if document.mistakes:
        first: Mistake = document.mistakes[0]
        raise UsageError(f"line {first.line}: {first.message}", hint="mend the register first: muniment plan")
    return document


def _spliced(body: str, document: Document, fields: dict[str, str]) -> str:
    root = document.root
    newline = "\r\n" if "\r\n" in body else "\n"
    if root is None or (isinstance(root, Scalar) and root.text == ""):
        return _appended(body, document, fields, newline)
    if not isinstance(root, Mapping) or root.flow:
        raise UsageError(
            "the file's keys do not stand on lines of their own", hint="add by hand:\n" + _flow(fields)
        )
    found = next(((key, value) for key, value in root.entries if key.text == KEY), None)
    if found is None:
        return _appended(body, document, fields, newline)
    key, value = found
    if isinstance(value, Sequence) and value.items and not value.flow:
        return _after_last(body, value, fields, newline)
    if isinstance(value, Sequence) and value.items:
        end = _end(value.items[-1])
        return body[:end] + ", " + _flow(fields) + body[end:]
    return _instead(body, key, value, fields, newline)


def _appended(body: str, document: Document, fields: dict[str, str], newline: str) -> str:
    """The key and its list at the end of the document."""
    at = len(body) if document.ends is None else document.ends
    gap = newline if at and body[at - 1] != "\n" else ""
    return body[:at] + gap + f"{KEY}:{newline}" + _block(fields, 2, newline) + body[at:]


def _after_last(body: str, value: Sequence, fields: dict[str, str], newline: str) -> str:
    """One item more, indented as the list is."""
    indent = value.span.start - (body.rfind("\n", 0, value.span.start) + 1)
    at, gap = _next_line(body, _end(value.items[-1]), newline)
    return body[:at] + gap + _block(fields, indent, newline) + body[at:]


def _instead(body: str, key: Scalar, value: Node, fields: dict[str, str], newline: str) -> str:
    """A list in the place of ``[]``, ``null`` or nothing."""
    start, end = value.span.start, value.span.end
    if isinstance(value, Sequence) and body[start:end].strip("[] \t"):
        return body[: start + 1] + _flow(fields) + body[start + 1 :]
    at, gap = _next_line(body, max(key.span.end, end), newline)
    kept = body[:start] + body[end:at]
    if end > start and not body[end:at].strip():
        kept = body[:start].rstrip(" \t") + body[end:at].lstrip(" \t")
    return kept + gap + _block(fields, 2, newline) + body[at:]


def _next_line(body: str, offset: int, newline: str) -> tuple[int, str]:
    """Where the line after ``offset`` begins, and the line end that is missing before it."""
    if offset and body[offset - 1] == "\n":
        return offset, ""
    found = _LINE_END.search(body, offset)
    return (found.end(), "") if found else (len(body), newline)


def _end(node: Node) -> int:
    """The offset after the last thing written of a node: the parser's own end lies beyond comments."""
    if isinstance(node, Sequence) and not node.flow and node.items:
        return _end(node.items[-1])
    if isinstance(node, Mapping) and not node.flow and node.entries:
        return _end(node.entries[-1][1])
    return node.span.end


def _block(fields: dict[str, str], indent: int, newline: str) -> str:
    lines = [f"{name}: {_written(value)}" for name, value in fields.items()]
    margin = " " * indent
    return f"{margin}- " + f"{newline}{margin}  ".join(lines) + newline


def _flow(fields: dict[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {_written(value)}" for name, value in fields.items()) + "}"


def _written(value: str) -> str:
    """A scalar that reads as this text in YAML 1.1 and 1.2."""
    if _SIMPLE.fullmatch(value) and resolve(value) == value and value.lower() not in ("yes", "no", "on", "off"):
        return value
    return json.dumps(value, ensure_ascii=False)


def _settled(value: Any) -> Any:
    """Without the blanks around texts: a line end that a last line lacked may join a block of text."""
    if isinstance(value, dict):
        return {key: _settled(own) for key, own in value.items()}
    if isinstance(value, list):
        return [_settled(own) for own in value]
    return value.strip() if isinstance(value, str) else value
