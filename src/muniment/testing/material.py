"""Made-up material of Project Callisto, so that pages and reports can be looked at and tested without a run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from inspect import cleandoc

from msgspec.structs import replace

from muniment.checks.declaration import Check, Param
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_party import DeclaredParty, PublicRole
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.declared_subproject import DeclaredSubproject
from muniment.evidence.kind import Evidence
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_role import PackageRole
from muniment.ledger.events import Entry, FindingId, Fixed, How, Opened, Waived, Why
from muniment.ledger.finding import Finding, State
from muniment.model.activity import Active, Activity, CannotTell, Inactive, Sighting
from muniment.model.asset import Status
from muniment.model.observation import Outcome
from muniment.model.party import Account
from muniment.model.policy import CheckPolicy, Policy
from muniment.model.tlp import CLEAR, RED, TLP, Marking
from muniment.model.verdict import PASS, Severity, Verdict, Where
from muniment.model.waiver import Decision
from muniment.publish.alike import Alike
from muniment.publish.alive import Alive
from muniment.publish.held import Held
from muniment.publish.material import AnswerRow, Happened, Look, Material, Reach, RunInfo, Tallied, Turn
from muniment.register.inventory import Inventory
from muniment.testing import entrusted
from muniment.testing.campaigns import campaigns
from muniment.testing.shipping import partings, shipping

NOW = datetime(2026, 6, 14, 6, 2, tzinfo=UTC)
RUN = RunInfo(id=412, at=NOW, code="muniment 0.1.0", register="examples/demo", commit="4be1c07d9a21")
PREVIOUS = RunInfo(id=411, at=NOW - timedelta(days=7), code="muniment 0.1.0", register="examples/demo")

SUBPROJECTS = (
    ("lodestar", "Lodestar"),
    ("harbour", "Harbour and Mooring"),
    ("beacon", "Beacon"),
    ("tidewater", "Tidewater Widgets"),
    ("quarry", "Quarry Connectors"),
    ("almanac", "Almanac"),
    ("cartograph", "Cartograph"),
    ("foundations", "Foundations and Standards"),
)
"""Id and name of each made-up subproject."""

_PACKAGES = {
    "lodestar": ("pypi:lodestar", "pypi:lodestar-core", "npm:@callisto/lodestar", "conda:lodestar"),
    "harbour": ("pypi:harbour", "pypi:mooring-proxy", "npm:@callisto/harbour-proxy", "pypi:pilot-auth"),
    "beacon": ("pypi:beacon", "pypi:beacon-cli"),
    "tidewater": ("pypi:tidewater", "npm:@callisto/tidewater", "npm:@callisto/tidewater-base"),
    "quarry": ("pypi:quarry-parquet", "pypi:quarry-sql", "pypi:quarry"),
    "almanac": ("pypi:almanac",),
    "cartograph": ("pypi:cartograph", "npm:cartograph-view"),
    "foundations": ("pypi:callisto-format", "pypi:callisto-client", "pypi:callisto-core"),
}
_PLACES = (
    ("github:org/callisto", "foundations", Status.OFFICIAL, "the project's own organization"),
    ("github:org/callisto-harbour", "harbour", Status.OFFICIAL, "named in the governance document"),
    ("github:org/mooring-hub", "harbour", Status.UNCLEAR, "moved here by its author in 2024; nobody decided"),
    ("github:repo/callisto-harbour/harbour", "harbour", Status.OFFICIAL, "the hub itself"),
    ("github:repo/callisto-harbour/harbour-attic", "harbour", Status.ARCHIVED, "kept for the record"),
    ("github:org/quarry-connectors", "quarry", Status.OFFICIAL, "voted in on 4 March 2025"),
    ("site:harbour.callisto.example", "harbour", Status.OFFICIAL, "the hub's documentation"),
    ("site:callisto.example/almanac", "almanac", Status.OFFICIAL, "the yearbook"),
    ("domain:callisto.example", "foundations", Status.OFFICIAL, "the project's domain"),
    ("service:registrar", "foundations", Status.OFFICIAL, "holds the domain"),
    ("service:passwords", "", Status.OFFICIAL, "the team's password manager"),
    ("channel:forum/callisto", "", Status.OFFICIAL, "where users ask"),
    ("channel:chat/callisto-dev", "", Status.UNCLEAR, "two rooms claim to be it"),
)
_PEOPLE = (
    ("bertil", "Bertil Aune", "harbour", "lead"),
    ("marit", "Marit Szymborska-Ellery", "harbour", "council"),
    ("anselm", "Anselm Quaye", "quarry", "lead"),
    ("priska", "Priska Vance", "foundations", "council"),
    ("joss", "Joss Amaranth", "tidewater", "lead"),
)


def _judge(asset: DeclaredAsset) -> Verdict:
    return PASS


def _check(
    id: str, title: str, severity: Severity, text: str, *controls: str, reads: tuple[Param, ...] = ()
) -> Check:
    return Check(
        id=id,
        title=title,
        severity=severity,
        controls=controls,
        statuses=(Status.OFFICIAL,),
        families=("pypi",),
        params=reads,
        function=_judge,
        text=cleandoc(text),
        examples=(),
    )


_ROLES = (Param("roles", PackageRole, "all"),)
_PROJECT = (Param("project", PackageProject, "one"),)

CHECKS: dict[str, Check] = {
    c.id: c
    for c in (
        _check(
            "demo/single-owner",
            "One person alone can ship the package",
            Severity.HIGH,
            """## Why it matters

            Whoever holds the only key can lose it, or be made to hand it over.

            ## How to fix

            Ask the owner to add a second one from the subproject's team, then run muniment again.
            Roles are given on the package's page under *Collaborators*.""",
            "OSPS-AC-04.01",
            reads=_ROLES,
        ),
        _check(
            "demo/outside-organization",
            "Package is not held by the project's organization",
            Severity.MEDIUM,
            """## Why it matters

            People come and go; an organization stays.

            ## How to fix

            Its owner transfers `PROJECT` to the organization on the registry, under *Settings*.""",
            "OSPS-AC-03.01",
            reads=_PROJECT,
        ),
        _check(
            "demo/no-repository",
            "Package does not say where its source lives",
            Severity.LOW,
            """## Why it matters

            A reader cannot tell which source made the files.

            ## How to fix

            Name the repository in the project's metadata and release once.""",
            reads=_PROJECT,
        ),
        _check(
            "demo/undeclared-package",
            "Package in our namespace that nobody declared",
            Severity.MEDIUM,
            """## Why it matters

            What is not declared is not looked after.

            ## How to fix

            Add it to the register with the subproject that answers for it, or have it removed.""",
            "OSPS-QA-04.01",
        ),
        _check(
            "demo/attestation-overdue",
            "Nobody has vouched for it lately",
            Severity.LOW,
            """## Why it matters

            Services without an interface are known only through somebody's eyes.

            ## How to fix

            Look, and write down what you saw under `attestations`.""",
        ),
        _check(
            "demo/yanked-newest",
            "The newest release is yanked",
            Severity.HIGH,
            """## Why it matters

            Whoever installs the package today gets what its author took back.

            ## How to fix

            Release a version that is meant to be used.""",
            reads=_PROJECT,
        ),
    )
}
"""The made-up checks of these pages, by id."""

GRADED = {"demo/yanked-newest": CheckPolicy(severity="critical")}
"""What the made-up register says of a check's severity."""


def inventory(extra: tuple[Evidence, ...] = ()) -> Inventory:
    """Project Callisto's register."""
    packages = [
        DeclaredAsset(asset=asset, status=Status.OFFICIAL, reason="made by the team", subproject=sub)
        for sub, names in _PACKAGES.items()
        for asset in names
    ]
    places = [
        DeclaredAsset(
            asset=asset,
            status=status,
            reason=reason,
            subproject=sub,
            where=Where("assets.yaml", 12 + 6 * index),
        )
        for index, (asset, sub, status, reason) in enumerate(_PLACES)
    ]
    people = [
        DeclaredParty(
            handle=handle,
            name=name,
            accounts=(Account("pypi", f"{handle}.c"),),
            public_roles=(PublicRole(role, sub),),
        )
        for handle, name, sub, role in _PEOPLE
    ]
    subprojects = [
        DeclaredSubproject(id=id, name=name, seat=i < 6, contact=f"{id}@callisto.example")
        for i, (id, name) in enumerate(SUBPROJECTS)
    ]
    policy = DeclaredPolicy(project="callisto", name="Project Callisto", policy=Policy(checks=GRADED))
    return Inventory.of([policy, *subprojects, *packages, *places, *people, *entrusted.DECLARED, *extra])


def _severity(check: str) -> Severity:
    said = GRADED[check].severity if check in GRADED else None
    if said is not None:
        return Severity.of(said)
    return CHECKS[check].severity if check in CHECKS else Severity.MEDIUM


def finding(
    check: str,
    asset: str,
    subproject: str,
    message: str,
    *,
    key: str = "",
    cause: str = "",
    days: int = 40,
    state: State = State.OPEN,
    why: Why = Why.OBSERVED,
    again: bool = False,
    marking: Marking | None = None,
    where: Where | None = None,
) -> Finding:
    """One made-up finding, opened so many days before ``NOW``; 0 days: in this run."""
    at = NOW - timedelta(days=days)
    run = RUN.id if days == 0 else RUN.id - 1 - days // 7
    fixed = state is State.FIXED
    shelved = state in (State.WAIVED, State.FALSE_POSITIVE)
    return Finding(
        id=FindingId(check, asset, key),
        state=state,
        severity=_severity(check),
        message=message,
        cause=cause or check,
        subproject=subproject,
        marking=marking or Marking(TLP.AMBER, frozenset({subproject} if subproject else ())),
        why=why,
        where=where,
        again=again,
        since=run,
        since_at=at,
        changed=RUN.id if fixed else run,
        changed_at=NOW if fixed else at,
        how=How.PASSED if fixed else None,
        waiver=Waived("priska", "the owner is on leave until August", date(2026, 9, 1), Decision.ACCEPTED)
        if shelved
        else None,
    )


def findings() -> tuple[Finding, ...]:
    """The findings of the made-up run: 12 open (one new, one reopened), one waived, two fixed, one dropped."""
    one = "one account alone holds a role on the registry: {}"
    return (
        finding("demo/yanked-newest", "pypi:mooring-proxy", "harbour", "2.4.0 was yanked on 13 June", days=0),
        finding("demo/single-owner", "pypi:pilot-auth", "harbour", one.format("bertil.c"), days=94, again=True),
        finding("demo/single-owner", "pypi:quarry-sql", "quarry", one.format("anselm.c"), days=58),
        finding("demo/single-owner", "pypi:quarry-parquet", "quarry", one.format("anselm.c"), days=58),
        finding("demo/single-owner", "npm:@callisto/tidewater", "tidewater", one.format("joss.c"), days=130),
        finding(
            "demo/outside-organization",
            "pypi:beacon",
            "beacon",
            "no organization holds it",
            days=132,
            where=Where("assets.yaml", 88),
        ),
        finding("demo/outside-organization", "pypi:beacon-cli", "beacon", "no organization holds it", days=132),
        finding(
            "demo/outside-organization",
            "pypi:pilot-auth",
            "harbour",
            "no organization holds it",
            days=0,
            again=True,
        ),
        finding("demo/outside-organization", "pypi:almanac", "almanac", "no organization holds it", days=13),
        finding(
            "demo/undeclared-package",
            "npm:@callisto/tidewater",
            "tidewater",
            "npm:@callisto/tidewater-legacy is published and not in the register",
            key="npm:@callisto/tidewater-legacy",
            cause="the scope @callisto",
            days=0,
            why=Why.REJUDGED,
        ),
        finding("demo/no-repository", "pypi:lodestar-core", "lodestar", "names no repository", days=20),
        finding("demo/attestation-overdue", "service:passwords", "", "last seen on 22 February 2026", days=21),
        finding(
            "demo/attestation-overdue",
            "service:registrar",
            "foundations",
            "last seen on 22 February 2026",
            days=21,
            state=State.WAIVED,
        ),
        finding(
            "demo/no-repository", "pypi:callisto-format", "foundations", "names none", state=State.FIXED, days=80
        ),
        finding("demo/single-owner", "pypi:harbour", "harbour", one.format("marit.c"), state=State.FIXED, days=61),
        finding(
            "demo/attestation-overdue",
            "domain:callisto.example",
            "foundations",
            "last seen on 3 March 2026",
            days=12,
            state=State.FIXED,
            why=Why.REJUDGED,
        ),
    )


def _entries(found: tuple[Finding, ...]) -> tuple[Entry, ...]:
    entries = []
    for f in found:
        if f.state is State.FIXED and f.how is not None:
            entries.append(Entry(f.id, Fixed(f.how, f.why)))
        elif f.since == RUN.id:
            opened = Opened(f.severity, f.message, f.cause, f.subproject, f.marking, f.why, again=f.again)
            entries.append(Entry(f.id, opened))
    return tuple(entries)


_PASSING = (
    ("harbour", 12, 7, 3),
    ("harbour", 6, 3, 2),
    ("quarry", 11, 8, 4),
    ("tidewater", 10, 5, 2),
    ("lodestar", 9, 8, 3),
    ("almanac", 8, 4, 1),
    ("foundations", 13, 6, 2),
    ("beacon", 5, 2, 2),
    ("", 7, 5, 1),
)
"""Findings long gone, that a course over time still tells of: where, opened and closed how many weeks ago."""


def histories(found: tuple[Finding, ...]) -> dict[FindingId, tuple[Happened, ...]]:
    """What the made-up findings have been through: opened, some before and fixed in between, waived, fixed."""
    return {f.id: tuple(_history(f)) for f in found}


def _history(f: Finding) -> Iterator[Happened]:
    opened = Opened(
        f.severity,
        f.message,
        f.cause,
        f.subproject,
        f.marking,
        Why.OBSERVED if f.state is State.FIXED else f.why,
        where=f.where,
        again=f.again,
    )
    if f.again:
        first, fixed = f.since_at - timedelta(days=49), f.since_at - timedelta(days=21)
        yield Happened(f.since - 7, first, replace(opened, again=False))
        yield Happened(f.since - 3, fixed, Fixed(How.PASSED, Why.OBSERVED))
    yield Happened(f.since, f.since_at, opened)
    if f.waiver is not None:
        yield Happened(f.since + 2, f.since_at + timedelta(days=14), f.waiver)
    if f.how is not None:
        yield Happened(f.changed, f.changed_at, Fixed(f.how, f.why))


def turns(found: tuple[Finding, ...]) -> tuple[Turn, ...]:
    """The movements of thirteen weeks, those of the findings among them."""
    sums: defaultdict[tuple[datetime, str, Marking], Counter[str]] = defaultdict(Counter)
    for f in found:
        for line in _history(f):
            word = _MOVES.get(type(line.event), "")
            if word in ("new", "fixed") and getattr(line.event, "why", None) is not Why.OBSERVED:
                word = "ours" if word == "new" else "dropped"
            sums[line.at, f.subproject, f.marking][word] += 1
    for sub, opened, fixed, many in _PASSING:
        marking = Marking(TLP.AMBER, frozenset({sub} if sub else ()))
        sums[NOW - timedelta(weeks=opened), sub, marking]["new"] += many
        sums[NOW - timedelta(weeks=fixed), sub, marking]["fixed"] += many
    return tuple(
        Turn(at=at, subproject=sub, marking=marking, **counted)
        for (at, sub, marking), counted in sorted(sums.items(), key=lambda item: item[0][:2])
    )


_MOVES: dict[type, str] = {Opened: "new", Fixed: "fixed", Waived: "waived"}


def tallied(rows: tuple[AnswerRow, ...], register: Inventory) -> tuple[Tallied, ...]:
    """How the answers stood week by week: as now, but that fewer could be seen and more failed before."""
    made = []
    words = {"pass": "ok", "fail": "fail", "unknown": "unknown"}
    for week in range(12, -1, -1):
        by_sub: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for row in rows:
            if row.verdict in words:
                word = "stale" if row.stale else words[row.verdict]
                by_sub[register.subproject_of(row.asset)][word] += 1
        for sub, counted in sorted(by_sub.items()):
            unseen = min(counted["ok"], week // 2)
            failing = min(counted["ok"] - unseen, (week * 5) % 4 if week else 0)
            numbers = {word: counted[word] for word in ("ok", "fail", "stale", "unknown")}
            numbers["ok"] -= unseen + failing
            numbers["unknown"] += unseen
            numbers["fail"] += failing
            made.append(Tallied(at=NOW - timedelta(weeks=week), subproject=sub, marking=RED, **numbers))
    return tuple(made)


def over() -> tuple[Finding, ...]:
    """Findings that were closed before the made-up run."""
    gone = finding(
        "demo/single-owner",
        "pypi:mooring-proxy",
        "harbour",
        "one account alone holds a role on the registry: bertil.c",
        state=State.FIXED,
        days=75,
    )
    return (replace(gone, changed=RUN.id - 5, changed_at=NOW - timedelta(days=35)),)


def answers(found: tuple[Finding, ...], register: Inventory) -> tuple[AnswerRow, ...]:
    """An answer for every check on every package: failing where a finding is open, Unknown about npm owners."""
    failing = {(f.id.check, f.id.asset) for f in found if f.state is not State.FIXED}
    rows = []
    for asset, entry in sorted(register.assets.items()):
        sub = entry.subproject
        for check in CHECKS:
            marking = Marking(TLP.AMBER, frozenset({sub} if sub else ()))
            verdict, reason, detail = "pass", "", ""
            if (check, asset) in failing:
                verdict = "fail"
            elif not asset.startswith(("pypi:", "npm:")):
                verdict = "not-applicable"
            elif asset.startswith("npm:") and check == "demo/single-owner":
                verdict, reason, detail = "unknown", "unobservable", "the registry leaves maintainers out"
            elif asset == "pypi:quarry":
                verdict, reason, detail = "unknown", "unreachable", "no answer within 20 seconds"
            rows.append(
                AnswerRow(
                    asset=asset,
                    check=check,
                    verdict=verdict,
                    reason=reason,
                    detail=detail,
                    stale=sub == "almanac" and verdict in ("pass", "fail"),
                    observed_at=None if verdict == "unknown" else NOW - timedelta(hours=2),
                    source="npm" if asset.startswith("npm:") else "pypi",
                    marking=marking,
                )
            )
    return tuple(rows)


def looks(register: Inventory) -> tuple[Look, ...]:
    """What the made-up run saw: PyPI live, npm without owners, one package out of reach, one source stale.

    What is worked out from all of it is known in part.
    """
    made = [
        Look(
            asset="github:org/callisto",
            source="reconcile",
            kind="namespace-package",
            outcome=Outcome.PARTIAL,
            observed_at=NOW,
            latest=Outcome.PARTIAL,
            latest_at=NOW,
            detail="rests on answers that did not come",
            marking=CLEAR,
        )
    ]
    for asset, entry in sorted(register.assets.items()):
        source = {"pypi": "pypi", "npm": "npm", "conda": "conda-forge"}.get(asset.partition(":")[0], "register")
        for kind in ("package-project", "package-role") if source in ("pypi", "npm") else ("declared-asset",):
            outcome: Outcome | None = Outcome.COLLECTED
            latest, detail = Outcome.COLLECTED, ""
            at = NOW - timedelta(minutes=3)
            if source == "npm" and kind == "package-role":
                outcome, latest, detail = None, Outcome.UNOBSERVABLE, "the registry leaves maintainers out"
            if asset == "pypi:quarry":
                outcome, latest, detail = None, Outcome.UNREACHABLE, "no answer within 20 seconds"
            stale = entry.subproject == "almanac"
            if stale:
                at = NOW - timedelta(days=9, hours=1)
            made.append(
                Look(
                    asset=asset,
                    source=source,
                    kind=kind,
                    outcome=outcome,
                    observed_at=at if outcome else None,
                    latest=latest,
                    latest_at=NOW - timedelta(minutes=3),
                    stale=stale,
                    detail=detail,
                    seen=0 if outcome is None else 1 if kind == "package-project" else 2,
                    total=None if outcome is None else 1 if kind == "package-project" else 2,
                    fresh_until=at + timedelta(days=7) if outcome else None,
                    marking=CLEAR,
                )
            )
    return tuple(made)


def holders(register: Inventory) -> tuple[Held, ...]:
    """Who holds the made-up packages: the subproject's own people on PyPI, a stranger once, nobody told by npm."""
    made = []
    for asset, entry in sorted(register.assets.items()):
        if asset.startswith("npm:"):
            blind = "package role: unobservable (the registry leaves maintainers out)"
            made.append(Held(asset=asset, state="unseen", detail=blind, source="npm", marking=CLEAR))
        elif asset == "pypi:quarry":
            blind = "package role: unreachable (no answer within 20 seconds)"
            made.append(Held(asset=asset, state="unseen", detail=blind, source="pypi", marking=CLEAR))
        elif asset.startswith("pypi:"):
            own = [handle for handle, _, sub, _ in _PEOPLE if sub == entry.subproject]
            made.extend(_holds(asset, handle, f"{handle}.c", stale=entry.subproject == "almanac") for handle in own)
            if asset == "pypi:mooring-proxy":
                made.append(_holds(asset, "", "stevedore"))
    return tuple(made)


def given(register: Inventory) -> tuple[Held, ...]:
    """What Bertil was given beside roles, an environment that nobody may look into, and a team of a stranger's."""
    at = NOW - timedelta(minutes=3)
    row = Held(asset="", place="github", state="seen", source="github", observed_at=at, marking=CLEAR)
    organization, repository = "github:org/callisto-harbour", "github:repo/callisto-harbour/harbour"
    mine = replace(row, who="bertil-aune", party="bertil")
    return tuple(
        made
        for made in (
            replace(mine, asset=organization, role="maintainer of a team", path="team leads", kind="team-member"),
            replace(
                mine,
                asset=repository,
                role="reviewer",
                path="environment pypi",
                kind="deployment-environment",
                stale=True,
            ),
            Held(
                asset="github:org/mooring-hub",
                state="unseen",
                detail="team member: denied (needs an owner's token)",
                source="github",
                kind="team-member",
                marking=CLEAR,
            ),
        )
        if made.asset in register.known
    )


def alive() -> tuple[Alive, ...]:
    """Whether three people are active: one is, one is not, and of one nobody can tell."""
    harbour, hub = "github:org/callisto-harbour", "github:org/mooring-hub"
    signed = Sighting(source="attestations in the register", month=date(2025, 3, 1))
    denied = Sighting(source=hub, whole=False, why="who contributes there was not seen")
    seen = Sighting(source=harbour, month=date(2026, 5, 1))
    never = Sighting(source=harbour, since=date(2025, 6, 1))
    claim = Sighting(source="commits in local clones", month=date(2026, 2, 1), claimed=True)
    told: dict[str, tuple[Activity, tuple[Sighting, ...]]] = {
        "bertil": (Active(date(2026, 5, 1), (harbour,)), (seen, denied, claim)),
        "marit": (Inactive(date(2025, 3, 1), (harbour, signed.source)), (never, signed)),
        "joss": (CannotTell((f"{hub}: {denied.why}",)), (denied,)),
    }
    return tuple(
        Alive(handle=handle, answer=answer, signs=signs, marking=Marking(TLP.AMBER))
        for handle, (answer, signs) in told.items()
    )


def _holds(asset: str, party: str, who: str, *, stale: bool = False) -> Held:
    at = NOW - (timedelta(days=9, hours=1) if stale else timedelta(minutes=3))
    return Held(
        asset=asset,
        place="pypi",
        who=who,
        party=party,
        role="Owner",
        path="own role",
        state="seen",
        source="pypi",
        observed_at=at,
        stale=stale,
        marking=CLEAR,
    )


def material(*, first: bool = False, quiet: bool = False, empty: bool = False, pretended: bool = False) -> Material:
    """The made-up material.

    ``first``: a baseline run; ``quiet``: nothing moved; ``empty``: nothing collected; ``pretended``: judged as if
    it were a day to come, 180 days on, without asking anybody.
    """
    register = inventory()
    at = NOW + timedelta(days=180) if pretended else NOW
    if empty:
        return Material(
            inventory=register,
            register_marking=CLEAR,
            decisions_marking=Marking(TLP.AMBER),
            at=NOW,
            as_of=NOW.date(),
            run=RUN,
            reach=Reach(marking=CLEAR),
            campaigns=(),
        )
    found = findings()
    if first:
        found = tuple(
            replace(f, why=Why.BASELINE, again=False, since=RUN.id, since_at=NOW, changed=RUN.id, changed_at=NOW)
            for f in found
            if f.state is not State.FIXED
        )
    entries = _entries(found)
    if quiet:
        # Everything of this run is told as if the run before had seen it.
        found = tuple(f for f in found if f.since != RUN.id and f.state is not State.FIXED)
        entries = ()
    return Material(
        inventory=register,
        register_marking=CLEAR,
        decisions_marking=Marking(TLP.AMBER),
        at=at,
        as_of=at.date(),
        pretended=pretended,
        run=RUN,
        previous=None if first else PREVIOUS,
        findings=found,
        entries=entries,
        answers=answers(found, register),
        looks=looks(register),
        over=over(),
        histories=histories((*found, *over())),
        turns=turns((*found, *over())),
        tallied=tallied(answers(found, register), register),
        held=holders(register),
        given=given(register),
        alive=alive(),
        alike=(
            Alike(
                one="bertil",
                other="npm:bert-il",
                called=("bertil", "bert-il at npm"),
                strength="weak",
                why="bert-il at npm and bertil at PyPI are spelled alike. Two people may use one login",
                marking=Marking(TLP.AMBER),
            ),
        ),
        shipping=shipping(NOW - timedelta(minutes=3)),
        partings=partings(),
        reach=None
        if pretended
        else Reach(
            live=12,
            recorded=9,
            unreachable=1,
            oldest=NOW - timedelta(days=9, hours=1),
            failed=2,
            marking=CLEAR,
        ),
        council=entrusted.council(NOW),
        reviews=entrusted.reviews(),
        campaigns=campaigns(),
    )
