"""Makes several changes of a register's files one after another, and writes each as a diff that others can apply.

Edits are spliced in at the marks, as ``editing`` does it; since a big file is slow to read, those that do not touch
one another are placed by one reading of it. What was placed is compared afterwards: every event of the parser
outside the edits has to be there as before, and each edited value has to mean what was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from muniment.model.asset import canonical
from muniment.model.errors import UsageError
from muniment.register import writing
from muniment.register.diffing import Cut, diff, spliced
from muniment.register.files import Text
from muniment.register.outline import Outline, outline
from muniment.register.splicing.adding import adding
from muniment.register.splicing.change import Change, child, found
from muniment.register.splicing.removing import removing
from muniment.register.splicing.renaming import renaming
from muniment.register.splicing.setting import setting
from muniment.register.writing import Value

ASSETS = "assets"


class Put(Struct, frozen=True):
    """A key and its value at the end of a mapping, which is made at the end of the file if it is not there."""

    file: str
    path: tuple[str, ...]
    key: str
    value: Value


class Set(Struct, frozen=True):
    """Another value where a path leads."""

    file: str
    path: tuple[str | int, ...]
    value: Value


class Remove(Struct, frozen=True):
    """An entry less."""

    file: str
    path: tuple[str | int, ...]


class Rename(Struct, frozen=True):
    """Another key for an entry."""

    file: str
    path: tuple[str | int, ...]
    key: str


Edit = Put | Set | Remove | Rename


class _Clash(Exception):
    """Two edits touch the same place: what was placed has to be read again first."""


class _Placed(Struct, frozen=True):
    """A change as it was found in the text that was read last, and its number in the order of placing."""

    made: Change
    number: int


class _Working:
    """One file at work: the text that was read last, and what was placed in it since."""

    def __init__(self, own: Text, path: str) -> None:
        self.name = own.name
        self.path = path
        self.mark = own.mark
        self.text = own.text
        self.original = own.text
        self._there: Outline | None = None
        self._placed: list[_Placed] = []
        self._gone: dict[int, int] = {}
        self._spelled: dict[str, str] | None = None
        self._renamed: dict[str, str] = {}

    @property
    def there(self) -> Outline:
        """The outline of the text that was read last."""
        if self._there is None:
            self._there = outline(self.text)
        return self._there

    def _spelled_as_written(self, edit: Edit) -> Edit:
        """The edit by the key of the asset's entry as the file has it: edits name assets by their ids."""
        if len(edit.path) < 2 or edit.path[0] != ASSETS or not isinstance(edit.path[1], str):
            return edit
        return replace(edit, path=(ASSETS, self._spelling(edit.path[1]), *edit.path[2:]))

    def _spelling(self, asset: str) -> str:
        if self._spelled is None:
            self._spelled = {}
            there = self.there
            section = None if there.root is None else child(there, there.root, ASSETS)
            for key, _ in there.entries(section[1]) if section is not None and there.is_map(section[1]) else ():
                word = there.word(key) or ""
                self._spelled[canonical(word)] = word
        return self._spelled.get(asset) or self._renamed.get(asset, asset)

    def settle(self) -> None:
        """Read the text as it is now, and compare it with what was to be made of it."""
        if not self._placed:
            return
        before = self.there
        seen = outline(self.text)
        if not _as_meant(before, seen, self._placed):
            raise UsageError(
                f"{self.name}: something else in the file would change its meaning", hint="edit the file by hand"
            )
        self._there, self._placed, self._gone, self._spelled = seen, [], {}, None

    def ready(self, edits: Sequence[Edit]) -> tuple[list[Edit], list[Change]]:
        """The edits as the file spells them, and the changes that they are; ``UsageError`` if they cannot be."""
        try:
            return self._found(edits)
        except _Clash:
            self.settle()
        except UsageError:
            if not self._placed:
                raise
            self.settle()  # it may be about something that was placed since
        try:
            return self._found(edits)
        except _Clash:
            raise UsageError(f"{self.name}: two edits of one place", hint="edit the file by hand") from None

    def place(self, edits: Sequence[Edit], own: Sequence[Edit], made: Sequence[Change]) -> str:
        """Make edits together that are ``ready``, and give them as a diff."""
        cuts = sorted(
            (
                Cut(start + self._moved(start, m), end + self._moved(start, m), new)
                for m in made
                for start, end, new in m.cuts
            ),
            key=lambda cut: (cut.start, cut.end),
        )
        told = diff(self.path, self.text, cuts, mark=self.mark)
        self.text = spliced(self.text, cuts)
        self._placed.extend(_Placed(m, len(self._placed) + n) for n, m in enumerate(made))
        for edit, named in zip(own, edits, strict=True):
            if isinstance(edit, Remove):
                holder = found(self.there, edit.path)[0]
                self._gone[holder] = self._gone.get(holder, 0) + 1
            elif isinstance(edit, Rename):
                self._renamed[str(named.path[-1])] = edit.key
        if any(isinstance(edit, Put) and self._is_first(edit) for edit in own):
            self.settle()
        return told

    def _moved(self, offset: int, made: Change) -> int:
        """How far what stood at an offset has moved by what was placed before it.

        Of two entries put at one offset that stands first whose place is first in the parser's order: at the end of
        a mapping within another one, the inner one's.
        """
        return sum(
            len(new) - (end - start)
            for p in self._placed
            for start, end, new in p.made.cuts
            if end < offset or (end == offset and not (start == end and p.made.first > made.first))
        )

    def _found(self, edits: Sequence[Edit]) -> tuple[list[Edit], list[Change]]:
        """The edits as the file spells them, and the changes that they are."""
        there = self.there
        spelled = [self._spelled_as_written(edit) for edit in edits]
        made: list[Change] = []
        for edit in spelled:
            if isinstance(edit, Remove):
                holder = found(there, edit.path)[0]
                if self._placed and self._gone.get(holder, 0) + 1 >= len(there.entries(holder)):
                    raise _Clash
            own = _change(there, edit)
            if isinstance(edit, Put) and any(_was_before(p.made, own) for p in self._placed):
                raise _Clash
            if any(_touch(own, other) for other in (*(p.made for p in self._placed), *made)):
                raise _Clash
            made.append(own)
        return spelled, made

    def _is_first(self, edit: Put) -> bool:
        """True if an entry stands alone where it was put, so that the next one has to find it there."""
        there = self.there
        if there.root is None or not there.is_map(there.root):
            return True
        try:
            at = found(there, edit.path)[2]
        except UsageError:
            return True
        return not there.is_map(at) or not there.entries(at)


def _change(there: Outline, edit: Edit) -> Change:
    match edit:
        case Put(path=path, key=key, value=value):
            return _putting(there, path, key, value)
        case Set(path=path, value=value):
            return setting(there, found(there, path), value)
        case Remove(path=path):
            return removing(there, path)
        case Rename(path=path, key=key):
            return renaming(there, path, key)
        case _:
            assert_never(edit)


def _putting(there: Outline, path: tuple[str, ...], key: str, value: Value) -> Change:
    at = there.root
    for number, step in enumerate(path):
        own = None if at is None or not there.is_map(at) else child(there, at, step)
        if own is None:
            whole: Value = {key: value}
            for word in reversed(path[number + 1 :]):
                whole = {word: whole}
            return adding(there, path[:number], step, whole)
        at = own[1]
    return adding(there, path, key, value)


def _was_before(gone: Change, own: Change) -> bool:
    """True if an entry is put where the one before it was taken away: comments above that one end up behind it."""
    places = {start for start, end, _ in own.cuts if start == end}
    return gone.gone and any(end in places for _, end, _ in gone.cuts)


def _touch(one: Change, other: Change) -> bool:
    """True if two changes of one reading cannot both be placed by it."""
    events = one.first < other.last and other.first < one.last
    return (
        events
        or one.opens
        or other.opens
        or any(s < end and start < e for s, e, _ in one.cuts for start, end, _ in other.cuts)
    )


def _as_meant(before: Outline, seen: Outline, placed: Iterable[_Placed]) -> bool:
    """True if a text reads as the one before it with the changes, and differs in nothing else."""
    old = new = 0
    for own in sorted(placed, key=lambda p: (p.made.first, p.made.last, p.number)):
        made = own.made
        length = made.first - old
        if before.said[old : made.first] != seen.said[new : new + length]:
            return False
        old, new = made.last, new + length
        if made.gone:
            continue
        new += made.opens
        if made.key is not None:
            if new >= len(seen.said) or seen.word(new) != made.key:
                return False
            new += 1
        if new >= len(seen.said) or not writing.same(seen.value(new), made.value):
            return False
        new = seen.after(new) + made.opens
    return before.said[old:] == seen.said[new:]


class Series:
    """Changes of some files, each made on top of those before it."""

    def __init__(self, texts: Iterable[Text], tree: str = "") -> None:
        self._files: dict[str, _Working] = {}
        self.take(texts, tree)

    def take(self, texts: Iterable[Text], tree: str) -> None:
        """Take in the files of one more tree, whose name stands before theirs."""
        for own in texts:
            self._files[own.name] = _Working(own, own.name.removeprefix(f"{tree}:") if tree else own.name)

    def make(self, edits: Sequence[Edit]) -> str:
        """Make the edits of one change, and give it as a diff of each file that it touches.

        ``UsageError`` if it cannot be made safely; then nothing of it is made.
        """
        by_file: dict[str, list[Edit]] = {}
        for edit in edits:
            by_file.setdefault(edit.file, []).append(edit)
        ready = {file: self._files[file].ready(own) for file, own in sorted(by_file.items())}
        return "".join(self._files[file].place(by_file[file], *found) for file, found in ready.items())

    def finished(self) -> Mapping[str, str]:
        """The texts of the files that were changed, by name, compared with what was to be made of them."""
        for own in self._files.values():
            own.settle()
        return {name: own.text for name, own in self._files.items() if own.text != own.original}
