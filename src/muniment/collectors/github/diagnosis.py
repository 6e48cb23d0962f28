"""What the credentials at hand are good for, told from the same standing and the same table that a look goes by."""

from __future__ import annotations

from collections.abc import Sequence

from muniment.collectors.github.enterprise_factors import READS_ENTERPRISES
from muniment.collectors.github.rights import (
    ACCESS_TO_ORGANIZATION,
    ACCESS_TO_REPOSITORY,
    ACTIVITY,
    AUDIT,
    NEEDS,
    OF_ORGANIZATION,
    OF_REPOSITORY,
    PUSHES,
    TWO_FACTOR,
    UNKNOWN,
    Need,
    sees,
)
from muniment.collectors.github.standing import READS_MEMBERS, Choice, Holder, choose
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.kind import Evidence, kind_id
from muniment.evidence.private_reporting import PrivateReporting
from muniment.model import asset as assets
from muniment.ports import Diagnosis, Sight

UNREACHABLE = "unreachable"
REFUSED = "refused"
MISSING = "missing"
_INSTEAD = ", or that {} belongs to an owner of its enterprise and the register declares that: a run tries it"


def diagnosis(holders: Sequence[Holder], scopes: Sequence[str]) -> Diagnosis:
    """Cards, levels and sights: nothing is asked for it that a look would not ask."""
    levels: dict[str, str] = {}
    sights: list[Sight] = []
    for scope in scopes:
        choice = choose(holders, assets.name(assets.canonical(scope)).partition("/")[0])
        if choice.place.missing:
            levels[scope] = MISSING
            sights.append(_nowhere(scope, choice))
            continue
        known = not choice.trouble and choice.place.level != UNKNOWN
        levels[scope] = choice.place.level if known else REFUSED if choice.refused else UNREACHABLE
        kinds: tuple[type[Evidence], ...] = (*OF_REPOSITORY, PrivateReporting)
        if assets.family(scope) == assets.GITHUB_ORG:
            kinds = (
                *OF_ORGANIZATION,
                *TWO_FACTOR,
                *ACCESS_TO_ORGANIZATION,
                *ACCESS_TO_REPOSITORY,
                *ACTIVITY,
                *PUSHES,
                *AUDIT,
                *kinds,
            )
        owner = may_own_an_enterprise(holders)
        sights += (_sight(scope, kind, choice, owner if kind in TWO_FACTOR else "") for kind in kinds)
    return Diagnosis(tuple(h.card() for h in holders), levels, tuple(sights))


def may_own_an_enterprise(holders: Sequence[Holder]) -> str:
    """The name of a token whose scopes show enterprises; empty: none has them. Whether it owns one, a run asks."""
    return next(
        (
            h.name
            for h in holders
            if h.reads and READS_ENTERPRISES & set(h.rights) and READS_MEMBERS & set(h.rights)
        ),
        "",
    )


def _sight(scope: str, kind: type[Evidence], choice: Choice, owner: str) -> Sight:
    need = NEEDS[kind]
    seen = _seen(kind, choice)
    return Sight(
        asset=scope,
        kind=kind_id(kind),
        sees=seen,
        credential=choice.credential,
        needs="" if seen == "all" else _needs(need, choice) + (_INSTEAD.format(owner) if owner else ""),
        who=_who(need, choice) if seen != "all" else "",
        cost=need.cost,
        extra=need.plan,
    )


def _nowhere(scope: str, choice: Choice) -> Sight:
    """All that there is to say of a name that GitHub knows no organization by."""
    return Sight(
        asset=scope,
        kind=kind_id(GithubOrganization),
        sees="none",
        credential=choice.credential,
        needs="an organization of this name, and GitHub knows none",
        who="whoever keeps the register",
        cost=NEEDS[GithubOrganization].cost,
    )


def _seen(kind: type[Evidence], choice: Choice) -> str:
    if choice.trouble:
        return "none"
    return "untried" if choice.place.level == UNKNOWN else sees(kind, choice.place)


def _who(need: Need, choice: Choice) -> str:
    """Who could change it: of a credential that GitHub refuses, no owner can."""
    return "whoever keeps the credential here" if choice.refused else "" if choice.trouble else need.who


def _needs(need: Need, choice: Choice) -> str:
    if choice.trouble:
        return f"a credential that works: {choice.trouble}"
    return need.words or choice.place.reason
