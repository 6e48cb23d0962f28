"""Secrets to follow: evidence of every kind with its own secret in each text field, and material made of it.

The kinds and their text fields are derived from the types, so that a new kind or field is followed without an
edit here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, inspect
from msgspec.structs import replace

from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.kind import Evidence, kinds
from muniment.ledger.events import Event, Fixed, Opened, Regraded, Restated, Unwaived, Waived
from muniment.ledger.finding import Finding, State
from muniment.model.tlp import Marking
from muniment.publish.alike import Alike
from muniment.publish.alive import Alive
from muniment.publish.campaigns import CampaignPiece, LinePiece, SubjectPiece, SumPiece
from muniment.publish.council import Council
from muniment.publish.held import Held
from muniment.publish.material import (
    AnswerRow,
    Count,
    Happened,
    Look,
    Material,
    Reach,
    RunInfo,
    Tallied,
    Turn,
)
from muniment.publish.reviews import ReviewPiece
from muniment.publish.shipping import Shipping
from muniment.publish.steps import Parting, Step
from muniment.register.inventory import Inventory
from muniment.testing.material import NOW

T = TypeVar("T")

_ASSET_FIELDS = frozenset({"asset", "through", "opens"})
"""Text fields that must hold an asset id."""

_VERDICTS = ("pass", "fail", "unknown")


class Canary(Struct, frozen=True):
    """A piece of evidence, and the secrets that its text fields hold."""

    kind: str
    evidence: Evidence
    secrets: tuple[str, ...]


class Secrets:
    """Gives out secrets, none of which is part of another."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.given: list[str] = []

    def new(self, field: str) -> str:
        """A secret for a field of this name."""
        secret = f"canary-{self.tag}-{len(self.given):04d}-end"
        self.given.append(secret)
        return f"pypi:{secret}" if field in _ASSET_FIELDS else secret


def canaries(marking: Marking, tag: str = "") -> tuple[Canary, ...]:
    """One piece of evidence of every kind, a secret in each text field; ``marking`` names the secrets."""
    tag = tag or _tag(marking)
    made = []
    for id, kind in sorted(kinds().items()):
        secrets = Secrets(f"{tag}-{id}")
        made.append(Canary(id, filled(kind, secrets), tuple(secrets.given)))
    return tuple(made)


def filled(type_: type[T], secrets: Secrets, marking: Marking | None = None) -> T:
    """An instance of a type with a secret in each text field; markings in it are ``marking``."""
    value = _value(inspect.type_info(type_), "", secrets, marking)
    assert isinstance(value, type_)
    return value


def secret_material(found: tuple[Canary, ...], marking: Marking) -> Material:
    """Material in which every secret stands wherever evidence reaches a publication, all of it so marked.

    Each secret is part of the register (if its kind is the register's), of a finding's asset, key, message and
    cause, of an answer, of a look, of a path to an asset. The material's own text fields hold secrets of their own.
    """
    own = Secrets(f"{_tag(marking)}-own")
    secrets = tuple(s for canary in found for s in canary.secrets)
    findings = [filled(Finding, own, marking)]
    answers = [replace(filled(AnswerRow, own, marking), verdict=verdict) for verdict in _VERDICTS]
    looks = [filled(Look, own, marking)]
    held = [filled(Held, own, marking)]
    states = tuple(State)
    for number, secret in enumerate(secrets):
        finding = filled(Finding, own, marking)
        findings.append(
            replace(
                finding,
                id=replace(finding.id, asset=f"pypi:{secret}"),
                state=states[number % len(states)],
                message=f"it says {secret}",
                cause=secret,
            )
        )
        answers.append(
            replace(filled(AnswerRow, own, marking), verdict=_VERDICTS[number % 3], detail=secret, stale=True)
        )
        held.append(
            replace(filled(Held, own, marking), asset=f"pypi:{secret}", who=secret, party=secret, detail=secret)
        )
        looks.append(replace(filled(Look, own, marking), asset=f"pypi:{secret}", source=secret, detail=secret))
    said: tuple[Event, ...] = (
        filled(Opened, own, marking),
        filled(Regraded, own, marking),
        filled(Restated, own, marking),
        filled(Waived, own, marking),
        filled(Unwaived, own, marking),
        filled(Fixed, own, marking),
    )
    lines = tuple(Happened(1, NOW, event) for event in said)
    return Material(
        inventory=Inventory.of(canary.evidence for canary in found),
        register_marking=marking,
        decisions_marking=marking,
        at=NOW,
        as_of=NOW.date(),
        run=filled(RunInfo, own, marking),
        previous=filled(RunInfo, own, marking),
        findings=tuple(findings),
        answers=tuple(answers),
        tallies=(filled(Count, own, marking),),
        looks=tuple(looks),
        over=(replace(filled(Finding, own, marking), state=State.FIXED),),
        histories={f.id: lines for f in findings[:3]},
        turns=(replace(filled(Turn, own, marking), new=7_654_321),),
        tallied=(replace(filled(Tallied, own, marking), ok=7_654_321),),
        held=tuple(held),
        given=tuple(held),
        alive=tuple(
            replace(filled(Alive, own, marking), handle=canary.evidence.handle)
            for canary in found
            if isinstance(canary.evidence, DeclaredParty)
        ),
        alike=tuple(
            replace(filled(Alike, own, marking), one=canary.evidence.handle)
            for canary in found
            if isinstance(canary.evidence, DeclaredParty)
        ),
        shipping=(filled(Shipping, own, marking),),
        partings=tuple(
            Parting(handle=canary.evidence.handle, steps=(filled(Step, own, marking),))
            for canary in found
            if isinstance(canary.evidence, DeclaredParty)
        ),
        reach=replace(filled(Reach, own, marking), live=7_654_321),
        council=filled(Council, own, marking),
        reviews=(filled(ReviewPiece, own, marking),),
        campaigns=tuple(_campaigns(own, marking, secrets)),
    )


def _campaigns(own: Secrets, marking: Marking, secrets: tuple[str, ...]) -> Iterator[CampaignPiece]:
    """A campaign of each state, in which every secret is a subject's login somewhere."""
    whole = filled(CampaignPiece, own, marking)
    subject, line = filled(SubjectPiece, own, marking), filled(LinePiece, own, marking)
    for state in ("running", "paused", "closed", "untold"):
        yield replace(
            whole,
            state=state,
            name=f"{whole.name}-{state}",
            subjects=tuple(
                replace(subject, state=("to-go", "cannot-see", "complied", "left", "exempt")[n % 5], login=secret)
                for n, secret in enumerate(secrets)
            ),
            lines=(replace(line, to_go=7_654_321),),
            open_to_all=SumPiece(marking=marking, done=7_654_321, to_go=7_654_321, cannot_see=7_654_321),
        )


def _shaped(secret: str, pattern: str | None) -> str:
    """The secret in the shape that a field asks for: the name of an asset of the family that fits."""
    bare = secret.removeprefix("pypi:")
    shapes = (secret, bare, f"pypi:{bare}", f"github:org/{bare}", f"github:repo/callisto/{bare}")
    return secret if pattern is None else next((s for s in shapes if re.search(pattern, s)), secret)


def _tag(marking: Marking) -> str:
    to = "-".join(sorted(marking.to)) if marking.to is not None else "all"
    return f"{marking.level.name.lower().replace('_', '')}-{to}"


def _value(type_: inspect.Type, field: str, secrets: Secrets, marking: Marking | None) -> Any:
    if isinstance(type_, inspect.Metadata):
        return _value(type_.type, field, secrets, marking)
    if isinstance(type_, inspect.StrType):
        return _shaped(secrets.new(field), type_.pattern)
    if isinstance(type_, inspect.StructType):
        if type_.cls is Marking and marking is not None:
            return marking
        return type_.cls(**{f.name: _value(f.type, f.name, secrets, marking) for f in type_.fields})
    if isinstance(type_, inspect.UnionType):
        chosen = next(t for t in type_.types if not isinstance(t, inspect.NoneType))
        return _value(chosen, field, secrets, marking)
    if isinstance(type_, inspect.VarTupleType | inspect.FrozenSetType):
        items = (_value(type_.item_type, field, secrets, marking),)
        return items if isinstance(type_, inspect.VarTupleType) else frozenset(items)
    if isinstance(type_, inspect.TupleType):
        return tuple(_value(t, field, secrets, marking) for t in type_.item_types)
    if isinstance(type_, inspect.DictType):
        key = _value(type_.key_type, field, secrets, marking)
        return {key: _value(type_.value_type, field, secrets, marking)}
    if isinstance(type_, inspect.EnumType):
        return next(iter(type_.cls))
    if isinstance(type_, inspect.LiteralType):
        return type_.values[0]  # one of a few words of ours: it can hold no secret
    return _plain(type_)


_PLAIN: dict[type[inspect.Type], Callable[[], Any]] = {
    inspect.IntType: lambda: 1,
    inspect.FloatType: lambda: 1.0,
    inspect.BoolType: lambda: True,
    inspect.DateTimeType: lambda: datetime(2026, 6, 1, tzinfo=UTC),
    inspect.DateType: lambda: date(2026, 6, 1),
}


def _plain(type_: inspect.Type) -> Any:
    make = _PLAIN.get(type(type_))
    if make is None:
        raise TypeError(f"no canary knows how to fill a {type(type_).__name__}: teach it here")
    return make()


def text_fields(type_: type[Struct]) -> Iterator[str]:
    """The paths of all text fields of a type, by inspection."""
    yield from _paths(inspect.type_info(type_), type_.__name__)


def _paths(type_: inspect.Type, path: str) -> Iterator[str]:
    if isinstance(type_, inspect.Metadata):
        yield from _paths(type_.type, path)
    elif isinstance(type_, inspect.StrType):
        yield path
    elif isinstance(type_, inspect.StructType):
        for field in type_.fields:
            yield from _paths(field.type, f"{path}.{field.name}")
    elif isinstance(type_, inspect.UnionType):
        chosen = next(t for t in type_.types if not isinstance(t, inspect.NoneType))
        yield from _paths(chosen, path)
    elif isinstance(type_, inspect.VarTupleType | inspect.FrozenSetType):
        yield from _paths(type_.item_type, f"{path}[]")
    elif isinstance(type_, inspect.TupleType):
        for number, item in enumerate(type_.item_types):
            yield from _paths(item, f"{path}[{number}]")
    elif isinstance(type_, inspect.DictType):
        yield from _paths(type_.key_type, f"{path}.key")
        yield from _paths(type_.value_type, f"{path}.value")


def encoded(found: tuple[Canary, ...]) -> tuple[tuple[str, str, bytes], ...]:
    """Kind, key and payload of each canary, as a collector would hand them over in a batch."""
    return tuple((c.kind, c.evidence.key, msgspec.json.encode(c.evidence)) for c in found)
