"""Finds shared credentials that are lost with one person."""

from __future__ import annotations

from datetime import date

from muniment.checks.declaration import Example, Today, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_credential import DeclaredCredential
from muniment.evidence.declared_party import DeclaredParty
from muniment.model.asset import Status
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Verdict
from muniment.register.inventory import Inventory

_MASTODON = DeclaredAsset(asset="channel:mastodon/callisto", status=Status.OFFICIAL, reason="announcements")
_TEAM = DeclaredParty(handle="outreach", members=("ada",))


def _password(*readers: str) -> DeclaredCredential:
    return DeclaredCredential(
        id="mastodon-password",
        purpose="posts announcements",
        kept="the password manager, item Mastodon",
        opens=("channel:mastodon/callisto",),
        readers=readers,
    )


@check(
    title="Credential can be read by fewer than two people",
    severity="medium",
    examples=(
        Example(
            name="Two people can read it",
            asset="channel:mastodon/callisto",
            register=(_MASTODON, _password("ada", "noor")),
            expect=Pass,
        ),
        Example(
            name="A team of one can read it",
            asset="channel:mastodon/callisto",
            register=(_MASTODON, _TEAM, _password("outreach")),
            expect=Fail,
            keys=("mastodon-password",),
        ),
        Example(
            name="Nobody is written down as able to read it",
            asset="channel:mastodon/callisto",
            register=(_MASTODON, _password()),
            expect=Fail,
            keys=("mastodon-password",),
        ),
        Example(name="No credential of the register opens it", asset="pypi:callisto-core", expect=NotApplicable),
    ),
)
def credential_readable_by_one(entry: DeclaredAsset, inventory: Inventory, today: Today) -> Verdict:
    """The register names one person, or nobody, who can read a shared credential.

    ## What it does

    Counts the people among the `readers` of each entry of `credentials`; a team counts as its members, and who has
    left (`left` of a person) does not count. A credential is judged once: at the first of the assets that it opens,
    or at the project.

    ## Why it matters

    People fall ill, change jobs and lose telephones. A credential that one person can read is lost with them, and
    with it the account: most social networks and registrars give nothing back to a project.

    ## How to fix

    Give a second person access to where it is kept, and add them to `readers`.

    ## What is not judged

    Whether the readers can in fact read it: have both try, once a year.
    """
    own = inventory.entrusted.credentials_at.get(entry.asset, ())
    if not own:
        return NotApplicable("no credential of the register belongs to it")
    problems = []
    for credential in own:
        people = {p for p in inventory.people(credential.readers) if not _has_left(inventory, p, today)}
        if len(people) < 2:
            who = f"{next(iter(people))} alone" if people else "nobody that the register names"
            said = f"{credential.id} can be read by {who}: give a second person access, and add them to 'readers'"
            problems.append(Problem(said, key=credential.id, where=credential.where))
    return Fail(tuple(problems)) if problems else PASS


def _has_left(inventory: Inventory, handle: str, today: date) -> bool:
    party = inventory.parties.get(handle)
    return party is not None and party.left is not None and party.left <= today
