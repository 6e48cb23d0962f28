"""Made-up answers to who can ship Project Callisto's packages: many paths, one person alone, and nobody seen."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from muniment.model.tlp import CLEAR, Marking
from muniment.publish.held import Held
from muniment.publish.shipping import Bus, Factor, Protection, Route, Shipper, Shipping, Workflow
from muniment.publish.steps import Parting, Stage, Step

LODESTAR, ALMANAC, PROXY = "pypi:lodestar", "pypi:almanac", "npm:@callisto/harbour-proxy"
REPOSITORY = "github:repo/callisto-harbour/harbour"
ORGANIZATION = "github:org/callisto-harbour"


def shipping(now: datetime) -> tuple[Shipping, ...]:
    """All of them, as seen at ``now``."""
    return (_lodestar(now), _almanac(now), _proxy(now))


def partings(marking: Marking = CLEAR) -> tuple[Parting, ...]:
    """What to take away from two people should they leave: one holds something everywhere, one has left."""

    def step(stage: Stage, asset: str, what: str, tick: str, **more: str) -> Step:
        return replace(Step(stage=stage, asset=asset, what=what, tick=tick, marking=marking), **more)

    def seen(kind: str, asset: str, account: str) -> dict[str, str]:
        return {
            "kind": kind.replace(" ", "-"),
            "account": account,
            "tick": f"a complete look at {kind} of {asset} does not list {account}",
        }

    github = "github:bertil-aune"
    role = seen("package role", PROXY, "npm:bertil.c")
    return (
        Parting(
            handle="bertil",
            steps=(
                step(
                    Stage.HAND_OVER,
                    PROXY,
                    "let somebody else publish it: nobody else can",
                    "somebody else is seen who can publish it",
                    kind="shipping",
                ),
                step(
                    Stage.REGISTRY, PROXY, "take away: maintainer; ask them to revoke their access tokens", **role
                ),
                step(
                    Stage.ENVIRONMENT,
                    REPOSITORY,
                    "take them out of the environment pypi",
                    within="pypi",
                    detail="stale: look again before you act",
                    **seen("deployment environment", REPOSITORY, github),
                ),
                step(
                    Stage.ORGANIZATION,
                    ORGANIZATION,
                    "remove from the organization: owner",
                    **seen("organization member", ORGANIZATION, github),
                ),
                step(
                    Stage.REGISTER,
                    "",
                    "take bertil out of the team harbour-leads",
                    "the register does not name them there",
                    within="harbour-leads",
                    kind="declared-party",
                    place="people.yaml:12",
                ),
            ),
        ),
        Parting(
            handle="marit",
            steps=(
                step(
                    Stage.VOUCHED,
                    "service:registrar",
                    "take away their access, change what they know, and have somebody look",
                    "an attestation in the register, made since, that says who holds it",
                    kind="declared-attestation",
                ),
            ),
        ),
    )


def _path(
    asset: str, now: datetime, who: str, role: str, route: Route, alone: bool | None = True, party: str = ""
) -> Held:
    place = "github" if route in (Route.GATE, Route.APPROVAL) else "pypi"
    return Held(
        asset=asset,
        place=place,
        who=who,
        party=party,
        role=role,
        path="own role",
        state="seen",
        source=place,
        observed_at=now,
        route=route.value,
        alone=alone,
        through=REPOSITORY if place == "github" else "",
        kind="repository-collaborator" if place == "github" else "package-role",
        marking=CLEAR,
    )


def _gap(asset: str, route: Route, why: str, source: str, through: str = "") -> Held:
    return Held(
        asset=asset, state="unseen", detail=why, source=source, route=route.value, through=through, marking=CLEAR
    )


def _factor(account: str, factor: Factor) -> Protection:
    return Protection(account=account, factor=factor, source="github", marking=CLEAR)


def _lodestar(now: datetime) -> Shipping:
    def path(who: str, role: str, route: Route, alone: bool | None = True) -> Held:
        return _path(LODESTAR, now, who, role, route, alone)

    return Shipping(
        asset=LODESTAR,
        verb="publish",
        people=(
            Shipper(
                key="bertil",
                handle="bertil",
                name="Bertil Aune",
                paths=(
                    path("bertil.c", "Owner", Route.PYPI_ROLE),
                    path("bertil-aune", "admin", Route.GATE),
                    path("bertil-aune", "reviewer", Route.APPROVAL, False),
                ),
                factors=(
                    _factor("pypi:bertil.c", Factor.ENFORCED),
                    _factor("github:bertil-aune", Factor.STRONG),
                ),
            ),
            Shipper(
                key="joss",
                handle="joss",
                name="Joss Amaranth",
                paths=(
                    path("joss-amaranth", "write", Route.GATE, None),
                    path("joss-amaranth", "reviewer", Route.APPROVAL, False),
                ),
                factors=(_factor("github:joss-amaranth", Factor.WEAK),),
            ),
            Shipper(
                key="pypi:stevedore",
                paths=(path("stevedore", "Maintainer", Route.PYPI_ROLE),),
                factors=(_factor("pypi:stevedore", Factor.UNSEEN),),
            ),
        ),
        bots=(
            Shipper(
                key="github:callisto-release-bot",
                bot=True,
                paths=(path("callisto-release-bot", "write", Route.GATE),),
            ),
        ),
        gaps=(_gap(LODESTAR, Route.GATE, "GitHub refused to tell who is in its teams", "github", REPOSITORY),),
        bus=Bus(2, None),
        marking=CLEAR,
        workflows=(
            Workflow(
                repository=REPOSITORY,
                workflow="release.yml",
                environment="pypi",
                detail="the attestation of release 3.1 names it; its signature is not verified",
                kind="release-publisher",
                source="pypi",
                observed_at=now,
                marking=CLEAR,
            ),
        ),
    )


def _almanac(now: datetime) -> Shipping:
    return Shipping(
        asset=ALMANAC,
        verb="publish",
        people=(
            Shipper(
                key="marit",
                handle="marit",
                name="Marit Szymborska-Ellery",
                paths=(_path(ALMANAC, now, "marit.c", "Owner", Route.PYPI_ROLE),),
                factors=(_factor("pypi:marit.c", Factor.ENFORCED),),
            ),
        ),
        bus=Bus(1, 1),
        marking=CLEAR,
    )


def _proxy(now: datetime) -> Shipping:
    why = "the registry leaves maintainers out"
    return Shipping(asset=PROXY, verb="publish", gaps=(_gap(PROXY, Route.NPM_ROLE, why, "npm"),), marking=CLEAR)
