"""Finds findings: as they stand, or as they stood at the end of a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from difflib import get_close_matches

from msgspec.structs import replace

from muniment.app.assess import end_of
from muniment.ledger.events import Entry, FindingId
from muniment.ledger.finding import Finding, State, fold
from muniment.model.asset import CONDA, GITHUB_REPO, NPM, PROJECT, PYPI, Status, canonical, family
from muniment.model.errors import UsageError
from muniment.model.tlp import RED, TLP, Marking, join
from muniment.ports import RunStamp, Store
from muniment.register.inventory import Inventory


def findings(store: Store, as_of: date | None = None) -> tuple[tuple[Finding, ...], int]:
    """Every finding, fixed ones too, and the number of the run they stand at."""
    until = end_of(as_of) if as_of else None
    begun(store, until)
    judged = [r for r in store.runs(until=until) if r.judges]
    if not judged:
        raise UsageError("nothing was assessed yet", hint="muniment run REGISTER, or muniment assess REGISTER")
    run = judged[-1].id
    if until is None:
        return tuple(store.findings(fixed=True)), run
    found: dict[FindingId, Finding] = {}
    for stamp, entry in store.history(until=until):
        found[entry.finding] = fold(found.get(entry.finding), entry.finding, entry.event, stamp.id, stamp.at)
    return tuple(found.values()), run


def withdrawn(findings: Iterable[Finding], inventory: Inventory) -> Iterator[Finding]:
    """The findings, RED where they are about a repository that no list names any more: it may be private now."""
    for finding in findings:
        asset = finding.id.asset
        gone = family(asset) == GITHUB_REPO and inventory.entry(asset) is None
        yield replace(finding, marking=join(finding.marking, RED)) if gone else finding


def begun(store: Store, at: datetime | None) -> None:
    """Refuse an instant before anything was known: "nothing found" would read as "nothing wrong"."""
    if at is None or store.runs(until=at):
        return
    first = store.runs()
    begins = f"it begins on {first[0].at:%Y-%m-%d}" if first else "it is empty"
    raise UsageError(f"this database knows nothing of {at:%Y-%m-%d}: {begins}", hint="a later day")


def among(word: str, known: Iterable[str], what: str, but: Iterable[str] = ()) -> str:
    """The word, if it is known; else ``UsageError`` with the nearest one that is, and ``but`` what was not read."""
    names = sorted(known)
    if word in names:
        return word
    near = get_close_matches(word, names, 1)
    akin = [own for own in names if own.partition(":")[0] == word.partition(":")[0]] or names
    hint = f"did you mean {near[0]}?" if near else f"known: {_first(akin)}" if akin else ""
    raise UsageError(f"there is no {what} {word!r}", hint="; ".join(filter(None, (*but, hint))))


def may_hint(handles: Iterable[str], inventory: Inventory, whole: Marking) -> str:
    """The marking under which a hint names people of the register; empty: it may not name them.

    A hint is read wherever an error is, in a log as well. So it names nobody of whom more than AMBER is said.
    ``whole`` is the marking of the register with its people.
    """
    marking = join(Marking(TLP.AMBER), whole, *(inventory.party_marking(handle) for handle in handles))
    return marking.label if marking.level <= TLP.AMBER else ""


def unread(inventory: Inventory) -> tuple[str, ...]:
    """A line for each tree of the register that could not be read, and so may declare more than is known."""
    return tuple(
        f"the tree {tree.name} of the register could not be read: "
        + (f"it is taken as it was on {tree.read_at:%Y-%m-%d}" if tree.read_at else "nothing of it is known")
        for tree in inventory.unread.values()
    )


def _first(names: Sequence[str], most: int = 12) -> str:
    left = len(names) - most
    return f"{', '.join(names[:most])}{f' and {left} more' if left > 0 else ''}"


def subproject_named(inventory: Inventory, word: str, *also: str) -> str:
    """The id of the subproject that a person names by id or by name; ``also`` are words that the command takes."""
    by_name = {s.name.casefold(): s.id for s in inventory.subprojects.values()}
    known = {*inventory.subprojects, *also}
    return among(by_name.get(word.casefold(), word), known, "subproject", unread(inventory))


def asset_named(inventory: Inventory, word: str) -> str:
    """The id of the asset that a person names by its id.

    A bare name is never taken for the one asset that happens to have it: ``UsageError`` says what it could be.
    ``packages_called`` gives all the packages of a name, of which ``who`` tells as of so many.
    """
    try:
        id = canonical(word)
    except UsageError:
        own = word.strip().casefold()
        called = sorted(asset for asset in inventory.known if own in _names(asset))
        if called:
            raise UsageError(
                f"{word!r} is a name, and may be {_first(called)}", hint="write the whole id, as it stands there"
            ) from None
        party = inventory.parties.get(word)
        if party is not None:
            person = party.members[0] if party.members else party.handle
            raise UsageError(
                f"{word!r} is of the register's people, and no asset", hint=f"muniment access {person}"
            ) from None
        raise
    if (
        id not in inventory.known
        and not inventory.unread
        and all(family(asset) == PROJECT for asset in inventory.known)
    ):
        raise UsageError(
            f"there is no asset in the register: {id!r}",
            hint="it declares nothing yet: write it under assets, then muniment run REGISTER",
        )
    return among(id, inventory.known, "asset in the register:", unread(inventory))


def packages_called(inventory: Inventory, word: str) -> tuple[str, ...]:
    """The project's own packages that go by a name at some registry; none: it is no name, or of none."""
    own = word.strip().casefold()
    if ":" in own:
        return ()
    return tuple(
        sorted(
            asset
            for asset, entry in inventory.known.items()
            if family(asset) in (PYPI, NPM, CONDA) and entry.status is Status.OFFICIAL and own in _names(asset)
        )
    )


def _names(asset: str) -> tuple[str, str]:
    """What people call an asset for short: its name, and the last part of it."""
    own = asset.partition(":")[2].casefold()
    return own, own.rpartition("/")[2]


def is_wanted(
    finding: Finding,
    *,
    run: int,
    new: bool,
    subproject: str | None,
    check: str | None,
    asset: str | None,
    everything: bool,
) -> bool:
    """True if a finding answers to every given word. Without words: all that are open."""
    if new and not finding.is_new_in(run):
        return False
    if not everything and finding.state is not State.OPEN:
        return False
    return (
        (subproject is None or finding.subproject == subproject)
        and (check is None or finding.id.check == check)
        and (asset is None or finding.id.asset == asset)
    )


def one(store: Store, word: str) -> tuple[Finding, tuple[tuple[RunStamp, Entry], ...]]:
    """The finding that ``F-…`` names, and its history. ``UsageError`` if none or several answer to it."""
    found = [f for f in store.findings(fixed=True) if f.id.short.lower().startswith(word.lower())]
    if not found:
        raise UsageError(f"no finding is called {word}", hint="muniment findings --all")
    if len(found) > 1:
        names = ", ".join(sorted(f.id.short for f in found)[:5])
        raise UsageError(f"{word} could be {names}", hint="write more of it")
    return found[0], tuple(store.history(finding=found[0].id))
