"""What to do when somebody leaves, as pieces: each step for those who answer for the asset it is done at."""

from __future__ import annotations

from muniment.model.tlp import TLP, Marking, join
from muniment.publish.material import Material
from muniment.publish.piece import Piece
from muniment.publish.steps import Step


class StepPiece(Piece, frozen=True, kw_only=True):
    """One thing to take away from a person, see ``Step``. ``stage`` is the place in the order, from 1."""

    handle: str
    stage: int
    stage_words: str
    asset: str
    what: str
    account: str
    within: str
    kind: str
    tick: str
    detail: str
    place: str


def steps(material: Material) -> tuple[StepPiece, ...]:
    """The steps for every person, by person and in order; those at no asset are for the council alone."""
    return tuple(
        _piece(one.handle, step, material)
        for one in sorted(material.partings, key=lambda one: one.handle)
        for step in one.steps
    )


def _piece(handle: str, step: Step, material: Material) -> StepPiece:
    inventory = material.inventory
    whole = join(material.register_marking, material.decisions_marking)
    own = {inventory.subproject_of(step.asset)} - {""} if step.asset else frozenset[str]()
    return StepPiece(
        marking=join(
            Marking(TLP.AMBER, frozenset(own)),
            step.marking,
            whole,
            inventory.party_marking(handle),
            *((inventory.marking(step.asset, whole),) if step.asset else ()),
        ),
        handle=handle,
        stage=step.stage.value,
        stage_words=step.stage.words,
        asset=step.asset,
        what=step.what,
        account=step.account,
        within=step.within,
        kind=step.kind,
        tick=step.tick,
        detail=step.detail,
        place=step.place,
    )
