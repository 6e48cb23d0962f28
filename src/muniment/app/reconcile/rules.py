"""Holds the register's rules against the lists of repositories: what selects nothing is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from muniment.app.looks import Look, Looks, marking
from muniment.app.reconcile.declaration import comparison
from muniment.app.reconcile.deriving import derived
from muniment.evidence.declared_rule import DeclaredRule
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.repository_property import RepositoryProperty
from muniment.evidence.rule_match import RuleMatch
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO, canonical, family
from muniment.model.observation import Batch, Outcome
from muniment.model.tlp import join
from muniment.register.inventory import Inventory, parent_of
from muniment.register.resolving import LOOKED_AT
from muniment.register.rules import Properties, has
from muniment.register.selecting import matcher


@comparison(reads=(OrganizationRepository, RepositoryProperty), derives=RuleMatch)
def rules(looks: Looks, inventory: Inventory, now: datetime) -> Iterator[Batch]:
    """For each organization the rules that begin with it, and whether each of their words selects a repository."""
    lists = looks.best(OrganizationRepository)
    held = looks.best(RepositoryProperty)
    for asset, entry in sorted(inventory.assets.items()):
        if family(asset) != GITHUB_ORG or entry.status not in LOOKED_AT:
            continue
        own = [r for r in inventory.rulebook.rules.values() if not r.whole and r.organizations[0] == asset]
        items: list[RuleMatch] = []
        unsure = 0
        read: list[Look] = []
        for rule in own:
            listed = [lists[o] for o in rule.organizations if o in lists]
            whole = len(listed) == len(rule.organizations) and all(look.settled for look in listed)
            names = _names(listed)
            read.extend(listed)
            if rule.conditions:
                read.extend(held[repository] for repository in names if repository in held)
            for word in rule.names or ("",):
                answer = _matches(rule, word, names, held, whole)
                if answer is None:
                    unsure += 1
                else:
                    items.append(RuleMatch(rule=rule.id, word=word, matches=answer))
        detail = "not every list or property was seen that it takes to know" if unsure else ""
        outcome = Outcome.PARTIAL if unsure else Outcome.COLLECTED
        under = join(marking(read), *(inventory.rule_marking(rule.id) for rule in own))
        yield derived(asset, RuleMatch, items, outcome, under, now, detail)


def _names(listed: list[Look]) -> dict[str, str]:
    """The repositories of some lists and their names."""
    found: dict[str, str] = {}
    for look in listed:
        for fact in look.facts:
            asset = canonical(fact.asset) if isinstance(fact, OrganizationRepository) else ""
            if asset and parent_of(asset) == look.scope:
                found[asset] = asset.removeprefix(f"{GITHUB_REPO}/").partition("/")[2]
    return found


def _matches(
    rule: DeclaredRule, word: str, names: dict[str, str], held: dict[str, Look], whole: bool
) -> bool | None:
    """Whether a word of a rule selects a repository; ``None``: what was seen does not tell."""
    wanted = matcher((word,)) if word else None
    left = matcher(rule.excepted)
    sure = whole
    for asset, name in names.items():
        if (wanted is not None and not wanted.match(name)) or (left is not None and left.match(name)):
            continue
        if not rule.conditions:
            return True
        properties = _properties(held.get(asset))
        if properties is None:
            sure = False
        elif has(properties, rule.conditions):
            return True
    return False if sure else None


def _properties(look: Look | None) -> Properties | None:
    if look is None or not look.whole:
        return None
    return {fact.name.lower(): fact.values for fact in look.facts if isinstance(fact, RepositoryProperty)}
