"""The campaign that asks each subproject to let vulnerabilities be reported in private."""

from __future__ import annotations

from muniment.campaigns.kind import NINETY_DAYS, CampaignKind

KIND = CampaignKind(
    id="private-reporting",
    title="Private vulnerability reporting everywhere",
    checks=("repositories/private-reporting-off",),
    subjects="subprojects",
    stages=NINETY_DAYS,
)
