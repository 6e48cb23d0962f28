"""Judges one asset by one check: evidence in, verdict out, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from muniment.checks.declaration import Absent, All, Check, NotKept, Some, Today
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.kind import Evidence, kind_id
from muniment.ledger.recording import AllBut, Cleared
from muniment.model.asset import Status, family
from muniment.model.observation import Outcome
from muniment.model.policy import Policy
from muniment.model.text import plain
from muniment.model.tlp import CLEAR, TLP, Marking, join
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict
from muniment.register.inventory import Inventory


class Seen(Struct, frozen=True, kw_only=True):
    """What is known of one cell on the day judged.

    ``outcome`` is that of the look believed; ``None``: nobody ever saw it, and ``reason`` says why.
    ``stale``: older than the policy allows for its kind, or newer looks failed.
    """

    outcome: Outcome | None
    items: All[Any] = All()
    reason: Reason = Reason.UNCOLLECTED
    detail: str = ""
    stale: bool = False
    source: str = ""
    observed_at: datetime | None = None
    marking: Marking = CLEAR
    reparsed: bool = False

    @property
    def complete(self) -> bool:
        """True if the items are all there are."""
        return self.outcome is Outcome.COLLECTED


class Dossier(Struct, frozen=True):
    """All evidence about one asset, by kind.

    ``declared`` marks the register's entries of assets, ``inventory`` everything that it declares. ``stale``: the
    entry comes from a tree that could not be read.
    """

    asset: str
    entry: DeclaredAsset
    subproject: str
    cells: Mapping[type[Evidence], Seen]
    declared: Marking = CLEAR
    inventory: Marking = CLEAR
    stale: bool = False


class Bench(Struct, frozen=True):
    """What every judgement shares: the inventory, the policy's numbers and the day."""

    inventory: Inventory
    policy: Policy
    today: date


class Judged(Struct, frozen=True):
    """A verdict, and what it lets the ledger close.

    ``cleared`` are keys seen passing, or all but those that could not be judged; ``None``: every key that is not
    a problem. ``stale``: judged by stale evidence. ``reparsed``: by evidence that a new parser of ours read.
    """

    verdict: Verdict
    cleared: Cleared = None
    stale: bool = False
    reparsed: bool = False


Run = Callable[[Dossier, Bench], Judged]

_PASSED = Judged(PASS)
_PASSED_STALE = Judged(PASS, stale=True)
_UNSEEN = Seen(outcome=None)
_KEPT: frozenset[str] = frozenset()
_UNATTESTED = Judged(NotApplicable("nobody attested anything"))


def unknown(reason: Reason, detail: str = "", *, stale: bool = False) -> Judged:
    """An Unknown, which closes nothing."""
    return Judged(Unknown(reason, detail), _KEPT, stale)


def compile(check: Check) -> Run:
    """The function that judges an asset by a check; made once, called a million times."""
    function = check.function
    spec = tuple((p.how, p.kind, p.how in _LOOKED_UP) for p in check.params)
    each = next((i for i, p in enumerate(check.params) if p.how == "each"), None)
    statuses = frozenset(check.statuses)

    def run(dossier: Dossier, bench: Bench) -> Judged:
        if dossier.entry.status not in statuses:
            return Judged(NotApplicable(f"the asset is {dossier.entry.status}"))
        stale = reparsed = False
        args: list[Any] = []
        items: Seen = _UNSEEN
        for how, kind, looked_up in spec:
            if looked_up:
                found = _look_up(how, dossier, bench)
                if found is None:
                    return _UNATTESTED
                args.append(found)
                continue
            if how == "kept" and family(dossier.asset) not in kind.about:
                args.append(NotKept())
                continue
            seen = dossier.cells.get(kind, _UNSEEN)
            outcome = seen.outcome
            if seen.reason is Reason.DECLINED:
                return unknown(seen.reason, seen.detail)
            if how == "some":
                stale = stale or seen.stale
                reparsed = reparsed or seen.reparsed
                args.append(Some(seen.items))
                continue
            if outcome is None:
                return unknown(seen.reason, seen.detail)
            if seen.stale:
                stale = True
            if seen.reparsed:
                reparsed = True
            if outcome is Outcome.ABSENT:
                if how == "optional":
                    args.append(Absent())
                    continue
                return Judged(NotApplicable("it does not exist"), stale=stale, reparsed=reparsed)
            if how == "each":
                items = seen
                args.append(None)
                continue
            if outcome is not Outcome.COLLECTED:
                return unknown(seen.reason, seen.detail, stale=stale)
            if how == "all":
                args.append(seen.items)
            elif how == "unarchived" and seen.items and seen.items[0].archived:
                return Judged(NotApplicable("it is archived"), stale=stale, reparsed=reparsed)
            elif seen.items:
                args.append(seen.items[0])
            else:
                return unknown(Reason.UNREADABLE, f"the {kind_id(kind)} cell is complete and empty", stale=stale)
        if each is not None:
            return by_item(args, items, stale, reparsed)
        try:
            verdict = function(*args)
        except Exception as error:
            verdict = faulty(error)
        if verdict is PASS and not reparsed:
            return _PASSED_STALE if stale else _PASSED
        verdict = sound(verdict)
        cleared = None
        if isinstance(verdict, Unknown) or (isinstance(verdict, Fail) and not verdict.exhaustive):
            cleared = _KEPT
        return Judged(verdict, cleared, stale, reparsed)

    def by_item(args: list[Any], seen: Seen, stale: bool, reparsed: bool) -> Judged:
        assert each is not None
        problems: list[Problem] = []
        puzzle: Unknown | None = None
        complete = seen.complete
        unclear: set[str] = set()
        before, after = args[:each], args[each + 1 :]
        judge: Callable[[Any], Any] = partial(function, *before) if before else function
        if after:

            def judge(item: Any) -> Any:
                return function(*before, item, *after)

        try:
            answers = list(map(judge, seen.items))
        except Exception:  # then each by itself, so that one odd item does not hide what the others show
            answers = [_answer(judge, item) for item in seen.items]
        if complete and not reparsed and answers.count(None) == len(answers):
            return _PASSED_STALE if stale else _PASSED
        for item, answer in zip(seen.items, answers, strict=True):
            if answer is None:
                continue
            if isinstance(answer, Problem) and _is_sound(answer):
                problems.append(_keyed(answer, item.key))
                continue
            puzzle = _puzzle(answer)
            unclear.add(item.key)
        if complete and puzzle is None:
            if problems:
                return Judged(Fail(tuple(problems)), None, stale, reparsed)
            if reparsed:
                return Judged(PASS, None, stale, reparsed)
            return _PASSED_STALE if stale else _PASSED
        passing: Cleared
        if complete:
            passing = AllBut(frozenset(unclear))
        else:
            passing = frozenset(i.key for i in seen.items) - {p.key for p in problems} - unclear
        if problems:
            return Judged(Fail(tuple(problems), exhaustive=False), passing, stale, reparsed)
        if puzzle is None:
            puzzle = Unknown(seen.reason, seen.detail)
        return Judged(puzzle, passing, stale, reparsed)

    def asked(dossier: Dossier, bench: Bench) -> Judged:
        judged = run(dossier, bench)
        return held(check, dossier, bench, judged) if bench.inventory.unread else judged

    return asked


def held(check: Check, dossier: Dossier, bench: Bench, judged: Judged) -> Judged:
    """What a judgement is worth while a tree of the register could not be read.

    That something is not declared, or not settled, is then known to nobody: such a failure is Unknown, and closes
    nothing. An entry of an unread tree is believed as it was, and what rests on it is stale.
    """
    stale = judged.stale or dossier.stale
    if isinstance(judged.verdict, Fail) and asks_what_is_declared(check, dossier, bench):
        names = sorted(bench.inventory.unread)
        many = "the trees " + ", ".join(names) if len(names) > 1 else f"the tree {names[0]}"
        return unknown(Reason.UNREACHABLE, f"{many} of the register could not be read", stale=stale)
    return Judged(judged.verdict, judged.cleared, stale, judged.reparsed)


def asks_what_is_declared(check: Check, dossier: Dossier, bench: Bench) -> bool:
    """True if more in the register could change the check's answer about an asset."""
    by_rules = check.takes("declared") and dossier.asset in bench.inventory.found
    return check.takes("inventory") or by_rules or any(kind.compared for kind in check.kinds)


_LOOKED_UP = frozenset({"declared", "policy", "today", "inventory", "attestation", "attestation-or-absent"})
"""The ways in which a parameter is given without a look at any source."""


def _look_up(how: str, dossier: Dossier, bench: Bench) -> Any:
    if how == "declared":
        return dossier.entry
    if how == "policy":
        return bench.policy
    if how == "today":
        return Today(bench.today)
    if how == "inventory":
        return bench.inventory
    found = bench.inventory.attestations.get(dossier.asset)
    return Absent() if found is None and how == "attestation-or-absent" else found


def faulty(error: Exception) -> Unknown:
    """What a check that raised tells: nothing, so what it found before stays as it is."""
    try:
        said = f"{type(error).__name__}: {error}"
    except Exception:  # even its words fail
        said = type(error).__name__
    return Unknown(Reason.FAULTY, plain(said, 300))


def sound(verdict: object) -> Verdict:
    """The verdict, or an Unknown where a check's answer does not have the shape of one."""
    if isinstance(verdict, Fail):
        problems = verdict.problems
        if not isinstance(problems, tuple) or not problems or not all(map(_is_sound, problems)):
            return _no_answer(verdict)
        if len({p.key for p in problems}) < len(problems):
            return Unknown(Reason.FAULTY, "the check gave two problems the same key")
        return verdict
    if isinstance(verdict, Unknown):
        return _puzzle(verdict)
    return verdict if isinstance(verdict, Pass | NotApplicable) else _no_answer(verdict)


def _puzzle(answer: object) -> Unknown:
    if isinstance(answer, Unknown) and isinstance(answer.reason, Reason) and _is_text(answer.detail):
        return answer
    return _no_answer(answer)


def _is_sound(problem: object) -> bool:
    return isinstance(problem, Problem) and all(map(_is_text, (problem.message, problem.key, problem.cause)))


def _is_text(text: object) -> bool:
    try:
        return isinstance(text, str) and bool(text.encode() or True)
    except UnicodeEncodeError:
        return False


def _no_answer(answer: object) -> Unknown:
    return Unknown(Reason.FAULTY, f"the check answered with {type(answer).__name__}, which is no answer")


def _answer(judge: Callable[[Any], Any], item: Any) -> Any:
    try:
        return judge(item)
    except Exception as error:
        return faulty(error)


def _keyed(problem: Problem, key: str) -> Problem:
    if problem.key == key:
        return problem
    return msgspec.structs.replace(problem, key=key)


def marking_of(check: Check, dossier: Dossier) -> Marking:
    """The marking of a finding: the join of the evidence read, at least AMBER to the asset's subproject."""
    own = Marking(TLP.AMBER, frozenset({dossier.subproject}) if dossier.subproject else frozenset())
    read = [dossier.cells[k].marking for k in check.kinds if k in dossier.cells]
    register = dossier.inventory if check.reads_register else dossier.declared
    return join(own, register, *read)


__all__ = [
    "Bench",
    "Dossier",
    "Judged",
    "Pass",
    "Run",
    "Seen",
    "Status",
    "compile",
    "marking_of",
    "unknown",
]
