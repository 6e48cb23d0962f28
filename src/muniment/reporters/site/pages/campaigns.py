"""The page of campaigns: what is asked of many people by a day, and how far each has come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from muniment.publish.campaigns import CampaignPiece
from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.page import Entry, Page
from muniment.reporters.site.pages.campaign import looks_of


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one page of campaigns; in public only if something of one is released."""
    released = catalogue.view.released_campaigns if not catalogue.names_findings else ()
    campaigns = catalogue.campaigns
    if campaigns is None and not released:
        return
    entry = Entry(45, "campaigns", "Campaigns", "campaigns.html")
    yield Page(
        path="campaigns.html",
        template="campaigns.html",
        section="campaigns",
        facts={"campaigns": campaigns or (), "released": released, **_across(campaigns or ())},
        looks=tuple(dict.fromkeys(look for one in campaigns or () for look in looks_of(catalogue, one))),
        entries=(entry,),
    )


def _across(campaigns: tuple[CampaignPiece, ...]) -> dict[str, Any]:
    """Whom those that run ask, what slid back in them, and which organizations require a second factor."""
    running = [campaign for campaign in campaigns if campaign.state in ("running", "paused")]
    slid = dict.fromkeys(one for campaign in running for one in campaign.slid)
    lines = {line.asset: line for campaign in campaigns if campaign.family == "people" for line in campaign.lines}
    return {
        "asked": tuple(dict.fromkeys(id for campaign in running for id in campaign.checks)),
        "slid": tuple(sorted(slid, key=lambda one: (-one.on.toordinal(), one.asset))),
        "requirement": tuple(lines[asset] for asset in sorted(lines)),
    }
