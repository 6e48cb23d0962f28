"""Finds shared credentials that people who left can still read."""

from __future__ import annotations

from datetime import date

from muniment.checks.declaration import Example, Today, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_credential import DeclaredCredential
from muniment.evidence.declared_party import DeclaredParty
from muniment.model.asset import Status
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Verdict
from muniment.register.inventory import Inventory

_REGISTRAR = DeclaredAsset(asset="service:registrar", status=Status.OFFICIAL, reason="holds the domains")
_LEFT = DeclaredParty(handle="mina", name="Mina Example", left=date(2026, 1, 31))


def _login(*readers: str) -> DeclaredCredential:
    return DeclaredCredential(
        id="registrar-login",
        purpose="renews the domains",
        kept="the password manager, item Registrar",
        opens=("service:registrar",),
        readers=readers,
    )


@check(
    title="Credential can be read by somebody who left",
    severity="high",
    examples=(
        Example(
            name="Its readers are all there",
            asset="service:registrar",
            register=(_REGISTRAR, _LEFT, _login("ada", "noor")),
            expect=Pass,
        ),
        Example(
            name="A reader has left",
            asset="service:registrar",
            register=(_REGISTRAR, _LEFT, _login("ada", "mina")),
            expect=Fail,
            keys=("registrar-login/mina",),
        ),
        Example(
            name="A reader has left, who reads it by a team",
            asset="service:registrar",
            register=(_REGISTRAR, _LEFT, DeclaredParty(handle="infra", members=("ada", "mina")), _login("infra")),
            expect=Fail,
            keys=("registrar-login/mina",),
        ),
        Example(name="No credential of the register opens it", asset="pypi:callisto-core", expect=NotApplicable),
    ),
)
def credential_readable_by_leaver(entry: DeclaredAsset, inventory: Inventory, today: Today) -> Verdict:
    """The register names among the readers of a shared credential a person who has left the project.

    ## What it does

    Compares the `readers` of each entry of `credentials`, teams by their members, with the people who have a day
    `left` that is past. A credential is judged once: at the first of the assets that it opens, or at the project.

    ## Why it matters

    Who leaves in peace forgets what they can still open; who takes over their laptop may not.

    ## How to fix

    Take the person's access to the item away, make the credential anew, write the day under `rotated`, and take the
    person out of `readers` or of the team. `muniment credentials --off-boarding PERSON` says in which order.

    ## What is not judged

    People without a day `left`, and credentials that somebody knew who was taken out of `readers` without a
    rotation: the register does not keep who used to read them.
    """
    own = inventory.entrusted.credentials_at.get(entry.asset, ())
    if not own:
        return NotApplicable("no credential of the register belongs to it")
    problems = []
    for credential in own:
        for person in sorted(inventory.people(credential.readers)):
            party = inventory.parties.get(person)
            if party is not None and party.left is not None and party.left <= today:
                said = (
                    f"{person} left on {party.left} and can read {credential.id}: take the access away, make the "
                    "credential anew, and correct 'readers'"
                )
                problems.append(Problem(said, key=f"{credential.id}/{person}", where=credential.where))
    return Fail(tuple(problems)) if problems else PASS
