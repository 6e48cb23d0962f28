"""How the history of a default branch is kept from being rewritten."""

from __future__ import annotations

from muniment.campaigns.remedy import Remedy

_RULES = """\
{
  "name": "keep the history of the default branch",
  "target": "branch",
  "enforcement": "active",
  "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
  "rules": [{"type": "deletion"}, {"type": "non_fast_forward"}]
}
"""

REMEDY = Remedy(
    check="repositories/default-branch-unprotected",
    wrong="the default branch can be rewritten",
    todo="Keep the default branch from being rewritten or deleted",
    page="https://github.com/{name}/settings/rules/new?target=branch",
    clicks='Target "Default", tick "Restrict deletions" and "Block force pushes", set "Enforcement status" to '
    "Active, Create. An owner can make one ruleset for all repositories of an organization in its settings.",
    command=f"gh api --method POST repos/{{name}}/rulesets --input - <<'RULES'\n{_RULES}RULES",
)
