"""The only place where a marking is lowered: each function here is a release, with its reason and its test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from muniment.model.tlp import CLEAR, TLP, Marking, join
from muniment.publish.campaigns import ReleasedCampaignPiece
from muniment.publish.material import Material
from muniment.publish.pieces import PlacePiece, ReleasedPiece, RolePiece

UNDER = 5
"""Numbers below this one are never released."""


def suppress(cells: Sequence[int]) -> tuple[tuple[int | None, ...], int | None]:
    """The cells and their total, without any number from which one under five could be computed.

    With a cell under five, the smallest number from five up goes too, and every number as small as that. The
    hidden cells are then exactly those up to that number, so that any exchange of values among them gives the
    same table: a reader cannot tell which of them is under five. Where no number reaches five, the total goes.
    """
    if all(cell >= UNDER for cell in cells):
        return tuple(cells), sum(cells) if cells else None
    large = [cell for cell in cells if cell >= UNDER]
    if not large:
        return (None,) * len(cells), None
    limit = min(large)
    return tuple(cell if cell > limit else None for cell in cells), sum(cells)


def counts(material: Material, names: Mapping[str, str]) -> tuple[ReleasedPiece, ...]:
    """Open findings by subproject, numbers under five suppressed.

    Reason: the public may know how much work there is and where help is wanted; a small number would point
    at a single person or package. One table only: a second one over the same findings, such as by check,
    would let the two be subtracted from each other. ``names`` are the subprojects' names that are
    CLEAR; findings outside them stand under "Shared". Findings about what a tree declares that is not open to
    everybody are in no number, as if the register were not: the total is that of the others.
    """
    if not names:
        return ()
    order = [*sorted(names, key=lambda id: (names[id].casefold(), id)), ""]
    open_by = dict.fromkeys(order, 0)
    for finding in material.findings:
        if finding.state == "open" and material.inventory.tree_marking(finding.id.asset) == CLEAR:
            open_by[finding.subproject if finding.subproject in names else ""] += 1
    shown, total = suppress(list(open_by.values()))
    rows = tuple(
        ReleasedPiece(marking=CLEAR, release="counts", subproject=id, name=names.get(id, "Shared"), count=count)
        for id, count in zip(order, shown, strict=True)
    )
    whole = ReleasedPiece(marking=CLEAR, release="counts", name="All", count=total, total=True)
    return (*rows, whole)


def campaign_counts(done: int, to_go: int, cannot_see: int) -> tuple[tuple[str, int | None], ...]:
    """How many are done, to go and out of sight in a campaign, and all together; numbers under five suppressed.

    Reason: the public may know how far a campaign has come, and praise it. Who is still to go is nobody's business,
    so no smaller table is ever released beside this one: whoever left or is exempt stands in these three numbers.
    """
    shown, total = suppress((done, to_go, cannot_see))
    return (*zip(("done", "to go", "cannot see"), shown, strict=True), ("all", total))


def campaigns(material: Material) -> tuple[ReleasedCampaignPiece, ...]:
    """How far each campaign has come, and which organizations require a second factor.

    Reason: people may follow what they were asked to take part in, and an organization that requires a second
    factor gives its users a reason to trust it. What is told is the title of a kind of campaign, its days, the
    four numbers of ``campaign_counts``, and organizations that everybody may know the project declares, if they
    were seen to require it. The others are not told apart: whether one does not, or could not be seen, would
    point at a weak place. A campaign's own name, its people and where they are stay as they were. A register
    that is not open to everybody releases nothing.
    """
    if material.register_marking != CLEAR:
        return ()
    inventory = material.inventory
    return tuple(
        ReleasedCampaignPiece(
            marking=CLEAR,
            title=campaign.title,
            family=campaign.family,
            state=campaign.state,
            began=campaign.began,
            last_day=campaign.last_day,
            checks=campaign.checks,
            counts=campaign_counts(sums.done, sums.to_go, sums.cannot_see),
            requiring=tuple(
                line.asset
                for line in campaign.lines
                if line.required and inventory.marking(line.asset, material.register_marking) == CLEAR
            ),
        )
        for campaign in material.campaigns or ()
        if (sums := campaign.open_to_all) is not None
    )


def public_roles(material: Material) -> tuple[RolePiece, ...]:
    """Roles that the register calls public, with the names of those who hold them.

    Reason: the holders took them on in public, and people must be able to find them. The rest of a party's
    entry (accounts, memberships, its place in the register) stays AMBER. A register that is itself closed to some
    keeps its roles closed.
    """
    whole = join(Marking(TLP.AMBER), material.register_marking, material.decisions_marking)
    return tuple(
        RolePiece(
            marking=_no_lower_than(join(material.register_marking, material.inventory.party_marking(party.handle))),
            name=party.name or party.handle,
            role=role.role,
            subproject=role.subproject,
            place=PlacePiece(marking=whole, file=party.where.file, line=party.where.line) if party.where else None,
        )
        for party in sorted(material.inventory.parties.values(), key=lambda p: (p.name or p.handle, p.handle))
        for role in party.public_roles
    )


def _no_lower_than(register: Marking) -> Marking:
    # A register up to AMBER is what this release lowers; RED or a restricted one is not the register's to give.
    if register.level <= TLP.AMBER and register.to is None:
        return CLEAR
    return join(register)
