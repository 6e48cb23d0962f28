"""How a check is declared: a decorated function whose parameters name its evidence.

========================  ====================================================================
parameter's annotation    what the function gets
========================  ====================================================================
``K``                     the one fact of the cell; needs complete evidence
``K | Absent``            the same, or ``Absent()`` where the thing is proved not to exist
``Unarchived[K]``         the same, of a thing that is in use; where it says that the thing is archived, the
                          check is NotApplicable, whatever the rest of its evidence; it stands first
``K | NotKept``           the same, or ``NotKept()`` where registries of the asset's family keep no such record
``All[K]``                every item of the cell, a tuple; needs complete evidence
``Some[K]``               the items seen, on partial evidence too and none where nothing was; never proof that
                          there is no other
``Each[K]``               one item; the function is called once per item, on partial evidence too
``DeclaredAsset``         the register's own entry for the asset
``DeclaredAttestation``   what the register says a person saw of it; commonly ``| Absent``
``Inventory``             the whole declared inventory
``Policy`` · ``Today``    the register's numbers · the day judged
========================  ====================================================================

A check with an ``Each`` parameter answers ``Problem`` (this item fails; its key is the item's), ``None``
(it passes) or ``Unknown`` (cannot tell: changes nothing). Any other check answers a ``Verdict``.

A check judges the assets that all its evidence kinds tell of; one that asks for nothing but what the register
says judges every asset.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from importlib.metadata import entry_points
from typing import Annotated, Any, NewType, TypeVar

from msgspec import Struct

from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.evidence.kind import Evidence, kind_id
from muniment.model import asset as assets
from muniment.model.asset import Status
from muniment.model.policy import Policy
from muniment.model.verdict import Problem, Reason, Severity, Unknown, Verdict
from muniment.register.inventory import Inventory

T = TypeVar("T", bound=Evidence)

Today = NewType("Today", date)
"""The day judged (UTC): D under ``--as-of``, moved by ``--pretend-now``."""


class Absent(Struct, frozen=True):
    """Proof that the thing asked for does not exist."""


class NotKept(Struct, frozen=True):
    """Registries of the asset's family keep no such record, so nobody was asked."""


class All(tuple[T, ...]):
    """Every item of a cell."""


class Some(tuple[T, ...]):
    """The items of a cell that were seen, be they all or not."""


class _UnarchivedMark:
    pass


Unarchived = Annotated[T, _UnarchivedMark]
"""The one fact of a cell about a thing that is in use; its field ``archived`` says whether it is."""


class _EachMark:
    pass


Each = Annotated[T, _EachMark]
"""One item of a cell at a time."""


class Example(Struct, frozen=True, kw_only=True):
    """A case of a check: its test and its documentation.

    Args:
        name: the case, as a sentence without a full stop.
        asset: the asset judged; official, unless ``register`` holds an entry for it.
        given: evidence about the asset, complete for each kind in it; kinds not named anywhere are uncollected.
        empty: kinds of which it is proved that there is none.
        partial: kinds of ``given`` of which not everything was seen.
        absent: kinds whose cell is proof that the thing does not exist.
        unseen: kinds that could not be seen, and why.
        register: what the register declares beside, of any kind.
        today: the day judged.
        expect: the verdict's type.
        keys: the keys of the problems, if it fails.
        reason: why it is Unknown, if it is.
    """

    name: str
    asset: str
    given: tuple[Evidence, ...] = ()
    empty: tuple[type[Evidence], ...] = ()
    partial: tuple[type[Evidence], ...] = ()
    absent: tuple[type[Evidence], ...] = ()
    unseen: tuple[tuple[type[Evidence], Reason], ...] = ()
    register: tuple[Evidence, ...] = ()
    today: date = date(2026, 3, 1)
    expect: type[Any]
    keys: tuple[str, ...] = ("",)
    reason: Reason | None = None


class Param(Struct, frozen=True):
    """One parameter of a check: its name, the evidence kind, and how it is given."""

    name: str
    kind: Any
    how: str  # one of COLLECTED, declared, attestation, attestation-or-absent, inventory, policy, today


COLLECTED = frozenset({"one", "unarchived", "optional", "kept", "all", "some", "each"})
"""The ways of being given that need a collector; the others come from the register."""


class Check(Struct, frozen=True, kw_only=True):
    """A declared check. ``version`` is raised when its judgement changes: what follows is Rejudged, not news."""

    id: str
    title: str
    severity: Severity
    controls: tuple[str, ...]
    statuses: tuple[Status, ...]
    families: tuple[str, ...]
    params: tuple[Param, ...]
    function: Callable[..., Any]
    text: str
    examples: tuple[Example, ...]
    aliases: tuple[str, ...] = ()
    version: int = 1

    @property
    def kinds(self) -> tuple[type[Evidence], ...]:
        """The evidence kinds that must be collected for this check."""
        return tuple(p.kind for p in self.params if p.how in COLLECTED)

    @property
    def each(self) -> Param | None:
        """The parameter judged item by item, if there is one."""
        return next((p for p in self.params if p.how == "each"), None)

    @property
    def reads_register(self) -> bool:
        """True if it reads more of the register than the asset's own entry, such as people or attestations."""
        return self.takes("inventory") or any(k.keyed_by_asset for k in self.kinds)

    def takes(self, how: str) -> bool:
        """True if a parameter is given in this way."""
        return any(p.how == how for p in self.params)


Judge = TypeVar("Judge", bound=Callable[..., "Verdict | Problem | Unknown | None"])


def check(
    *,
    title: str,
    severity: str,
    controls: tuple[str, ...] = (),
    families: tuple[str, ...] | None = None,
    statuses: tuple[Status, ...] = (Status.OFFICIAL, Status.UNCLEAR),
    examples: tuple[Example, ...] = (),
    aliases: tuple[str, ...] = (),
    version: int = 1,
    id: str | None = None,
) -> Callable[[Judge], Judge]:
    """Declare the decorated function a check.

    Args:
        title: what is wrong, as a sentence without a full stop.
        severity: ``low``, ``medium``, ``high`` or ``critical``; the policy may change it.
        controls: ids of the OpenSSF OSPS Baseline that the check bears on.
        families: which assets it judges; by default those that all its evidence kinds tell of (those asked for
            as ``K | NotKept`` apart), and all assets if it asks for none.
        statuses: of which status; the others are NotApplicable.
        examples: at least one that passes and one that fails.
        aliases: ids it had before.
        version: raise it when the judgement changes.
        id: only for checks that do not live in a family's folder, such as tests'.
    """

    def declare(function: Judge) -> Judge:
        params = tuple(_params(function))
        if any(p.how == "unarchived" for p in params[1:]):
            raise TypeError(f"{function.__module__}.{function.__qualname__}: what must be unarchived stands first")
        kinds = [p.kind for p in params if p.how in COLLECTED and p.how != "kept"]
        about = families
        if about is None:
            about = tuple(f for f in assets.FAMILIES if all(f in k.about for k in kinds))
        family, _, name = function.__module__.removeprefix("muniment.checks.").rpartition(".")
        declared = Check(
            id=id or f"{family.rpartition('.')[2]}/{name}".replace("_", "-"),
            title=title,
            severity=Severity.of(severity),
            controls=controls,
            statuses=statuses,
            families=about,
            params=params,
            function=function,
            text=inspect.cleandoc(function.__doc__ or ""),
            examples=examples,
            aliases=aliases,
            version=version,
        )
        function.__dict__["__check__"] = declared
        return function

    return declare


def declared(function: Callable[..., Any]) -> Check:
    """The check that a decorated function is."""
    found: Check = function.__dict__["__check__"]
    return found


def _params(function: Callable[..., Any]) -> Iterator[Param]:
    hints = typing.get_type_hints(function, include_extras=True)
    hints.pop("return", None)
    for name, hint in hints.items():
        yield Param(name, *_read(hint, name, function))


def _read(hint: Any, name: str, function: Callable[..., Any]) -> tuple[Any, str]:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint in _SHARED:
        return None, _SHARED[hint]
    if hint is DeclaredAsset:
        return hint, "declared"
    if hint is DeclaredAttestation:
        return hint, "attestation"
    if origin is Annotated and args[1] is _EachMark and _collectable(args[0]):
        return args[0], "each"
    if origin is Annotated and args[1] is _UnarchivedMark and _collectable(args[0]):
        return args[0], "unarchived"
    if origin is All and _collectable(args[0]):
        return args[0], "all"
    if origin is Some and _collectable(args[0]):
        return args[0], "some"
    if origin in (typing.Union, types.UnionType) and len(args) == 2:
        if args == (DeclaredAttestation, Absent):
            return args[0], "attestation-or-absent"
        if args[1] in _OTHERWISE and _collectable(args[0]):
            return args[0], _OTHERWISE[args[1]]
    if _collectable(hint):
        return hint, "one"
    raise TypeError(
        f"{function.__module__}.{function.__qualname__}: parameter {name!r} names no evidence that a check can have"
    )


_SHARED: dict[Any, str] = {Today: "today", Policy: "policy", Inventory: "inventory"}
_OTHERWISE: dict[Any, str] = {Absent: "optional", NotKept: "kept"}


def _collectable(kind: Any) -> bool:
    # What people declare is asked of the Inventory, where it is indexed.
    return isinstance(kind, type) and issubclass(kind, Evidence) and not kind.keyed_by_asset


@cache
def checks() -> dict[str, Check]:
    """Every check by id: each file in a family's folder, and the entry points ``muniment.checks``."""
    found: dict[str, Check] = {}
    package = importlib.import_module(__package__)
    modules = [
        importlib.import_module(f"{__package__}.{family.name}.{info.name}")
        for family in pkgutil.iter_modules(package.__path__)
        if family.ispkg
        for info in pkgutil.iter_modules([str(p) for p in _paths(family.name)])
    ]
    modules += [point.load() for point in entry_points(group="muniment.checks")]
    for module in modules:
        found |= {own.id: own for own in marked(module, "__check__")}
    return dict(sorted(found.items()))


def marked(module: types.ModuleType, mark: str) -> Iterator[Any]:
    """What a module's own functions were declared to be, in the order in which they stand there.

    ``mark`` is the attribute in which a decorator leaves it.
    """
    for value in vars(module).values():
        if isinstance(value, types.FunctionType) and value.__module__ == module.__name__ and mark in vars(value):
            yield vars(value)[mark]


def _paths(family: str) -> list[str]:
    return list(importlib.import_module(f"{__package__}.{family}").__path__)


def kinds_needed(chosen: typing.Iterable[Check]) -> dict[str, type[Evidence]]:
    """The evidence kinds that some checks ask for, by id: the plan is derived from them."""
    return {kind_id(k): k for c in chosen for own in c.kinds for k in (own, *own.made_of)}
