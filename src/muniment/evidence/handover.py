"""Which looks another person may hand over: those that a source that is installed here could have given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from muniment.evidence.kind import Evidence, kind_id, kinds
from muniment.model.asset import family
from muniment.model.observation import Batch
from muniment.model.text import plain


class Speaks(Protocol):
    """A source that is installed: what it tells, and of which families. Every collector is one."""

    source: str
    yields: tuple[type[Evidence], ...]
    families: tuple[str, ...]


def acceptable(batch: Batch, sources: Iterable[Speaks]) -> str:
    """Why a batch out of a bundle is left out; empty: it is taken in.

    A look under a name of its own would stand beside a registry's looks and escape their guard against losses.
    So its source is one installed here, what it tells of is what that source tells of, and every grant is of the
    place that it asks. A kind that is ``handed_over`` is one that no collector asks for and a person can read at
    the source: it names the right over its own scope that the person held (``pypi:org/lunar:owner``).
    """
    of_source = [s for s in sources if s.source == batch.cell.source]
    named = plain(batch.cell.source, 60)
    if not of_source:
        return f"no collector here is called {named!r}"
    place = batch.cell.source.partition("-")[0]  # several sources ask one place: github, github-two-factor
    if not batch.vantage or not all(grant.startswith(f"{place}:") for grant in batch.vantage):
        return f"it was seen with grants that {named!r} does not give"
    kind = kinds().get(batch.cell.kind)
    if kind is not None and kind.handed_over and batch.cell.scope.startswith(f"{batch.cell.source}:"):
        held = any(grant.startswith(f"{batch.cell.scope}:") for grant in batch.vantage)
        return "" if held else _by_no_right(batch)
    about = family(batch.cell.scope)
    if any(about in s.families and batch.cell.kind in map(kind_id, s.yields) for s in of_source):
        return ""
    return f"{named!r} tells no {plain(batch.cell.kind, 60)} of {about}"


def _by_no_right(batch: Batch) -> str:
    what, scope = batch.cell.kind.replace("-", " "), plain(batch.cell.scope, 60)
    return f"the {what} of {scope} counts only from somebody with a right over it, such as {scope}:owner"
