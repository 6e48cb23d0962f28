"""How the token of workflows becomes read-only unless a workflow asks for more."""

from __future__ import annotations

from muniment.campaigns.remedy import Remedy

REMEDY = Remedy(
    check="access/workflow-token-can-write",
    wrong="the token of workflows can write",
    todo="Make the token of workflows read-only by default",
    page="https://github.com/organizations/{name}/settings/actions",
    clicks='"Workflow permissions": "Read repository contents and packages permissions", Save. Workflows that '
    "write and do not say so fail then: give their jobs a permissions key first.",
    command="gh api --method PUT orgs/{name}/actions/permissions/workflow -f default_workflow_permissions=read",
)
