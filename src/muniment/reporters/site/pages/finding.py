"""A finding's page: its life, why the verdict is what it is, from which evidence, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator

from muniment.publish.pieces import CheckPiece, FindingPiece, LookPiece
from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.charts import life
from muniment.reporters.site.page import Page


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """A page for every finding that stands or was closed not long ago, for readers that are told of any."""
    for finding in catalogue.told:
        check = catalogue.checks.get(finding.check)
        looks = evidence(catalogue, finding, check)
        yield Page(
            path=catalogue.finding_path(finding),
            template="finding.html",
            section="findings",
            facts={
                "f": finding,
                "check": check,
                "evidence": looks,
                "life": life(finding),
                "alike": _alike(catalogue, finding),
                "ages_at": min((look.fresh_until for look in looks if look.fresh_until), default=None),
            },
            looks=looks,
        )


def evidence(catalogue: Catalogue, finding: FindingPiece, check: CheckPiece | None) -> tuple[LookPiece, ...]:
    """What the check reads of the finding's asset, in the order in which it asks for it."""
    order = {kind: place for place, (kind, _) in enumerate(check.reads)} if check is not None else {}
    read = (look for look in catalogue.looks_at.get(finding.asset, ()) if look.kind in order)
    return tuple(sorted(read, key=lambda look: (order[look.kind], look.source)))


def _alike(catalogue: Catalogue, finding: FindingPiece) -> int:
    """How many other open findings one act would mend with it."""
    return catalogue.sharing[finding.check, finding.cause] - finding.is_open
