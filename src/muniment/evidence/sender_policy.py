"""What a domain says of who may send mail in its name."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import DOMAIN


class SenderPolicy(Evidence, frozen=True, kw_only=True):
    """The domain's SPF records (RFC 7208); none: it has none. More than one are as good as none.

    Absent: the name does not exist. Source: DNS, TXT records of the domain itself that begin with ``v=spf1``;
    others are not kept.
    """

    about: ClassVar = (DOMAIN,)

    records: tuple[str, ...] = ()
