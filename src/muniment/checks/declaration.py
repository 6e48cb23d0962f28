"""How a check is declared: a decorated function whose parameters name its evidence.

========================  ====================================================================
parameter's annotation    what the function gets
========================  ====================================================================
``K``                     the one fact of the cell; needs complete evidence
``K | Absent``            the same, or ``Absent()`` where the thing is proved not to exist
``All[K]``                every item of the cell, a tuple; needs complete evidence
``Each[K]``               one item; the function is called once per item, on partial evidence too
``DeclaredAsset``         the register's own entry for the asset
``Inventory``             the whole declared inventory
``Policy`` · ``Today``    the register's numbers · the day judged
========================  ====================================================================

A check with an ``Each`` parameter answers ``Problem`` (this item fails; its key is the item's), ``None``
(it passes) or ``Unknown`` (cannot tell: changes nothing). Any other check answers a ``Verdict``.
"""

from __future__ import annotations

import importlib
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
from muniment.evidence.kind import Evidence, kind_id
from muniment.model import asset as assets
from muniment.model.asset import Status
from muniment.model.policy import Policy
from muniment.model.verdict import Problem, Severity, Unknown, Verdict
from muniment.register.inventory import Inventory

T = TypeVar("T", bound=Evidence)

Today = NewType("Today", date)
"""The day judged (UTC): D under ``--as-of``, moved by ``--pretend-now``."""


class Absent(Struct, frozen=True):
    """Proof that the thing asked for does not exist."""


class All(tuple[T, ...]):
    """Every item of a cell."""


class _EachMark:
    pass


Each = Annotated[T, _EachMark]
"""One item of a cell at a time."""


class Example(Struct, frozen=True, kw_only=True):
    """A case of a check: its test and its documentation.

    ``given`` is the evidence about one asset; kinds not given are uncollected. ``asset`` is the asset judged.
    """

    name: str
    asset: str
    given: tuple[Evidence, ...] = ()
    absent: tuple[type[Evidence], ...] = ()
    register: tuple[Evidence, ...] = ()
    today: date = date(2026, 3, 1)
    expect: type[Any]
    keys: tuple[str, ...] = ("",)


class Param(Struct, frozen=True):
    """One parameter of a check: its name, the evidence kind, and how it is given."""

    name: str
    kind: Any
    how: str  # one | optional | all | each | declared | inventory | policy | today


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
        return tuple(p.kind for p in self.params if p.how in ("one", "optional", "all", "each"))

    @property
    def each(self) -> Param | None:
        """The parameter judged item by item, if there is one."""
        return next((p for p in self.params if p.how == "each"), None)

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
        families: which assets it judges; by default those that all its evidence kinds tell of.
        statuses: of which status; the others are NotApplicable.
        examples: at least one that passes and one that fails.
        aliases: ids it had before.
        version: raise it when the judgement changes.
        id: only for checks that do not live in a family's folder, such as tests'.
    """

    def declare(function: Judge) -> Judge:
        params = tuple(_params(function))
        kinds = [p.kind for p in params if p.how in ("one", "optional", "all", "each")]
        about = families
        if about is None:
            about = tuple(f for f in assets.FAMILIES if all(f in k.about for k in kinds)) if kinds else ()
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
            text=(function.__doc__ or "").strip(),
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
    if hint is Today:
        return None, "today"
    if hint is Policy:
        return None, "policy"
    if hint is Inventory:
        return None, "inventory"
    if origin is Annotated and args[1] is _EachMark:
        return args[0], "each"
    if origin is All:
        return args[0], "all"
    if origin in (typing.Union, types.UnionType) and set(args[1:]) == {Absent}:
        return args[0], "optional"
    if isinstance(hint, type) and issubclass(hint, Evidence):
        return (hint, "declared") if hint is DeclaredAsset else (hint, "one")
    raise TypeError(f"{function.__module__}.{function.__qualname__}: parameter {name!r} names no evidence kind")


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
        for value in vars(module).values():
            if isinstance(value, types.FunctionType) and value.__module__ == module.__name__:
                own = value.__dict__.get("__check__")
                if own is not None:
                    found[own.id] = own
    return dict(sorted(found.items()))


def _paths(family: str) -> list[str]:
    return list(importlib.import_module(f"{__package__}.{family}").__path__)


def kinds_needed(chosen: typing.Iterable[Check]) -> dict[str, type[Evidence]]:
    """The evidence kinds that some checks ask for, by id: the plan is derived from them."""
    return {kind_id(k): k for c in chosen for k in c.kinds}
