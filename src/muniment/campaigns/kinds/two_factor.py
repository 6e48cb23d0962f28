"""The campaign that asks everybody who can change the project's repositories to use a good second factor."""

from __future__ import annotations

from muniment.campaigns.kind import NINETY_DAYS, CampaignKind

KIND = CampaignKind(
    id="two-factor",
    title="A second factor for everybody",
    checks=(
        "access/member-without-two-factor",
        "access/member-with-insecure-two-factor",
        "access/outside-collaborator-without-two-factor",
        "access/outside-collaborator-with-insecure-two-factor",
    ),
    subjects="people",
    stages=NINETY_DAYS,
)
