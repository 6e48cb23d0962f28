"""How many people must leave before nobody is left who can ship: a count over sets of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from muniment.publish.shipping import Bus

Together = tuple[Set[str], Set[str]]
"""Who may approve a release, and who may start one; it takes two different people."""


def leaving(alone: Set[str], together: Together) -> int:
    """The fewest people who must leave before nobody is left who can ship, alone or two by two.

    Everybody must leave who can do it alone. Of the others no pair may be left: all approvers leave, or all who
    start a release, or all but one who is both.
    """
    approving, starting = (people - alone for people in together)
    if not approving or not starting:
        return len(alone)
    ways = [len(approving), len(starting)]
    if approving & starting:
        ways.append(len(approving | starting) - 1)
    return len(alone) + min(ways)


def bus(alone: Set[str], together: Together, *, strangers: Set[str], blind: bool) -> Bus:
    """The bus factor. ``strangers`` are accounts that the register does not know, ``blind``: not all was seen.

    A stranger may be one of the people whom the register knows, and so counts for the upper bound alone.
    """
    known = leaving(alone - strangers, (together[0] - strangers, together[1] - strangers))
    every = leaving(alone, together)
    return Bus(min(every, max(known, 1)), None if blind else every)


def as_one(pairs: Iterable[tuple[str, str]], known: Set[str]) -> Mapping[str, str]:
    """By person, whom they would be counted as if each of some pairs were one; ``known`` stand for the others."""
    groups: list[set[str]] = []
    for pair in pairs:
        joined = set(pair).union(*(group for group in groups if not group.isdisjoint(pair)))
        groups = [group for group in groups if group.isdisjoint(pair)] + [joined]
    return {one: min(group, key=lambda key: (key not in known, key)) for group in groups for one in group}
