"""Finds Apps that can change much more than one thing in an organization."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, Unarchived, check
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.installed_app import InstalledApp
from muniment.model.verdict import Fail, NotApplicable, Pass, Problem, Reason, Unknown

_ORG = GithubOrganization(id=1, login="callisto")

_RULES = frozenset(
    {
        "administration",
        "environments",
        "members",
        "organization_administration",
        "organization_custom_org_roles",
        "organization_custom_roles",
        "organization_secrets",
        "secrets",
        "workflows",
    }
)
"""What decides who may do what, or what builds may do: an App that writes one of these can give itself the rest."""

_GOODS = frozenset({"contents", "packages"})
"""What a project makes: broad where it is every repository's."""

_CHANGES = frozenset({"write", "admin"})


@check(
    title="App has broad permissions",
    severity="medium",
    examples=(
        Example(
            name="One App labels issues, another changes code in the one repository that it was let into",
            asset="github:org/callisto",
            given=(
                _ORG,
                InstalledApp(
                    id=1, slug="labels-example", permissions=("issues:write", "metadata:read"), everywhere=True
                ),
                InstalledApp(id=2, slug="format-example", permissions=("contents:write",)),
            ),
            expect=Pass,
        ),
        Example(
            name="One can change the code of every repository, another who belongs to it",
            asset="github:org/callisto",
            given=(
                _ORG,
                InstalledApp(id=3, slug="ship-example", permissions=("contents:write",), everywhere=True),
                InstalledApp(id=4, slug="clerk-example", permissions=("issues:read", "members:write")),
            ),
            expect=Fail,
            keys=("3", "4"),
        ),
        Example(
            name="One that could is suspended",
            asset="github:org/callisto",
            given=(
                _ORG,
                InstalledApp(id=4, slug="clerk-example", permissions=("members:write",), suspended=True),
            ),
            expect=Pass,
        ),
        Example(
            name="A part of the list was read, with none that is broad",
            asset="github:org/callisto",
            given=(_ORG, InstalledApp(id=1, slug="labels-example", permissions=("issues:write",))),
            partial=(InstalledApp,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="Only an owner is told",
            asset="github:org/callisto",
            given=(_ORG,),
            unseen=((InstalledApp, Reason.DENIED),),
            expect=Unknown,
            reason=Reason.DENIED,
        ),
        Example(
            name="The organization is archived on GitHub",
            asset="github:org/callisto-attic",
            given=(GithubOrganization(id=9, login="callisto-attic", archived=True),),
            expect=NotApplicable,
        ),
    ),
)
def app_with_broad_permissions(
    organization: Unarchived[GithubOrganization], app: Each[InstalledApp]
) -> Problem | None:
    """An App in the organization may change settings, members, secrets or workflows, or code in every repository.

    ## What it does

    Reads which Apps are installed and what each was granted. Fails for those that may write what decides about
    others (`administration`, `members`, `secrets`, `organization_secrets`, `workflows`, `environments`, custom
    roles and the organization's administration), and for those that may write `contents` or `packages` in all
    repositories, not in chosen ones. An App that is suspended passes.

    ## Why it matters

    Whoever takes over the App's maker has what the App has, in each organization at once. An App asks for no second
    factor, and what it does looks like its daily work.

    ## How to fix

    Under the organization's settings, "GitHub Apps": choose "Only select repositories", and uninstall what nobody
    uses. Ask the maker why it needs the permission. If it must stay as it is, waive the finding with the reason,
    and until when.

    ## What is not judged

    What the App does with its permissions, and OAuth apps, which GitHub does not list. Organizations that are
    archived on GitHub.
    """
    if app.suspended:
        return None
    granted = [(name, level) for name, _, level in (text.partition(":") for text in app.permissions)]
    writes = sorted({name for name, level in granted if level in _CHANGES})
    broad = [name for name in writes if name in _RULES or (app.everywhere and name in _GOODS)]
    if not broad:
        return None
    where = "in all repositories" if app.everywhere else "in chosen repositories"
    text = f"{app.slug} may write {', '.join(broad)} {where}: narrow it, uninstall it, or say why it must"
    return Problem(text, cause=f"github:app/{app.slug}")
