"""What turning the requirement on would do today, organization by organization, in GitHub's two steps.

"Require two-factor authentication" blocks members without a second factor until they have one, and removes outside
collaborators without one; what these had can be restored for three months. "Only secure methods" does the same to
whoever can sign in with a text message. Source: GitHub's documentation of both settings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from muniment.campaigns.standing import OrganizationLine, Standing

MEMBER_NONE = "access/member-without-two-factor"
MEMBER_INSECURE = "access/member-with-insecure-two-factor"
OUTSIDE_NONE = "access/outside-collaborator-without-two-factor"
OUTSIDE_INSECURE = "access/outside-collaborator-with-insecure-two-factor"


class Impact(Struct, frozen=True, kw_only=True):
    """Whom the two settings would hit in one organization, by subject.

    ``required``: the first one is on already. ``unseen``: why there may be more of them; empty: these are all.
    ``applies``: there is an organization to turn it on in.
    """

    asset: str
    required: bool | None
    blocked: tuple[str, ...]
    removed: tuple[str, ...]
    blocked_by_secure: tuple[str, ...]
    removed_by_secure: tuple[str, ...]
    unseen: str = ""
    applies: bool = True


def impact(standings: Iterable[Standing], organizations: Iterable[OrganizationLine]) -> tuple[Impact, ...]:
    """What would happen, by organization. Exempt or waived: GitHub knows of neither."""
    hit: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for standing in standings:
        for tie in standing.ties:
            if tie.is_open or tie.is_waived:
                hit[tie.asset, tie.check].append(standing.subject)

    def of(asset: str, *checks: str) -> tuple[str, ...]:
        return tuple(sorted({subject for check in checks for subject in hit.get((asset, check), ())}))

    return tuple(
        Impact(
            asset=line.asset,
            required=line.required,
            blocked=of(line.asset, MEMBER_NONE),
            removed=of(line.asset, OUTSIDE_NONE),
            blocked_by_secure=of(line.asset, MEMBER_NONE, MEMBER_INSECURE),
            removed_by_secure=of(line.asset, OUTSIDE_NONE, OUTSIDE_INSECURE),
            unseen=line.unseen,
            applies=line.applies,
        )
        for line in organizations
    )
