"""Show what those who answer for security may do in each organization, and who could grant the rest."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from muniment.cli.options import as_of_option, db_option, format_option, org_option, register_option, verbosity

if TYPE_CHECKING:
    from muniment.publish.council import Council, Place


@click.command("council")
@click.option("--two-factor", is_flag=True, help="Their accounts instead, with how each second factor is known.")
@org_option
@register_option
@db_option
@as_of_option
@format_option
@verbosity
def command(
    two_factor: bool,
    orgs: tuple[str, ...],
    register: Path,
    db: str | None,
    as_of: date | None,
    form: str,
) -> None:
    """Show what each person of the policy's security-team may do in each organization.

    Four rights: to see who has a second factor, to see private vulnerability reports, to open advisories, and to
    change the requirement of a second factor. What was not seen is "cannot tell", never "no". Where something is
    missing, the owners who could grant it are named.
    """
    from msgspec.structs import replace

    from muniment import wiring
    from muniment.app.council import council
    from muniment.cli.telling import printed, rows, warn
    from muniment.model.errors import UsageError

    moment = wiring.moment(as_of, None, wiring.SystemClock().now())
    with wiring.at_one_go(), wiring.opened(register, db) as store:
        found = council(store, at=moment.at, now=moment.now)
    if found.trouble:
        raise UsageError(found.trouble, hint="policy: {security-team: [HANDLE, …]} says who answers for security")
    wanted = {f"github:org/{org.lower()}" for org in orgs}
    if wanted - found.grantors.keys():
        unknown = sorted(asset.rpartition("/")[2] for asset in wanted - found.grantors.keys())
        raise UsageError(f"the register declares no organization {', '.join(unknown)}")
    if wanted:
        found = replace(found, places=tuple(p for p in found.places if p.organization in wanted))
    if form == "json":
        printed(_body(found))
    elif two_factor:
        columns = ("person", "platform", "account", "second factor", "how it is known", "seen")
        rows(form, found.marking, columns, _accounts(found), below=("how it is known", "seen"))
    else:
        rows(form, found.marking, _columns(), list(_lines(found)), below=("why", "who could grant it"))
        for line in _uncovered(found):
            warn(line)


def _columns() -> tuple[str, ...]:
    from muniment.publish.council import Right

    return ("organization", "person", "is", *(right.words for right in Right), "why", "who could grant it")


def _lines(found: Council) -> list[tuple[str, ...]]:
    return [
        (
            place.organization.rpartition("/")[2],
            place.handle,
            (place.role or "cannot tell") + (" (stale)" if place.stale else ""),
            *(held.answer.value for held in place.rights),
            _why(place),
            f"could grant: {found.grantors[place.organization].told}" if place.lacks else "",
        )
        for place in found.places
    ]


def _why(place: Place) -> str:
    """What an answer that is neither yes nor no stands on, once where several rights have one reason."""
    from muniment.publish.council import Answer

    told = (held.why for held in place.rights if held.answer in (Answer.SOME, Answer.CANNOT_TELL))
    return "; ".join(dict.fromkeys(part for why in told for part in why.split("; ")))


def _uncovered(found: Council) -> list[str]:
    """The organizations in which nobody of the team was seen to have a right."""
    from muniment.publish.council import Answer, Right

    lines = []
    for organization in dict.fromkeys(place.organization for place in found.places):
        lacking = [right.words for right in Right if found.covers(organization, right) is not Answer.YES]
        if lacking:
            named = organization.rpartition("/")[2]
            lines.append(
                f"{named}: nobody of the security team is known to have this everywhere: {', '.join(lacking)}"
            )
    return lines


def _accounts(found: Council) -> list[tuple[str, ...]]:
    return [
        (
            one.handle,
            one.platform,
            one.login,
            f"{one.state}: {one.factor}" if one.factor else one.state.value,
            one.why,
            f"{one.observed_at:%Y-%m-%d}" if one.observed_at else "",
        )
        for one in found.secured
    ]


def _body(found: Council) -> dict[str, Any]:
    """The whole answer as plain values. Times are ISO 8601 in UTC."""
    return {
        "version": 1,
        "marking": found.marking.label,
        "rights": [
            {
                "organization": place.organization,
                "person": place.handle,
                "name": place.name,
                "role": place.role or None,
                "stale": place.stale,
                "observed-at": place.observed_at.isoformat() if place.observed_at else None,
                "rights": {h.right.value: {"answer": h.answer.value, "why": h.why} for h in place.rights},
            }
            for place in found.places
        ],
        "could-grant": {
            organization: {"owners": list(own.owners), "whole": own.whole, "machines": list(own.machines)}
            for organization, own in found.grantors.items()
            if any(place.organization == organization for place in found.places)
        },
        "second-factors": [
            {
                "person": one.handle,
                "platform": one.platform,
                "account": one.login,
                "state": one.state.value,
                "factor": one.factor or None,
                "why": one.why,
                "observed-at": one.observed_at.isoformat() if one.observed_at else None,
            }
            for one in found.secured
        ],
    }
