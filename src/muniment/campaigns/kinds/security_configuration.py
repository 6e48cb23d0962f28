"""The campaign that asks each subproject to adopt the security configuration that the council recommends."""

from __future__ import annotations

from muniment.campaigns.kind import NINETY_DAYS, CampaignKind

KIND = CampaignKind(
    id="security-configuration",
    title="The recommended security configuration everywhere",
    checks=(
        "repositories/private-reporting-off",
        "repositories/no-security-policy",
        "repositories/default-branch-unprotected",
        "repositories/ruleset-not-enforced",
        "access/workflow-token-can-write",
    ),
    subjects="subprojects",
    stages=NINETY_DAYS,
)
