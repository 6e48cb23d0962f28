"""Finds words of the register's rules that select nothing."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, check
from muniment.evidence.declared_rule import DeclaredRule
from muniment.evidence.rule_match import RuleMatch
from muniment.model.asset import Status
from muniment.model.verdict import Fail, Pass, Problem, Reason, Unknown, Where
from muniment.register.inventory import Inventory

_ID = "org callisto name old-*"
_RULE = DeclaredRule(
    id=_ID,
    organizations=("github:org/callisto",),
    names=("old-*",),
    status=Status.ARCHIVED,
    reason="minutes of 2026-02-03",
    where=Where("rules.yaml", 12),
)


@check(
    title="Rule matches nothing",
    severity="low",
    examples=(
        Example(
            name="Each pattern has its repositories",
            asset="github:org/callisto",
            given=(RuleMatch(rule=_ID, word="old-*", matches=True),),
            register=(_RULE,),
            expect=Pass,
        ),
        Example(
            name="No repository is called so any more",
            asset="github:org/callisto",
            given=(RuleMatch(rule=_ID, word="old-*", matches=False),),
            register=(_RULE,),
            expect=Fail,
            keys=(f"{_ID}/old-*",),
        ),
        Example(
            name="Only a part of the list was seen",
            asset="github:org/callisto",
            partial=(RuleMatch,),
            register=(_RULE,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
    ),
)
def rule_matches_nothing(match: Each[RuleMatch], inventory: Inventory) -> Problem | None:
    """A rule of the register names repositories, and there is none of that name or property.

    ## What it does

    Holds each name and pattern of a rule, and each rule by property alone, against the whole lists of its
    organizations. It needs complete lists, and for properties a look by somebody who sees them; else it is Unknown.

    ## Why it matters

    A rule that selects nothing was misspelt, or what it was about has been renamed, moved or deleted. What it
    should have spoken for may now be spoken for by a wider rule, under the wrong people.

    ## How to fix

    Correct the name, or delete it from the rule.

    ## What is not judged

    Rules about an organization as a whole: the organization itself is what they are about.
    """
    if match.matches:
        return None
    rule = inventory.rulebook.rules.get(match.rule)
    word = f"is called {match.word}" if match.word else "has the property"
    asks = " and has the property" if match.word and rule is not None and rule.conditions else ""
    text = f"no repository {word}{asks} that the rule '{match.rule}' asks for: correct the rule or delete it"
    return Problem(text, where=rule.where if rule is not None else None)
