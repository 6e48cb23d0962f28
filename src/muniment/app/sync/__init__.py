"""Turns what evidence shows, and the register does not say, into changes of the register for people to review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from fnmatch import fnmatchcase

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.alike import MayBe
from muniment.app.alike.spotting import numbers_ever_seen
from muniment.app.dossiers import resolved
from muniment.app.sync import packages, people, repositories
from muniment.app.sync import same as one_person
from muniment.app.sync.believing import believing
from muniment.app.sync.drifting import Drift, Found, Proof, Question
from muniment.app.sync.looking import Looking
from muniment.app.sync.mentions import Mentions
from muniment.app.sync.placing import Places
from muniment.model.declined_change import VERBS, DeclinedChange
from muniment.model.errors import Mistake, UsageError
from muniment.model.tlp import Marking, join
from muniment.ports import Store
from muniment.register.changing import Series
from muniment.register.inventory import Inventory
from muniment.register.reading import Register, Tree

_COMPARISONS: tuple[Callable[[Looking], Iterator[Found]], ...] = (
    repositories.renamed,
    repositories.archived,
    repositories.undeclared,
    repositories.gone,
    packages.archived,
    packages.linked,
    packages.undeclared,
    packages.gone,
    people.people,
)
_READS = frozenset((*repositories.READS, *packages.READS, *people.READS))


class Block(Struct, frozen=True):
    """A change as a diff of files in one tree. Each applies on top of those before it."""

    drift: Drift
    tree: Tree
    diff: str
    marking: Marking


class Synced(Struct, frozen=True):
    """The changes of one day, in the order in which they apply, and what is told beside them.

    ``aside`` counts the looks that were not relied on, by kind and reason. ``proposals`` are of whom may be one
    person: they are in no block unless somebody accepted them.
    """

    project: str
    day: date
    blocks: tuple[Block, ...]
    questions: tuple[Question, ...]
    declined: tuple[tuple[Drift, DeclinedChange], ...]
    aside: Mapping[tuple[str, str], int]
    trees: tuple[Tree, ...]
    proposals: tuple[MayBe, ...] = ()


_OF_ITSELF = ("archive", "link")
"""What a change says of an entry alone, whatever the rest of the register says."""

Mistaken = Callable[[Mapping[str, str]], Sequence[Mistake]]
"""What would be wrong with the register, were some of its files other texts."""


def sync(
    store: Store,
    register: Register,
    mistaken: Mistaken,
    *,
    now: datetime,
    only: Collection[str] = (),
    without: Collection[str] = (),
    same: Collection[str] = (),
) -> Synced:
    """What the register's files would have to say to agree with what is believed.

    Args:
        store: what is believed.
        register: the files as they stand now, whatever was recorded of them.
        mistaken: judges the files with the changes made.
        now: the instant from which it is reckoned what is stale; its day is that of new entries (UTC).
        only: ids, or patterns, of the changes wanted; empty: all.
        without: those not wanted.
        same: the proposals of whom may be one person that somebody accepts, each by its id; without ``only`` they
            are all that is made.
    """
    if not any(run for run in store.runs()):
        raise UsageError("nothing was collected yet", hint="muniment run REGISTER")
    inventory = resolved(store, Inventory.of(register.evidence))
    places = Places.of(register, inventory)
    sights = believing(store, _READS, register.policy, now)
    looking = Looking(inventory, places, Mentions(places.texts), sights, now.date(), numbers_ever_seen(store))
    drifts, questions = _found(looking)
    drifts, unsure = _sure(drifts, register)
    questions += unsure
    _named(only, drifts, questions)
    wanted: list[Drift] = []
    declined: list[tuple[Drift, DeclinedChange]] = []
    for drift in drifts:
        by = [own for own in register.declined_changes if own.covers(drift.id, now.date())]
        if by:
            declined.append((drift, max(by, key=lambda own: own.until)))
        elif _among(drift.id, only or ("*",)) and not _among(drift.id, without):
            wanted.append(drift)
    proposals = one_person.proposed(store, looking, now=now)
    taken, open_ = _accepted(one_person.named(proposals, same), looking, register)
    questions += open_
    wanted = [*(wanted if only or not same else ()), *taken]
    made, refused = _made(wanted, register, mistaken)
    return Synced(
        project=register.project,
        day=now.date(),
        blocks=tuple(_block(drift, diff, places) for drift, diff in made),
        questions=(*questions, *refused),
        declined=tuple(declined),
        aside=Counter(sights.aside),
        trees=register.trees,
        proposals=proposals,
    )


def _accepted(wanted: Iterable[MayBe], looking: Looking, register: Register) -> tuple[list[Drift], list[Question]]:
    """The changes that make one of two, and the questions that stand where the register has no place for that."""
    drifts: list[Drift] = []
    questions: list[Question] = []
    for may in wanted:
        found = one_person.accepted(may, looking)
        if isinstance(found, Drift):
            drifts.append(replace(found, under=join(found.under, may.marking)))
        else:
            questions.append(found)
    sure, unsure = _sure(drifts, register)
    return sure, [*questions, *unsure]


def _found(looking: Looking) -> tuple[list[Drift], list[Question]]:
    """What all comparisons find, each change once, in the order in which changes are made.

    Each is as closed as the trees that it tells of, whatever the evidence is.
    """
    places = looking.places
    drifts: dict[str, Drift] = {}
    questions: dict[str, Question] = {}
    for compare in _COMPARISONS:
        for found in compare(looking):
            if isinstance(found, Drift):
                trees = (places.tree_of(edit.file).marking for edit in found.edits)
                under = join(found.under, places.told_by(_subject(found.id)), *trees)
                drifts.setdefault(found.id, replace(found, under=under))
            else:
                named = places.told_by(f"{_subject(found.about)} {found.text}")
                questions.setdefault(found.about, replace(found, marking=join(found.marking, named)))
    ordered = sorted(drifts.values(), key=lambda d: (VERBS.index(d.id.partition(":")[0]), d.id))
    return ordered, [questions[about] for about in sorted(questions)]


def _subject(id: str) -> str:
    """What the change of an id is about: an asset, or the handle of a person."""
    return id.partition(":")[2]


def _sure(drifts: Sequence[Drift], register: Register) -> tuple[list[Drift], list[Question]]:
    """The changes that stand though a tree was not read; what such a tree may say is asked."""
    if not register.unread:
        return list(drifts), []
    names = ", ".join(tree.name for tree in register.unread)
    said = f"the tree {names} was not read and may say something of it: sync again when it can be read"
    own = [drift for drift in drifts if drift.id.partition(":")[0] in _OF_ITSELF]
    return own, [Question(drift.id, said, drift.marking) for drift in drifts if drift not in own]


def _among(id: str, patterns: Iterable[str]) -> bool:
    return any(id == pattern or fnmatchcase(id, pattern) for pattern in patterns)


def _named(only: Iterable[str], drifts: Sequence[Drift], questions: Sequence[Question]) -> None:
    """Refuse a wish that nothing answers to: an empty patch would read as "all is well"."""
    for wish in only:
        if not any(_among(drift.id, (wish,)) for drift in drifts):
            asked = any(question.about == wish for question in questions)
            hint = "it is a question: evidence does not decide it" if asked else "muniment sync lists the changes"
            raise UsageError(f"no change {wish!r} is proposed", hint=hint)


def _made(
    wanted: Sequence[Drift], register: Register, mistaken: Mistaken
) -> tuple[list[tuple[Drift, str]], list[Question]]:
    """The changes as diffs; those that cannot be made so that a register remains are questions."""
    made, refused, finished = _series(wanted, register)
    if not made or not mistaken(finished):
        return made, refused
    good: list[Drift] = []
    for drift, _ in made:  # one of them is to blame, or two together
        _, _, texts = _series((*good, drift), register)
        wrong = mistaken(texts)
        if wrong:
            refused.append(Question(drift.id, f"the register would have a mistake: {wrong[0]}", drift.marking))
        else:
            good.append(drift)
    return _series(good, register)[0], refused


def _series(
    wanted: Iterable[Drift], register: Register
) -> tuple[list[tuple[Drift, str]], list[Question], Mapping[str, str]]:
    series = Series(())
    for tree in register.trees:
        series.take(tree.texts, tree.name)
    made: list[tuple[Drift, str]] = []
    refused: list[Question] = []
    for drift in wanted:
        try:
            made.append((drift, series.make(drift.edits)))
        except UsageError as error:
            said = f"it cannot be spliced in safely, {error.message}: {drift.why}"
            refused.append(Question(drift.id, said, drift.marking))
    return made, refused, series.finished()


def _block(drift: Drift, diff: str, places: Places) -> Block:
    files = {edit.file for edit in drift.edits}
    marking = join(drift.marking, *(places.marking_of(file) for file in files))
    return Block(drift, places.tree_of(next(iter(files))), diff, marking)


__all__ = ["Block", "Drift", "Proof", "Question", "Synced", "sync"]
