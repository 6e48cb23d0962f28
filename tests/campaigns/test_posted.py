"""A Message-ID is read off what is remembered of a mail, and off nothing else that ends in pointed brackets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from muniment.campaigns.posted import Posted

ID = "<672845d7f5cc90c26828e90b9043a12d@example.org>"


def posted(detail: str) -> Posted:
    return Posted(
        key="k",
        campaign="two-factor",
        subject="github-id:7",
        stage="announcement",
        channel="email",
        shown_to="a…@example.org",
        state="sent",
        at=datetime(2026, 3, 1, tzinfo=UTC),
        detail=detail,
    )


@pytest.mark.parametrize("detail", [ID, f"250 ok; {ID}", f"she says so <ada@people.example>; {ID}"])
def test_the_id_that_was_noted_ends_the_detail(detail: str) -> None:
    assert posted(detail).message_id == ID


@pytest.mark.parametrize(
    "detail",
    [
        "",
        "250 ok",
        f"{ID} was said",
        "she got it at <ada@people.example>",
        "see <https://list.example/1>",
        f"{ID}\n",
    ],
)
def test_what_somebody_said_is_no_id(detail: str) -> None:
    assert posted(detail).message_id == ""
