"""The pages of access reviews: all of them, and for each whose access was asked about and what was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.page import Page
from muniment.reporters.site.paths import review_path


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The page of reviews, and one for each of which these readers may know."""
    if not catalogue.has_reviews:
        return
    reviews = catalogue.view.reviews
    facts = {"reviews": reviews}
    yield Page(path="reviews.html", template="reviews.html", section="people", facts=facts, looks=())
    for review in reviews:
        assets = dict.fromkeys(question.asset for question in review.questions)
        yield Page(
            path=review_path(review.id),
            template="review.html",
            section="people",
            facts={
                "r": review,
                "waiting": tuple(q for q in review.questions if q.waits),
                "answered": tuple(q for q in review.questions if not q.waits),
                "counts": Counter(q.standing for q in review.questions).most_common(),
            },
            looks=tuple(look for asset in assets for look in catalogue.looks_at.get(asset, ())),
        )
