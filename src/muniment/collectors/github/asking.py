"""Tells an answer that GitHub could not give to so large a question from one that it could."""

from __future__ import annotations

from muniment.collectors.github import graphql
from muniment.ports import Answer

_TOO_MUCH = frozenset({500, 502, 503, 504})
_TOO_MUCH_TYPES = frozenset({"RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED", "TIMEOUT"})


def too_much(answer: Answer) -> bool:
    """True if a smaller question may be answered where this one was not."""
    return answer.status in _TOO_MUCH or bool(graphql.refusals(answer) & _TOO_MUCH_TYPES)
