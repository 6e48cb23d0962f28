"""Follows repositories that no entry declares from one name to the next, by GitHub's numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from muniment.app.looks import Look, Looks, marking, marking_of_found, one
from muniment.app.reconcile.declaration import comparison
from muniment.app.reconcile.deriving import derived
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.repository_move import RepositoryMove
from muniment.model.asset import canonical
from muniment.model.observation import Batch, Outcome
from muniment.register.inventory import Inventory, parent_of


class _Place(Struct, frozen=True):
    """Where a number stands: the repository, and the list that names it."""

    asset: str
    look: Look


@comparison(reads=(OrganizationRepository, GithubRepository, RepositoryMove), derives=RepositoryMove)
def moves(looks: Looks, inventory: Inventory, now: datetime) -> Iterator[Batch]:
    """The former names of listed repositories: what was seen under them stays, and bears the same number.

    Whoever is still listed under the former name has not moved yet as far as anybody saw. Names that have an
    entry are the matter of asking for them.
    """
    places = _places(looks, inventory)
    known = {look.scope: look for look in looks.of(RepositoryMove)}
    before: dict[str, list[Look]] = defaultdict(list)
    for scope, look in looks.best(GithubRepository).items():
        face = one(look, GithubRepository)
        standing = places.get(face.id, ()) if face is not None else ()
        if scope in inventory.assets or any(place.asset == scope for place in standing):
            continue
        for place in standing:
            before[place.asset].append(look)
    listed = {place.asset: (number, place.look) for number, own in places.items() for place in own}
    for asset in sorted({*before, *known}):
        if asset not in listed or asset in inventory.assets:
            continue
        number, by = listed[asset]
        earlier = {f.before: f for f in _facts(known.get(asset)) if f.id == number}
        seen = {
            look.scope: RepositoryMove(id=number, before=look.scope, since=now.date()) for look in before[asset]
        }
        items = {name: fact for name, fact in {**seen, **earlier}.items() if name not in inventory.assets}
        read = (by, *before[asset], *((known[asset],) if earlier else ()))
        under = marking_of_found(inventory, (asset,), marking(read))
        yield derived(asset, RepositoryMove, [items[name] for name in sorted(items)], Outcome.COLLECTED, under, now)


def _places(looks: Looks, inventory: Inventory) -> dict[int, list[_Place]]:
    """Where each number is listed: in several places, while an organization it has left was not seen again."""
    found: dict[int, list[_Place]] = defaultdict(list)
    for scope, look in looks.best(OrganizationRepository).items():
        for fact in look.facts if scope in inventory.assets else ():
            if isinstance(fact, OrganizationRepository) and parent_of(canonical(fact.asset)) == scope:
                found[fact.id].append(_Place(canonical(fact.asset), look))
    return found


def _facts(look: Look | None) -> Iterator[RepositoryMove]:
    return (fact for fact in (look.facts if look is not None else ()) if isinstance(fact, RepositoryMove))
