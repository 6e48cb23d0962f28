"""The second factor of accounts: as organizations show it, or as the platform enforces it; else it is not known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from muniment.checks.assessment import Dossier, Seen
from muniment.evidence.kind import Evidence
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.outside_two_factor import OutsideTwoFactor
from muniment.model.tlp import CLEAR
from muniment.publish.held import Held
from muniment.publish.shipping import Factor, Protection

READ: tuple[type[Evidence], ...] = (MemberTwoFactor, OutsideCollaborator, OutsideTwoFactor)
"""The kinds of an organization that tell of second factors."""

PYPI_ENFORCES = (
    "PyPI lets nobody manage or upload without a second factor since 2024-01-01, and knows no text messages"
)
"""Source: The PyPI Blog, "Securing PyPI accounts via Two-Factor Authentication", 2023-05-25, and its help page."""

NPM_IS_SILENT = "npm does not tell how its maintainers sign in"

NOT_SHOWN = "no organization showed it"

ONE_RUN = timedelta(hours=1)
"""How far apart the looks of one run at one organization may lie."""

_METHODS = {
    "none": Factor.NONE,
    "insecure": Factor.WEAK,
    "secure": Factor.STRONG,
    "some": Factor.SOME,
}
_WORST = (Factor.NONE, Factor.WEAK, Factor.UNSEEN, Factor.SOME, Factor.STRONG, Factor.ENFORCED)
_NEVER = datetime.min.replace(tzinfo=UTC)


class Factors:
    """What organizations showed of accounts' second factors, by number and by login."""

    def __init__(self, organizations: Iterable[Dossier]) -> None:
        self._by_number: dict[int, Protection] = {}
        self._by_login: dict[str, Protection] = {}
        for org in organizations:
            self._members(org)
            self._outside(org)

    def of(self, row: Held) -> Protection:
        """The second factor of the account that a row is about."""
        account = f"{row.place}:{row.who}"
        if row.place == "pypi":
            return Protection(account=account, factor=Factor.ENFORCED, detail=PYPI_ENFORCES, marking=CLEAR)
        if row.place == "npm":
            return Protection(account=account, factor=Factor.UNSEEN, detail=NPM_IS_SILENT, marking=CLEAR)
        found = self._by_number.get(row.number) or (None if row.number else self._by_login.get(row.who.lower()))
        return found or Protection(account=account, factor=Factor.UNSEEN, detail=NOT_SHOWN, marking=CLEAR)

    def _members(self, org: Dossier) -> None:
        view = org.cells.get(MemberTwoFactor)
        for one in view.items if view is not None else ():
            assert view is not None
            self._learn(one.id, one.login, _METHODS.get(one.method, Factor.UNSEEN), org, view)

    def _outside(self, org: Dossier) -> None:
        weak, every = org.cells.get(OutsideTwoFactor), org.cells.get(OutsideCollaborator)
        listed: set[int] = set()
        for one in weak.items if weak is not None else ():
            assert weak is not None
            listed.add(one.id)
            self._learn(one.id, one.login, _METHODS.get(one.method, Factor.UNSEEN), org, weak)
        if weak is None or every is None or not weak.complete or not _of_one_run(weak, every):
            return
        for one in every.items:  # whoever is not on the complete list of the weak is protected
            if one.id not in listed:
                self._learn(one.id, one.login, Factor.STRONG, org, weak)

    def _learn(self, number: int, login: str, factor: Factor, org: Dossier, view: Seen) -> None:
        found = Protection(
            account=f"github:{login}",
            factor=factor,
            detail=f"seen in {org.asset}{' (stale)' if view.stale else ''}",
            source=view.source,
            observed_at=view.observed_at,
            marking=view.marking,
        )
        before = self._by_number.get(number)
        if before is None or _worth(found) > _worth(before):
            self._by_number[number] = found
            self._by_login[login.lower()] = found


def _of_one_run(one: Seen, other: Seen) -> bool:
    """True if two lists were read together: else somebody may be on one of them who was never asked about."""
    if one.observed_at is None or other.observed_at is None or one.stale or other.stale:
        return False
    return abs(one.observed_at - other.observed_at) <= ONE_RUN


def _worth(own: Protection) -> tuple[datetime, int]:
    """The newest look counts; of two at one time the one that shows less protection."""
    return own.observed_at or _NEVER, -_WORST.index(own.factor)
