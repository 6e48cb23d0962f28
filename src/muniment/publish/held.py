"""The row of who holds what: one path to one asset, or why that is not known."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from muniment.model.tlp import RED, Marking


class Held(Struct, frozen=True, kw_only=True):
    """One path to an asset: who holds it, should hold it, or why that is not known.

    ``who`` is the account as its ``place`` writes it (``number``: GitHub's own for it), empty where no account was
    seen. ``party`` is the register's handle of it, empty where the register does not know it. ``state``: ``seen``;
    ``missing``, which the register expects and complete evidence does not have; ``unseen``, of which evidence does
    not tell, for the reason in ``detail``; ``gone``: the asset is not there any more. ``expected``: whether the
    register expects it (``None``: it states no expectation about the asset). ``marking`` is that of the evidence.

    ``route`` is the kind of path, see ``publish.shipping.Route``. ``alone``: whether it is open to them without a
    second person (``None``: that was not seen). ``through`` is the asset that the right is held on, where that is
    another one; ``kind`` the evidence that tells. ``bot``: a machine's, by its nature or by its name.
    """

    asset: str
    place: str = ""
    who: str = ""
    number: int = 0
    party: str = ""
    role: str = ""
    path: str = ""
    state: str
    detail: str = ""
    source: str = ""
    observed_at: datetime | None = None
    stale: bool = False
    expected: bool | None = None
    route: str = ""
    alone: bool | None = None
    through: str = ""
    kind: str = ""
    bot: bool = False
    marking: Marking = RED
