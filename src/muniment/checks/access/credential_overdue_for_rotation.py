"""Finds shared credentials that should have been made anew by now."""

from __future__ import annotations

from datetime import date

from muniment.checks.declaration import Example, Today, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_credential import DeclaredCredential
from muniment.model.asset import Status
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Verdict
from muniment.register.inventory import Inventory

_REGISTRAR = DeclaredAsset(asset="service:registrar", status=Status.OFFICIAL, reason="holds the domains")


def _login(rotated: date | None, every: int | None = 365) -> DeclaredCredential:
    return DeclaredCredential(
        id="registrar-login",
        purpose="renews the domains",
        kept="the password manager, item Registrar",
        opens=("service:registrar",),
        readers=("noor", "ada"),
        rotated=rotated,
        rotate_every=every,
    )


@check(
    title="Credential is overdue for rotation",
    severity="medium",
    examples=(
        Example(
            name="Made anew less than a year ago",
            asset="service:registrar",
            register=(_REGISTRAR, _login(date(2025, 9, 1))),
            expect=Pass,
        ),
        Example(
            name="Its year is over",
            asset="service:registrar",
            register=(_REGISTRAR, _login(date(2025, 1, 10))),
            expect=Fail,
            keys=("registrar-login",),
        ),
        Example(
            name="It is to be rotated every year, and nobody wrote when it was",
            asset="service:registrar",
            register=(_REGISTRAR, _login(None)),
            expect=Fail,
            keys=("registrar-login",),
        ),
        Example(
            name="Nobody has set a term",
            asset="service:registrar",
            register=(_REGISTRAR, _login(None, None)),
            expect=NotApplicable,
        ),
    ),
)
def credential_overdue_for_rotation(entry: DeclaredAsset, inventory: Inventory, today: Today) -> Verdict:
    """A credential of the register's has not been made anew by the day that the register names for it.

    ## What it does

    Judges the entries of `credentials` that have `rotate-every` or `due`. It fails from the day after that day on,
    and where `rotate-every` stands without the day `rotated` from which it counts. A credential is judged once: at
    the first of the assets that it opens, or at the project.

    ## Why it matters

    Everybody who could ever read a shared password knows it until it is changed: those who left, their old laptops,
    and whoever got hold of a backup.

    ## How to fix

    Make a new one where it is used, put it where it is kept, and write the day under `rotated`.
    `muniment credentials` lists all with their days.

    ## What is not judged

    Credentials without a term, and whether the credential was in fact changed on the day that is written down.
    """
    own = [one for one in inventory.entrusted.credentials_at.get(entry.asset, ()) if one.due or one.rotate_every]
    if not own:
        return NotApplicable("no credential that is to be rotated belongs to it")
    problems = []
    for credential in own:
        due = credential.due_on
        if due is None:
            said = f"nobody wrote down when {credential.id} was last made anew: do it now, and write 'rotated'"
        elif due < today:
            said = f"{credential.id} was to be made anew by {due}: do it, and write the day under 'rotated'"
        else:
            continue
        problems.append(Problem(said, key=credential.id, where=credential.where))
    return Fail(tuple(problems)) if problems else PASS
