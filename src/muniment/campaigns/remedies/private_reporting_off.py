"""How private vulnerability reporting is turned on."""

from __future__ import annotations

from muniment.campaigns.remedy import Remedy

REMEDY = Remedy(
    check="repositories/private-reporting-off",
    wrong="private reporting is off",
    todo="Let vulnerabilities be reported in private",
    page="https://github.com/{name}/settings/security_analysis",
    clicks='"Private vulnerability reporting": Enable. An owner can do so for all repositories of an organization '
    'at once: its settings, "Advanced Security".',
    command="gh api --method PUT repos/{name}/private-vulnerability-reporting",
)
