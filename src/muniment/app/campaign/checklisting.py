"""Makes the checklists of a campaign about settings: what each subproject has to do, ticked by evidence."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.campaign.people import subject_named
from muniment.app.campaign.standing import Stands
from muniment.campaigns.checklist import Checklist, checklists
from muniment.campaigns.subjects import NOBODY
from muniment.model.errors import UsageError
from muniment.model.text import plain
from muniment.model.tlp import join


class Handed(Struct, frozen=True):
    """A checklist, with the name by which its subproject goes."""

    name: str
    list: Checklist


def handed(found: Stands, word: str | None) -> tuple[Handed, ...]:
    """The checklist of the subproject that a word names, or those of all of them.

    Raises:
        UsageError: the campaign is about people, or the subproject has nothing that the campaign is about.
    """
    kind, book = found.kind, found.looked.book
    if kind.subjects == "people":
        raise UsageError(
            f"{kind.id} asks people, and has no checklist",
            hint="muniment campaign preview shows what they are asked",
        )
    inventory = book.inventory
    lists = checklists(kind, found.looked.ground, inventory.subproject_of)
    if word is not None:
        asked = replace(kind, subjects="subprojects")
        wanted = subject_named(word, asked, inventory, found.looked.ground, book.whole)
        lists = tuple(one for one in lists if one.subproject == wanted)
        if not lists:
            raise UsageError(
                f"{plain(wanted)} has nothing that {kind.id} is about", hint="muniment campaign status"
            )
    names = {id: subproject.name for id, subproject in inventory.subprojects.items()}
    return tuple(
        Handed(
            names.get(one.subproject)
            or ("what nobody in particular looks after" if one.subproject == NOBODY else one.subproject),
            replace(
                one,
                marking=join(one.marking, *(inventory.marking(i.asset, book.public) for i in one.items)),
            ),
        )
        for one in lists
    )
