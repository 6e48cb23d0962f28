"""What no source tells of, as pieces: credentials and who can read them, roles for a time, access reviews."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from muniment.evidence.declared_credential import DeclaredCredential
from muniment.evidence.declared_grant import DeclaredGrant
from muniment.evidence.kind import Evidence, kind_id
from muniment.model.tlp import CLEAR, TLP, Marking, join
from muniment.publish.material import Material
from muniment.publish.piece import Piece
from muniment.register.inventory import Inventory


class ReaderPiece(Piece, frozen=True, kw_only=True):
    """A person who can read a credential; ``left``: the day on which they left."""

    handle: str
    name: str
    left: date | None = None


class CredentialPiece(Piece, frozen=True, kw_only=True):
    """A credential: what for, kept where, who can read it. Its value is nowhere.

    ``state``: ``overdue``, ``due`` (by ``due``), ``never`` (its term counts from a day that nobody wrote) or
    ``no-term``. ``opens`` are asset ids.
    """

    id: str
    purpose: str
    kept: str
    opens: tuple[str, ...]
    readers: tuple[ReaderPiece, ...]
    rotated: date | None
    due: date | None
    state: str
    file: str
    line: int


class GrantPiece(Piece, frozen=True, kw_only=True):
    """A role for a time: who has it on what, for what, and who answers for it; ``ended``: its day is past."""

    holder: str
    holder_name: str
    asset: str
    role: str
    sponsor: str
    sponsor_name: str
    purpose: str
    until: date
    ended: bool
    cohort: str


def credentials(material: Material) -> tuple[CredentialPiece, ...]:
    """The credential register, those first that are to be made anew first."""
    inventory, today = material.inventory, material.as_of
    found = inventory.entrusted.credentials.values()
    order = {"overdue": 0, "never": 1, "due": 2, "no-term": 3}
    pieces = (_credential(own, inventory, _marking(own, own.id, own.opens, material), today) for own in found)
    return tuple(sorted(pieces, key=lambda one: (order[one.state], one.due or date.max, one.id)))


def grants(material: Material) -> tuple[GrantPiece, ...]:
    """Roles for a time, those first that end first."""
    inventory = material.inventory
    return tuple(
        GrantPiece(
            marking=_marking(own, own.key, (own.asset,), material),
            holder=own.holder,
            holder_name=_name(own.holder, inventory),
            asset=own.asset,
            role=own.role,
            sponsor=own.sponsor,
            sponsor_name=_name(own.sponsor, inventory),
            purpose=own.purpose,
            until=own.until,
            ended=own.until < material.as_of,
            cohort=own.cohort,
        )
        for own in sorted(inventory.entrusted.grants, key=lambda own: (own.until, own.holder, own.asset))
    )


def _credential(own: DeclaredCredential, inventory: Inventory, marking: Marking, today: date) -> CredentialPiece:
    return CredentialPiece(
        marking=marking,
        id=own.id,
        purpose=own.purpose,
        kept=own.kept,
        opens=own.opens,
        readers=tuple(
            ReaderPiece(
                marking=marking,
                handle=handle,
                name=_name(handle, inventory),
                left=inventory.parties[handle].left if handle in inventory.parties else None,
            )
            for handle in sorted(inventory.people(own.readers))
        ),
        rotated=own.rotated,
        due=own.due_on,
        state=_state(own, today),
        file=own.where.file if own.where else "",
        line=own.where.line if own.where else 0,
    )


def _state(own: DeclaredCredential, today: date) -> str:
    due = own.due_on
    if due is not None:
        return "overdue" if due < today else "due"
    return "never" if own.rotate_every else "no-term"


def _name(handle: str, inventory: Inventory) -> str:
    party = inventory.parties.get(handle)
    return (party.name if party is not None else "") or handle


def _marking(
    own: DeclaredCredential | DeclaredGrant, key: str, assets: Iterable[str], material: Material
) -> Marking:
    """AMBER to the one subproject whose assets these are; of several, or of none, to the council alone."""
    inventory = material.inventory
    subprojects = {inventory.subproject_of(asset) for asset in assets}
    to = frozenset(subprojects) if len(subprojects) == 1 else frozenset[str]()
    whole = join(material.register_marking, material.decisions_marking)
    kind: type[Evidence] = type(own)
    return join(
        Marking(TLP.AMBER, to - {""}),
        whole,
        inventory.under.get((kind_id(kind), key), CLEAR),
        *(inventory.marking(asset, whole) for asset in assets),
    )
