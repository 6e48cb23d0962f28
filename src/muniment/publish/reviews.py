"""Access reviews as pieces: who was asked about whose access, what they said, and what nobody could see."""

from __future__ import annotations

from datetime import date

from muniment.publish.piece import Piece


class QuestionPiece(Piece, frozen=True, kw_only=True):
    """Whether a holder keeps an asset. ``known``: where their access is known from; ``standing``: how it stands.

    ``waits``: nobody has answered in a way that counts. ``handle`` is empty where the register knows nobody.
    """

    asset: str
    holder: str
    handle: str
    name: str
    roles: tuple[str, ...]
    known: str
    reviewer: str
    standing: str
    waits: bool
    by: str = ""
    words: str = ""
    until: date | None = None


class ReviewPiece(Piece, frozen=True, kw_only=True):
    """An access review. ``state``: ``open``, ``overdue`` or ``closed``. ``scope`` says of what, in words.

    ``unseen`` are lines of what could not be seen: whoever holds it there was not asked about.
    """

    id: str
    scope: str
    by: str
    started: date
    due: date
    closed: date | None
    state: str
    questions: tuple[QuestionPiece, ...]
    unseen: tuple[str, ...]
