"""Makes rules, exceptions and questions of what was seen: what nobody stated is asked, never decided.

That an organization is the project's is the word of the person who named it. Who answers for a repository is taken
from the property that its owners keep, or from a document. A package is the project's where a manifest of the
project's names it *and* its record at the registry leads back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property

from muniment.model.asset import GITHUB_ORG, GITHUB_REPO, canonical, family, split
from muniment.model.errors import UsageError
from muniment.register import writing
from muniment.register.discovering.owners import Owners, owners
from muniment.register.discovering.seen import (
    OnList,
    Record,
    Seen,
    SeenOrganization,
    SeenPackage,
    SeenRepository,
    Sight,
)
from muniment.register.governance.founding import Founding, Stated, asked, counted
from muniment.register.template import starter
from muniment.register.writing import Value

FILE = "discovered.yaml"
"""The file that rules and exceptions go to."""

EXCEPTIONS = 40
"""The packages of doubt that get an entry of their own; beyond, an organization's packages are asked about."""

_WIDTH = 110
_MARKING = "  marking: amber "


def found(
    seen: Seen,
    lists: Sequence[OnList],
    name: str,
    today: date,
    *,
    governance: Founding | None = None,
    owner_property: str = "",
    marking: str = "amber",
) -> Founding:
    """The first files of a register of the project called ``name``, what was taken, and what is left to ask."""
    return _Making(seen, lists, name, today, governance, owner_property, marking).founding()


class _Making:
    """A register in the making; what follows from what is worked out once."""

    def __init__(
        self,
        seen: Seen,
        lists: Sequence[OnList],
        name: str,
        today: date,
        governance: Founding | None,
        owner_property: str,
        marking: str,
    ) -> None:
        self.seen = seen
        self.lists = lists
        self.name = name
        self.today = today
        self.governance = governance
        self.named_property = owner_property
        self.marking = marking
        self.known: Mapping[str, str] = governance.subprojects if governance else {}
        self.stated: Mapping[str, Stated] = governance.organizations if governance else {}
        self.repositories = {r.asset: r for r in seen.repositories}
        self.packages = {p.asset: p for p in seen.packages}
        self.by: dict[str, list[SeenRepository]] = {}
        for repository in seen.repositories:
            self.by.setdefault(repository.organization, []).append(repository)

    def founding(self) -> Founding:
        files = dict(self.governance.files) if self.governance else {}
        if self.known:
            files["project.yaml"] = files["project.yaml"].replace(_MARKING, f"  marking: {self.marking} ")
        else:
            files["project.yaml"] = self._project()
        files[FILE] = self._rules()
        took = (*(self.governance.took if self.governance else ()), *self._told())
        questions = (*(self.governance.questions if self.governance else ()), *self._asked())
        return Founding(files, took, questions)

    # ------------------------------------------------------------ what follows

    @cached_property
    def owners(self) -> Owners:
        return owners(self.seen.repositories, self.named_property, self.known)

    @cached_property
    def builders(self) -> Mapping[str, tuple[SeenRepository, ...]]:
        """The repositories whose manifests name a package; a fork's manifest is another project's."""
        builders: dict[str, list[SeenRepository]] = {}
        for repository in self.seen.repositories:
            for package in () if repository.fork else repository.packages:
                builders.setdefault(package, []).append(repository)
        return {package: tuple(own) for package, own in sorted(builders.items())}

    def _agrees(self, package: str) -> bool:
        """True if the registry's record of a package leads back to one of the repositories seen."""
        record = self.packages.get(package)
        return record is not None and record.record is Record.LINKED and record.repository in self.repositories

    @cached_property
    def doubtful(self) -> Mapping[str, SeenPackage]:
        """The packages that a manifest names, and that their record does not show to be the project's."""
        return {
            package: own
            for package in self.builders
            if (own := self.packages.get(package)) is not None
            and own.record in (Record.LINKED, Record.UNLINKED)
            and not self._agrees(package)
        }

    @cached_property
    def bringing(self) -> frozenset[str]:
        """The organizations whose manifests may speak for packages: some agree, and few are doubtful."""
        agreeing: dict[str, int] = {}
        doubted: dict[str, int] = {}
        for package, builders in self.builders.items():
            tally = agreeing if self._agrees(package) else doubted if package in self.doubtful else {}
            for organization in {own.organization for own in builders}:
                tally[organization] = tally.get(organization, 0) + 1
        bringing, entries = set(), 0
        listed = {own.asset for own in self.seen.organizations if own.sight in (Sight.WHOLE, Sight.PART)}
        for organization in sorted(listed & set(agreeing), key=lambda own: (doubted.get(own, 0), own)):
            entries += doubted.get(organization, 0)
            if doubted.get(organization, 0) <= agreeing[organization] and entries <= EXCEPTIONS:
                bringing.add(organization)
        return frozenset(bringing)

    @cached_property
    def exceptions(self) -> Mapping[str, SeenPackage]:
        """The doubtful packages that a rule would bring otherwise."""
        return {
            package: own
            for package, own in self.doubtful.items()
            if any(builder.organization in self.bringing for builder in self.builders[package])
        }

    @cached_property
    def unlisted(self) -> Mapping[str, str]:
        """The packages that agree both ways, with a repository each, where no list was seen for a rule to go by."""
        unseen = {own.asset for own in self.seen.organizations if own.sight is Sight.UNSEEN}
        return {
            package: self.packages[package].repository
            for package, builders in self.builders.items()
            if self._agrees(package) and all(builder.organization in unseen for builder in builders)
        }

    @cached_property
    def listed(self) -> Mapping[str, OnList]:
        """The packages on a list that no manifest states, whose record leads to one of the repositories seen."""
        return {
            item.asset: item
            for item in self.lists
            if item.asset not in self.builders and item.asset in self.packages and self._agrees(item.asset)
        }

    # ------------------------------------------------------------ files

    def _project(self) -> str:
        head = starter(self.name)["project.yaml"].partition("# The parts of the project")[0]
        head = head.replace(_MARKING, f"  marking: {self.marking} ")
        if not self.owners.new:
            return head.rstrip("\n") + "\n"
        lines = [f"# The parts of the project, as the property {self.owners.property} names them.", "subprojects:"]
        lines += [f"  {writing.key(id)}: {writing.inline({'name': own})}" for id, own in self.owners.new.items()]
        return head + "\n".join(lines) + "\n"

    def _rules(self) -> str:
        lines = [
            "# What was discovered. A rule speaks for all that it selects, also for what is made tomorrow.",
            "# An entry under 'assets' is an exception.",
        ]
        rules = [line for rule in (*self._whole(), *self._owned()) for line in _rule(rule)]
        assets = [line for id, entry in self._entries() for line in _wrapped(f"  {writing.key(id)}: ", entry)]
        lines += ["", "rules:", *rules] if rules else []
        lines += ["", "assets:", *assets] if assets else []
        return "\n".join(lines) + "\n"

    def _whole(self) -> Iterator[dict[str, Value]]:
        """A rule for each group of organizations of which the same is said."""
        groups: dict[tuple[str, str, str, bool], list[str]] = {}
        for own in self.seen.organizations:
            if own.sight in (Sight.GONE, Sight.MOVED):
                continue
            stated = self.stated.get(own.asset)
            reason = f"named on the command line on {self.today.isoformat()}"
            if stated is not None:
                reason = f"{stated.reason}; {reason}"
            said = (
                stated.subproject if stated else "",
                reason,
                stated.source if stated else "",
                own.asset in self.bringing,
            )
            groups.setdefault(said, []).append(own.login)
        for (subproject, reason, source, packages), logins in groups.items():
            rule: dict[str, Value] = {"org": _several(logins)}
            rule |= {"subproject": subproject} if subproject else {}
            rule["reason"] = reason
            rule |= {"source": source} if source else {}
            yield rule | ({"packages": True} if packages else {})

    def _owned(self) -> Iterator[dict[str, Value]]:
        """A rule for each subproject that the owner property names, over the organizations in which it does."""
        for subproject in sorted(set(self.owners.subprojects.values())):
            values = self.owners.values_of(subproject)
            has = {r.organization for r in self.seen.repositories if not set(values).isdisjoint(self.owners.of(r))}
            logins = [o.login for o in self.seen.organizations if o.asset in has]
            if logins:
                yield {
                    "org": _several(logins),
                    "where": {self.owners.property: _several(values)},
                    "subproject": subproject,
                    "reason": f"the property that its owners keep, as seen on {self.today.isoformat()}",
                }

    def _entries(self) -> Iterator[tuple[str, dict[str, Value]]]:
        day = self.today.isoformat()
        for own in self.seen.organizations:
            if own.sight in (Sight.GONE, Sight.MOVED):
                reason = f"named on the command line; {own.sight.value}"
                yield f"{GITHUB_ORG}/{own.login}", {"status": "unclear", "since": day, "reason": reason}
        for package, seen in self.exceptions.items():
            named = _short(self.builders[package][0].asset)
            leads = f"leads to {_short(seen.repository)}" if seen.repository else "names no repository"
            reason = f"{named} names it; its record at the registry {leads}"
            yield package, {"status": "unclear", "since": day, "reason": reason}
        for package, repository in self.unlisted.items():
            reason = f"{_short(self.builders[package][0].asset)} names it; its record at the registry leads back"
            yield package, {"status": "official", "repository": repository, "reason": reason}
        for package, item in self.listed.items():
            repository = self.packages[package].repository
            reason = f"on the list {_at(item)}; its record at the registry leads there"
            yield package, {"status": "official", "repository": repository, "reason": reason}

    # ------------------------------------------------------------ words

    def _told(self) -> Iterator[str]:
        whole = sum(own.sight is Sight.WHOLE for own in self.seen.organizations)
        named = len(self.seen.organizations)
        yield (
            f"saw {whole} of {counted(named, 'organization', 'organizations')} in full, and "
            f"{counted(len(self.seen.repositories), 'public repository', 'public repositories')}"
        )
        if self.owners.subprojects:
            owned = sum(bool(set(self.owners.of(r)) & set(self.owners.subprojects)) for r in self.seen.repositories)
            yield (
                f"took who answers for {counted(owned, 'repository', 'repositories')} from the property "
                f"{self.owners.property}"
            )
        agreeing = sum(self._agrees(package) for package in self.builders)
        if self.builders:
            yield (
                f"{counted(len(self.builders), 'package is', 'packages are')} named by manifests: {agreeing} lead "
                f"back from the registry"
            )
        if self.listed:
            yield f"took {counted(len(self.listed), 'package', 'packages')} from lists, whose records lead back"

    def _asked(self) -> Iterator[str]:
        yield from self._about_organizations()
        yield from self._about_owners()
        yield from self._about_packages()
        yield from asked(
            "On a list, and not found: what are they, and are they the project's?",
            [f"{item.said} ({_at(item)})" for item in self.lists if not self._is_found(item)],
        )

    def _about_organizations(self) -> Iterator[str]:
        own = self.seen.organizations
        yield from asked(
            "Is the name right? GitHub knows no organization of it, so it is 'unclear'",
            [o.login for o in own if o.sight is Sight.GONE],
        )
        yield from asked(
            "Is this the new name? Then declare it; it is not followed by itself",
            [f"{o.login} → {o.now}" for o in own if o.sight is Sight.MOVED],
        )
        yield from asked(
            "Who may look? These organizations were not seen in full (muniment doctor)",
            [f"{o.login} ({o.why or o.sight.value})" for o in own if o.sight in (Sight.PART, Sight.UNSEEN)],
        )

    def _about_owners(self) -> Iterator[str]:
        known = self.owners
        if self.named_property and not known.subprojects and not known.unknown:
            there = sorted({word for r in self.seen.repositories for word in r.properties or ()})
            said = f"there are {', '.join(there)}" if there else "no property was seen at all"
            yield f"Is the property's name right? No repository that was seen has {self.named_property}; {said}"
        yield from asked(
            "Does one of these properties name who answers for a repository? Then discover anew with "
            "--owner-property NAME",
            [f"{word} ({counted(n, 'value', 'values')})" for word, n in known.candidates.items()],
        )
        yield from asked("Are these subprojects? The property names them, and no document", known.new.values())
        yield from asked(
            f"Which subprojects are meant? {known.property} says so, and none is known by that name", known.unknown
        )
        if known.property:
            yield from asked(
                f"Who answers for these repositories? {known.property} names several",
                [_short(r.asset) for r in self.seen.repositories if len(self._subprojects(r)) > 1],
            )
        hidden = [o.login for o in self.seen.organizations if self._hides_properties(o)]
        if self.named_property or known.candidates or known.subprojects:
            yield from asked("Who may see the properties there? Not whoever looked", hidden)
        yield from asked("Who answers for these repositories? Nobody is named", self._unanswered())

    def _subprojects(self, repository: SeenRepository) -> frozenset[str]:
        values = self.owners.of(repository)
        return frozenset(self.owners.subprojects[v] for v in values if v in self.owners.subprojects)

    def _hides_properties(self, organization: SeenOrganization) -> bool:
        own = self.by.get(organization.asset, [])
        return bool(own) and all(r.properties is None for r in own)

    def _unanswered(self) -> Iterator[str]:
        for own in self.seen.organizations:
            stated = self.stated.get(own.asset)
            if own.sight in (Sight.GONE, Sight.MOVED) or (stated is not None and stated.subproject):
                continue
            repositories = self.by.get(own.asset, [])
            left = sum(not self._subprojects(r) for r in repositories)
            if left or not repositories:
                yield f"{own.login} ({left} of {len(repositories)})"

    def _about_packages(self) -> Iterator[str]:
        yield from asked(
            "Are these the project's packages, or a stranger's of the same name? Their records lead elsewhere",
            [
                f"{package} ({_short(self.builders[package][0].asset)} names it; {_short(own.repository)})"
                for package, own in self.doubtful.items()
                if own.record is Record.LINKED
            ],
        )
        yield from asked(
            "Are these the project's packages? Their records name no repository",
            [package for package, own in self.doubtful.items() if own.record is Record.UNLINKED],
        )
        yield from asked(
            "Will these be published? Manifests name them, and the registry has none: anybody may take the name",
            [package for package in self.builders if self._record(package) is Record.ABSENT],
        )
        yield from asked(
            "What of these packages? Not asked about, or the registry did not answer (--live N asks more)",
            [package for package in self.builders if self._record(package) is Record.UNSEEN],
        )
        yield from asked(
            "Which packages do these repositories make? A manifest does not state it",
            [_short(r.asset) for r in self.seen.repositories if r.vague and not r.packages and not r.fork],
        )

    def _record(self, package: str) -> Record:
        seen = self.packages.get(package)
        return seen.record if seen is not None else Record.UNSEEN

    def _is_found(self, item: OnList) -> bool:
        if item.asset:
            here = {o.asset for o in self.seen.organizations if o.sight is not Sight.GONE}
            if family(item.asset) in (GITHUB_ORG, GITHUB_REPO):
                return item.asset in here or item.asset in self.repositories
            return item.asset in self.builders or item.asset in self.listed
        return item.said.lower() in self._names or _package_name(item.said) in self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        """The bare names of all that was found."""
        assets = (*self.repositories, *self.builders, *self.listed, *(o.asset for o in self.seen.organizations))
        return frozenset(word for asset in assets for word in (split(asset)[1], split(asset)[1].rpartition("/")[2]))


def _several(words: Sequence[str]) -> Value:
    """One word by itself, several as a list."""
    ordered: list[str] = sorted(words, key=str.lower)
    return ordered[0] if len(ordered) == 1 else ordered


def _package_name(word: str) -> str:
    try:
        return split(canonical(f"pypi:{word}"))[1]
    except UsageError:
        return word


def _at(item: OnList) -> str:
    return f"{item.where.file}:{item.where.line}"


def _short(asset: str) -> str:
    """A repository as people write it."""
    return asset.removeprefix(f"{GITHUB_REPO}/")


def _rule(rule: Mapping[str, Value]) -> Iterable[str]:
    """The lines of a rule; long lists and texts go on in the next line."""
    for number, (word, value) in enumerate(rule.items()):
        start = f"  {'-' if not number else ' '} {writing.key(word)}: "
        yield from _wrapped(start, value)


def _wrapped(start: str, value: Value) -> list[str]:
    """A value behind its key, in lines that are not too long: broken between the items of a list or a mapping."""
    line = start + writing.inline(value)
    if len(line) <= _WIDTH or isinstance(value, str) or value is None or isinstance(value, bool | int | float):
        return [line]
    if isinstance(value, Mapping):
        opening, closing = "{", "}"
        parts = [f"{writing.key(word)}: {writing.inline(own)}" for word, own in value.items()]
    else:
        opening, closing = "[", "]"
        parts = [writing.inline(own) for own in value]
    lines, margin = [start + opening], " " * (len(start) - len(start.lstrip()) + 4)
    for number, part in enumerate(parts):
        ending = "," if number < len(parts) - 1 else closing
        glue = "" if lines[-1].endswith(opening) and len(lines) == 1 else " "
        if len(lines[-1]) + len(glue) + len(part) + 1 > _WIDTH and lines[-1].strip():
            lines.append(margin + part + ending)
        else:
            lines[-1] += glue + part + ending
    return lines
