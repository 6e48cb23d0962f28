"""What every comparison is given: the register as it stands, what is believed, and the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from muniment.app.sync.believing import Sights
from muniment.app.sync.drifting import Drift, Found, Proof, Question
from muniment.app.sync.mentions import Mentions
from muniment.app.sync.placing import Places, holds
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.model.tlp import CLEAR, Marking, join
from muniment.register.changing import ASSETS, Edit, Remove
from muniment.register.inventory import Inventory


class Looking(Struct, frozen=True):
    """The register, the looks to rely on, and the day from which an undecided status counts.

    ``numbers_of`` are GitHub's numbers that each login, in small letters, was ever seen with.
    """

    inventory: Inventory
    places: Places
    mentions: Mentions
    sights: Sights
    today: date
    numbers_of: Mapping[str, frozenset[int]] = {}

    def own(self, asset: str) -> DeclaredAsset | None:
        """The entry of its own that an asset has in a file; ``None``: it has none, or a rule made it."""
        entry = self.inventory.assets.get(asset)
        if entry is None or entry.rule or entry.where is None or asset.startswith("project:"):
            return None
        return entry

    def declared(
        self,
        asset: str,
        parent: DeclaredAsset | None,
        seen: str,
        proofs: tuple[Proof, ...],
        naming: Iterable[str] = (),
    ) -> Found:
        """The change that declares an asset ``unclear``; a question where no tree may hold it.

        ``naming``: the declared assets that ``seen`` names.
        """
        about = f"declare:{asset}"
        under = join(CLEAR, *(self.places.told_in(own) for own in naming))
        marking = join(under, *(proof.marking for proof in proofs))
        file = self.places.file_for(parent, marking)
        why = f"{seen}, and the register does not know it. What it is, people decide: it is declared unclear."
        if file is None:
            return above(about, why, marking)
        day = self.today.isoformat()
        fields = {"status": "unclear", "since": day, "reason": f"{seen} and nobody has decided yet whose it is"}
        return Drift(
            id=about, why=why, proofs=proofs, edits=(self.places.entry(file, asset, parent, fields),), under=under
        )

    def changed(
        self, about: str, why: str, proofs: tuple[Proof, ...], *edits: Edit, naming: Iterable[str] = ()
    ) -> Found:
        """A change of entries that are there; a question where their tree may not hold it.

        ``naming``: other declared assets that the change names.
        """
        under = join(CLEAR, *(self.places.told_in(own) for own in naming))
        marking = join(under, *(proof.marking for proof in proofs))
        trees = {self.places.tree_of(edit.file).name: self.places.tree_of(edit.file) for edit in edits}
        if len(trees) > 1:
            said = f"it takes edits in {len(trees)} trees: {', '.join(sorted(n or 'the first' for n in trees))}"
            return Question(about, f"{why} {said}; make it by hand, together", marking)
        (tree,) = trees.values()
        return (
            Drift(id=about, why=why, proofs=proofs, edits=edits)
            if holds(tree, marking)
            else above(about, why, marking)
        )

    def removed(self, asset: str, why: str, proof: Proof) -> Found:
        """The change that takes an entry away; a question where something else of the register rests on it."""
        about = f"remove:{asset}"
        entry = self.own(asset)
        if entry is None or entry.where is None:
            return Question(about, f"{why} A rule declares it: change the rule by hand", proof.marking)
        naming = sorted({file for file, _ in self.mentions.of(asset)})
        if naming:
            return Question(about, f"{why} {', '.join(naming)} names it: decide there first", proof.marking)
        return self.changed(about, why, (proof,), Remove(entry.where.file, (ASSETS, asset)))


def above(about: str, why: str, marking: Marking) -> Question:
    """The question that stands where a change would carry evidence into a tree that is too open for it."""
    said = (
        f"{why} The evidence is {marking.label}, above the tree that it belongs in: write it by hand where it "
        "may stand"
    )
    return Question(about, said, marking)
