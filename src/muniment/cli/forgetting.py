"""How an act of forgetting is told: who, what, and what a person still has to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from muniment.evidence.forgetting import Erasure, Person
from muniment.model.text import plain
from muniment.model.tlp import TLP, Marking
from muniment.ports import Touched


def told(
    who: Person,
    touched: Touched,
    bundles: Sequence[str],
    erasure: Erasure,
    digests: Mapping[str, str],
    done: bool,
) -> Iterator[str]:
    """The lines on stdout. They name the person, so they are RED: nobody else is to keep them."""
    yield Marking(TLP.RED).label
    names = [*who.handles, *who.names, *(a.id for a in who.accounts), *(f"github-id:{n}" for n in who.numbers)]
    yield f"Who: {plain(' · '.join([*names, *who.also]), 2000)}"
    yield f"Tombstone: {erasure.main}"
    verb = "were" if done else "would be"
    yield (
        f"{touched.facts} facts, {touched.events} events of {touched.findings} renamed findings, "
        f"{touched.looks} looks, {touched.cells} cells and {touched.vantages} vantages {verb} rewritten; "
        f"{touched.answers} kept answers {verb} dropped."
    )
    if touched.decisions or touched.messages:
        yield f"{touched.decisions} lines of campaigns and {touched.messages} messages {verb} rewritten."
    if bundles:
        yield f"Bundles that {verb} rewritten: {plain(', '.join(bundles), 2000)}"
    if erasure.narrow:
        words = plain(", ".join(erasure.narrow), 2000)
        yield f"Words that stand for other things, too, so replaced only where a person is meant: {words}"
        yield f"  {touched.left} texts hold such a word; look whether one of them means the person."
    if digests:
        yield "To have later looks write the tombstone, too, put this into the register's policy:"
        yield "  forgotten:"
        for digest, stone in digests.items():
            yield f'    "{digest}": "{stone}"'
