"""An asset's page: why it is the project's, what is asked of it, who holds it, and how well it is seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from muniment.publish.pieces import AnswerPiece, AssetPiece, HolderPiece
from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.gathering import FAMILIES
from muniment.reporters.site.page import Page
from muniment.reporters.site.paths import asset_path

_ORDER = {"fail": 0, "unknown": 1, "pass": 2, "not-applicable": 3}


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """A page for every asset that these readers may see."""
    for asset in catalogue.view.assets:
        yield Page(
            path=asset_path(asset.asset),
            template="asset.html",
            section="assets",
            facts=_facts(catalogue, asset),
            looks=catalogue.looks_at.get(asset.asset, ()),
        )


def _facts(catalogue: Catalogue, asset: AssetPiece) -> dict[str, Any]:
    findings = catalogue.findings_on.get(asset.asset, ()) if catalogue.names_findings else ()
    answers = catalogue.answers_about.get(asset.asset, ()) if catalogue.names_findings else ()
    holders = catalogue.holders_of.get(asset.asset, ()) if catalogue.names_findings else ()
    return {
        "a": asset,
        "family": FAMILIES.get(asset.family, asset.family),
        "open": tuple(f for f in findings if f.is_open),
        "shelved": tuple(f for f in findings if f.state in ("waived", "false-positive")),
        "closed": (
            *(f for f in findings if f.state in ("fixed", "dropped")),
            *(catalogue.over_on.get(asset.asset, ()) if catalogue.names_findings else ()),
        ),
        "answers": _ordered(catalogue, answers),
        "evidence": tuple(sorted(catalogue.looks_at.get(asset.asset, ()), key=lambda k: (k.source, k.kind))),
        "holding": tuple(h for h in holders if h.account),
        "wanted": tuple(h for h in holders if not h.account and h.known is not None),
        "blind": tuple(h for h in holders if not h.account and h.known is None),
        "attested": catalogue.attested.get(asset.asset) if catalogue.names_findings else None,
        "found": catalogue.found_in.get(asset.asset, ()),
    }


def _ordered(catalogue: Catalogue, answers: tuple[AnswerPiece, ...]) -> tuple[AnswerPiece, ...]:
    """What fails first, then what is not known."""
    return tuple(sorted(answers, key=lambda a: (_ORDER.get(a.verdict, 9), catalogue.title_of(a.check))))


def is_known(holder: HolderPiece) -> bool:
    """True if the register knows whose account it is, as far as these readers may know."""
    return holder.known is not None and bool(holder.known.handle)
