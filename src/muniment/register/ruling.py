"""Makes evidence of the rules that say whose repositories are, and keeps subprojects' trees within their own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from hashlib import blake2b

from muniment.evidence.declared_rule import Condition, DeclaredRule
from muniment.evidence.kind import Evidence
from muniment.model import asset as assets
from muniment.model.asset import Status
from muniment.model.verdict import Where
from muniment.register.comparing import Comparing, several
from muniment.register.contradicting import clashes
from muniment.register.format import RuleEntry
from muniment.register.gathering import Placed
from muniment.register.spelling import quoted

_LONGEST_ID = 200


class Ruling(Comparing):
    """The section of rules, and the borders between subprojects' trees."""

    def declared_rules(self) -> Iterator[Evidence]:
        """What is declared in them and right; the assets' entries have to be known before."""
        rules: dict[str, tuple[DeclaredRule, Placed]] = {}
        for place in self._gathered.section("rules"):
            rule = self._rule(place, place.entry)
            if rule is None:
                continue
            if rule.id in rules:
                self._again(place, rule, *rules[rule.id])
                continue
            rules[rule.id] = rule, place
        ordered = [rule for rule, _ in rules.values()]
        for clash in clashes(ordered, self._assets):
            beside = clash.beside
            where = self._assets.get(beside) if isinstance(beside, str) else beside.where
            what = beside if isinstance(beside, str) else "the other"
            hint = f"{what} stands at {_at(where)}; {clash.hint}"
            place = rules[clash.rule.id][1]
            self._wrong(place, place.where.line, f"rules: {clash.said}", hint if where else clash.hint)
        self._organizations(rules.values())
        for rule, place in rules.values():
            if place.owner:
                for organization in rule.organizations:
                    self._border(place, place.line("org"), organization)
        yield from ordered

    def within_borders(self) -> None:
        """Entries about what lies in an organization that another subproject's tree declares."""
        for place in self._gathered.section("assets"):
            if place.owner and place.key.startswith(assets.GITHUB_REPO):
                organization, _, name = place.key.removeprefix(f"{assets.GITHUB_REPO}/").partition("/")
                if name:
                    self._border(place, place.where.line, f"{assets.GITHUB_ORG}/{organization.lower()}")

    def _border(self, place: Placed, line: int, organization: str) -> None:
        keeper = self._keepers.get(organization, "")
        if keeper and keeper != place.owner:
            said = f"{organization} is declared in the tree of {keeper}, and this one speaks for {place.owner}"
            hint = f"it stands at {_at(self._assets.get(organization))}; the council's tree can divide it"
            self._wrong(place, line, said, hint)

    def _again(self, place: Placed, rule: DeclaredRule, first: DeclaredRule, there: Placed) -> None:
        """A rule that selects what another one does, word for word."""
        told = self._subproject_words(rule), self._subproject_words(first)
        said = "a rule that selects the same stands twice"
        if told[0] != told[1]:
            said += f", and they disagree: {told[0]}, and {told[1]}"
        self._wrong(place, place.where.line, f"rules: {said}", f"first at {_at(there.where)}; keep one")

    @staticmethod
    def _subproject_words(rule: DeclaredRule) -> str:
        return f"{rule.status.value} of {rule.subproject or 'nobody in particular'}"

    def _rule(self, place: Placed, entry: RuleEntry) -> DeclaredRule | None:
        organizations = tuple(sorted({f"{assets.GITHUB_ORG}/{o.lower()}" for o in several(entry.org) if o}))
        for key, told in (("org", organizations), ("where", entry.where), ("name", several(entry.name))):
            if place.writes(key) and not told:
                self._wrong(place, place.line(key), f"rules › {key}: expected at least one", "or leave the key out")
                return None
        if not organizations:
            return None
        subproject = entry.subproject or ("" if place.writes("subproject") else place.subproject)
        if entry.subproject:
            self._subproject(place, place.line("subproject"), subproject)
        self._own(place, "subproject", subproject)
        conditions: dict[str, set[str]] = {}
        for name, values in entry.where.items():
            if name.lower() in conditions:
                self._wrong(
                    place, place.line("where", name), f"the property {quoted(name)} stands twice", "keep one"
                )
            if not several(values):
                self._wrong(place, place.line("where", name), f"rules › where › {name}: expected a value")
            conditions.setdefault(name.lower(), set()).update(several(values))
        names = tuple(sorted({name.lower() for name in several(entry.name)}))
        excepted = tuple(sorted({name.lower() for name in entry.except_}))
        asked = tuple(Condition(name, tuple(sorted(values))) for name, values in sorted(conditions.items()))
        return DeclaredRule(
            id=selection(organizations, names, excepted, asked),
            organizations=organizations,
            status=entry.status,
            reason=entry.reason.strip(),
            names=names,
            excepted=excepted,
            conditions=asked,
            subproject=subproject,
            source=entry.source,
            since=entry.since,
            packages=entry.packages,
            where=place.where,
        )

    def _organizations(self, rules: Collection[tuple[DeclaredRule, Placed]]) -> None:
        """Rules about repositories of an organization that nobody declares, or that is never looked at."""
        by_rule: dict[str, Status] = {}
        for rule, place in rules:
            for organization in rule.organizations if rule.whole else ():
                by_rule[organization] = rule.status
                self._keepers.setdefault(organization, place.owner)
                self._assets.setdefault(organization, place.where)
                self._answering.setdefault(organization, rule.subproject)
        declared = {**by_rule, **self._statuses}
        known = {o for o in declared if assets.family(o) == assets.GITHUB_ORG}
        for rule, place in rules:
            for organization in () if rule.whole else rule.organizations:
                status = declared.get(organization)
                if status is None:
                    hint = "write a rule with 'org' alone, or an entry under 'assets'"
                    self._unknown(place, place.line("org"), "the organization", organization, known, hint)
                elif status not in (Status.OFFICIAL, Status.UNCLEAR):
                    said = f"rules: {organization} is {status.value}, so nobody looks what is in it"
                    self._wrong(place, place.line("org"), said, "write its repositories as entries under 'assets'")


def selection(
    organizations: tuple[str, ...],
    names: tuple[str, ...] = (),
    excepted: tuple[str, ...] = (),
    conditions: tuple[Condition, ...] = (),
) -> str:
    """What a rule selects, in words of bearable length: its id, which moves with it from file to file."""
    words = "org " + ", ".join(o.removeprefix(f"{assets.GITHUB_ORG}/") for o in organizations)
    if conditions:
        words += " where " + " and ".join(f"{c.property} = {' or '.join(c.values)}" for c in conditions)
    if names:
        words += " name " + ", ".join(names)
    if excepted:
        words += " except " + ", ".join(excepted)
    if len(words) <= _LONGEST_ID:
        return words
    return f"{words[: _LONGEST_ID - 20]}… {blake2b(words.encode(), digest_size=8).hexdigest()}"


def _at(where: Where | None) -> str:
    return f"{where.file}:{where.line}" if where else ""
