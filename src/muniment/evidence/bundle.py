"""Evidence as a file: what one person collected, handed over for another to merge. One JSON line per batch.

The first line says what the file is, when it was made, by which code, and its marking; every further line is
one batch with its collector, right and completeness. The lines are canonical and ordered by cell, so that
two bundles can be compared in git. Registries' hosts are written as ``{pypi}`` and ``{npm}``; the caller
passes the functions that do so. A bundle comes from somebody else: reading it believes nothing unchecked.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from muniment.evidence.belief import REGISTER
from muniment.evidence.kind import Evidence, decoder, encode, kinds
from muniment.model import asset as assets
from muniment.model.errors import BundleError, UsageError
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.text import plain
from muniment.model.tlp import TLP, Marking, join

LARGEST = 256 * 2**20
"""The bytes a bundle may have, unpacked."""

LONGEST = 16 * 2**20
"""The bytes one of its lines may have."""

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Nothing was observed before: no registry was there to ask."""

MOST = 2**31 - 1
"""What a count or a version may be: the databases keep no larger one."""

VERSION = 1

Text = Callable[[str], str]
Instant = Annotated[datetime, Meta(tz=True)]
Short = Annotated[str, Meta(max_length=500)]


class _Marked(Struct, frozen=True, forbid_unknown_fields=True):
    level: Short
    to: tuple[Short, ...] | None = None


class Header(Struct, frozen=True, kw_only=True):
    """The first line: what the file is, when (UTC) and by which code it was made, and its marking."""

    muniment: Short
    version: int
    made: Instant
    by: Short
    marking: _Marked


class _Line(Struct, frozen=True, kw_only=True):
    source: Short
    scope: Short
    kind: Short
    vantage: tuple[Short, ...]
    outcome: Outcome
    observed_at: Instant
    parser: Short
    marking: _Marked
    items: tuple[Raw, ...]
    total: Annotated[int, Meta(ge=0, le=MOST)] | None = None
    detail: str = ""
    schema: Annotated[int, Meta(ge=1, le=MOST)] = 1
    counted: bool | UnsetType = UNSET


class Bundle(Struct, frozen=True):
    """A bundle that was read. ``notes`` say what was left out, and why."""

    made: datetime
    by: str
    marking: Marking
    batches: tuple[Batch, ...]
    notes: tuple[str, ...] = ()


_T = TypeVar("_T")
_REGEX = re.compile(r"Expected `str` matching regex '.*'(?= - at)")
_encoder = msgspec.json.Encoder(order="deterministic")
_header = msgspec.json.Decoder(Header)
_line = msgspec.json.Decoder(_Line)
_object = msgspec.json.Decoder(dict[str, Raw])


def write(
    batches: Iterable[Batch],
    *,
    made: datetime,
    by: str,
    templated: Text = str,
    compressed: bool = False,
) -> bytes:
    """The batches as a bundle. The same batches and header always give the same bytes.

    Args:
        batches: in any order; the register's own are left out, since people hand those over in git.
        made: when the bundle is made (UTC).
        by: the code's version.
        templated: writes registries' hosts as ``{pypi}`` and ``{npm}`` in a text.
        compressed: as gzip.
    """
    kept = sorted(
        (b for b in batches if b.cell.source != REGISTER), key=lambda b: (b.cell, b.observed_at, sorted(b.vantage))
    )
    marking = join(*(b.marking for b in kept))
    header = Header(muniment="bundle", version=VERSION, made=made, by=by, marking=_marked(marking))
    lines = [_encoder.encode(header), *(templated(_written(b).decode()).encode() for b in kept)]
    data = b"\n".join(lines) + b"\n"
    return gzip.compress(data, mtime=0) if compressed else data


def read(data: bytes, *, now: datetime, filled: Text = str) -> Bundle:
    """Read a bundle, plain or gzip; ``BundleError`` with the line that is wrong.

    Batches of kinds that this version does not know, and of the register, are left out with a note: a
    register's word is taken from its own files alone.

    Args:
        data: the file's bytes.
        now: nothing may have been observed later than this (UTC).
        filled: writes ``{pypi}`` and ``{npm}`` out as hosts in a text.
    """
    lines = _lines(_unpacked(data))
    number, first = next(lines, (1, b""))
    header = _read_header(number, first, now)
    batches: list[Batch] = []
    foreign: dict[str, int] = {}
    for number, text in lines:
        line = _decoded(number, filled(_text(number, text)).encode(), _line)
        why = _foreign(line)
        if why:
            foreign[why] = foreign.get(why, 0) + 1
        else:
            batches.append(_batch(number, line, now))
    notes = tuple(left_out(count, why) for why, count in sorted(foreign.items()))
    return Bundle(header.made, plain(header.by, 200), _marking(1, header.marking), tuple(batches), notes)


def left_out(count: int, why: str) -> str:
    """That so many batches of a bundle were not taken in, in words for whoever never heard of a batch."""
    return f"{count} recorded answer{'s' * (count != 1)} left out: {why}"


def rewrite(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """A bundle, plain or gzip, with each of its lines changed; the same bytes if none is.

    Only what has a bundle's first line is taken for one; nothing else about it is believed or judged.
    """
    lines = [(number, _text(number, line).encode()) for number, line in _lines(_unpacked(data))]
    if not lines or _decoded(*lines[0], _header).muniment != "bundle":
        raise _wrong(1, "this is not a bundle of evidence", "its first line says what it is")
    for number, line in lines:
        _decoded(number, line, _object)
    after = [change(line) for _, line in lines]
    if after == [line for _, line in lines]:
        return data
    written = b"".join(line + b"\n" for line in after)
    return gzip.compress(written, mtime=0) if data[:2] == b"\x1f\x8b" else written


def _written(batch: Batch) -> bytes:
    return _encoder.encode(
        _Line(
            source=batch.cell.source,
            scope=batch.cell.scope,
            kind=batch.cell.kind,
            vantage=tuple(sorted(batch.vantage)),
            outcome=batch.outcome,
            observed_at=batch.observed_at,
            parser=batch.parser,
            marking=_marked(batch.marking),
            items=tuple(Raw(item.payload) for item in sorted(batch.items, key=lambda i: i.key)),
            total=batch.total,
            detail=batch.detail,
            schema=batch.schema,
            counted=UNSET if batch.counted else False,
        )
    )


def _marked(marking: Marking) -> _Marked:
    return _Marked(marking.level.word, None if marking.to is None else tuple(sorted(marking.to)))


def _marking(number: int, marked: _Marked) -> Marking:
    try:
        return Marking(TLP.of(marked.level), None if marked.to is None else frozenset(marked.to))
    except KeyError:
        levels = "clear, green, amber, amber+strict or red"
        raise _wrong(number, f"{plain(marked.level, 40)!r} is no level", levels) from None


def _unpacked(data: bytes) -> bytes:
    if data[:2] != b"\x1f\x8b":
        if len(data) > LARGEST:
            raise _too_big()
        return data
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        whole = unpacker.decompress(data, LARGEST + 1)
    except zlib.error:
        raise BundleError("the bundle's compression is damaged", hint="ask for the file again") from None
    if len(whole) > LARGEST:
        raise _too_big()
    if not unpacker.eof:
        raise BundleError("the bundle is cut short", hint="ask for the file again")
    return whole


def _too_big() -> BundleError:
    return BundleError(f"the bundle is larger than {LARGEST // 2**20} MiB", hint="split it by asset")


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    if data and not data.endswith(b"\n"):
        number = data.count(b"\n") + 1
        raise _wrong(number, "the last line is cut short", "ask for the file again")
    start = number = 0
    while start < len(data):
        end = data.index(b"\n", start)
        number += 1
        if end - start > LONGEST:
            raise _wrong(
                number, f"the line is longer than {LONGEST // 2**20} MiB", "a batch holds one asset's facts"
            )
        yield number, data[start:end]
        start = end + 1


def _text(number: int, line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise _wrong(number, "the line is not UTF-8", "ask for the file again") from None


def _read_header(number: int, line: bytes, now: datetime) -> Header:
    if not line.strip():
        raise BundleError("the bundle is empty", hint="make one: muniment collect --to FILE")
    header = _decoded(number, line, _header)
    if header.muniment != "bundle":
        raise _wrong(number, "this is not a bundle of evidence", "its first line says what it is")
    if header.version != VERSION:
        raise _wrong(number, f"the bundle has version {header.version}", f"this program reads version {VERSION}")
    if header.made > now:
        raise _wrong(number, f"the bundle was made in the future ({header.made:%Y-%m-%d})", "look at the clocks")
    return header


def _decoded(number: int, line: bytes, using: msgspec.json.Decoder[_T]) -> _T:
    try:
        return using.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        told = _REGEX.sub("Expected a name or an asset id", str(fault))
        raise _wrong(number, plain(told, 300), "a line is one JSON object as muniment writes it") from None
    except RecursionError:
        raise _wrong(number, "the line is nested too deeply", "a line is one JSON object") from None


def _foreign(line: _Line) -> str:
    if line.source == REGISTER:
        return "the register's own word is taken from its files alone"
    if line.kind not in kinds():
        return f"this version knows no evidence kind {plain(line.kind, 60)!r}"
    return ""


def _batch(number: int, line: _Line, now: datetime) -> Batch:
    kind = kinds()[line.kind]
    _check_scope(number, line.scope, kind)
    if line.observed_at > now:
        raise _wrong(number, f"it was observed in the future ({line.observed_at:%Y-%m-%d})", "look at the clocks")
    if line.observed_at < EARLIEST:
        raise _wrong(
            number, f"it was observed before {EARLIEST.year} ({line.observed_at.date()})", "look at the clocks"
        )
    if line.items and line.outcome not in (Outcome.COLLECTED, Outcome.PARTIAL):
        raise _wrong(
            number, f"it holds facts though its outcome is {line.outcome}", "only a look that saw has facts"
        )
    if not line.vantage:
        raise _wrong(number, "it says not from where it was seen", "vantage: [source:right]")
    items: dict[str, Item] = {}
    for fact in line.items:
        evidence = _decoded(number, bytes(fact), decoder(kind))
        if evidence.key in items:
            raise _wrong(number, f"it holds {plain(evidence.key, 60)!r} twice", "a cell holds each fact once")
        items[evidence.key] = Item(evidence.key, encode(evidence))
    return Batch(
        cell=Cell(line.source, line.scope, line.kind),
        vantage=frozenset(line.vantage),
        outcome=line.outcome,
        observed_at=line.observed_at,
        parser=line.parser,
        marking=_at_least(kind.marking, _marking(number, line.marking)),
        items=tuple(items[key] for key in sorted(items)),
        total=line.total,
        detail=plain(line.detail, 300),
        schema=line.schema,
        counted=line.counted is not False,
    )


def _at_least(level: TLP, stated: Marking) -> Marking:
    """A stranger's file does not open what its kind keeps closed."""
    return Marking(max(level, stated.level), stated.to)


def _check_scope(number: int, scope: str, kind: type[Evidence]) -> None:
    try:
        same = assets.canonical(scope) == scope
        family = assets.family(scope)
    except UsageError:
        raise _wrong(number, f"{plain(scope, 60)!r} is not an asset id", "pypi:NAME, npm:NAME …") from None
    if not same or family not in kind.about:
        told = f"{scope!r} is not spelt as it is stored" if not same else f"no such evidence is about {family}"
        raise _wrong(number, told, f"{' · '.join(kind.about)}")


def _wrong(number: int, what: str, hint: str) -> BundleError:
    return BundleError(f"line {number} of the bundle: {what}", hint=hint)
