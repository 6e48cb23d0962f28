"""How a ruleset that was written comes into force."""

from __future__ import annotations

from muniment.campaigns.remedy import Remedy

REMEDY = Remedy(
    check="repositories/ruleset-not-enforced",
    wrong="a ruleset is not in force",
    todo="Set the rulesets that were written to active, or delete them",
    page="https://github.com/{name}/settings/rules",
    clicks='Open each ruleset that is not active, set "Enforcement status" to Active, Save; or delete it. One that '
    "the organization made is changed in the organization's settings.",
)
