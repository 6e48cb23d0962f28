"""Reads the messages of name servers: records, the proof that there are none, or why nothing is known. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rdtypes.ANY.CAA
import dns.rdtypes.ANY.TXT
import dns.rrset
from msgspec import Struct

from muniment.collectors.reading import Missed, missed, told, unreadable
from muniment.model.observation import Outcome
from muniment.ports import Answer

LONGEST = 2000
"""The characters of a record that are kept."""

GONE = "there is no such name (NXDOMAIN)"

POLICIES = frozenset({"none", "quarantine", "reject"})


class Authority(Struct, frozen=True):
    """One CAA record."""

    tag: str
    value: str


def texts(answer: Answer, name: str) -> tuple[str, ...] | Missed:
    """The TXT records of a name, each as one text; none: there is none. ``Missed``: there is no such name, too."""
    found = _records(answer, name, dns.rdatatype.TXT)
    if isinstance(found, Missed):
        return found
    joined = (b"".join(r.strings) for r in found if isinstance(r, dns.rdtypes.ANY.TXT.TXT))
    return tuple(sorted(told(text[: 4 * LONGEST].decode("ascii", "replace"), LONGEST) for text in joined))


def authorities(answer: Answer, name: str) -> tuple[Authority, ...] | Missed:
    """The CAA records of a name; none: there is none. ``Missed``: there is no such name, too."""
    found = _records(answer, name, dns.rdatatype.CAA)
    if isinstance(found, Missed):
        return found
    read = (
        Authority(_ascii(r.tag).lower(), _ascii(r.value)) for r in found if isinstance(r, dns.rdtypes.ANY.CAA.CAA)
    )
    return tuple(sorted(read, key=lambda r: (r.tag, r.value)))


def _ascii(text: bytes) -> str:
    return told(text[:LONGEST].decode("ascii", "replace"), LONGEST)


def spf(records: Sequence[str]) -> tuple[str, ...]:
    """Those of a domain's texts that say who may send mail in its name (RFC 7208, section 4.5)."""
    return tuple(r for r in records if r.lower() == "v=spf1" or r.lower().startswith("v=spf1 "))


def dmarc(records: Sequence[str]) -> tuple[str, ...]:
    """Those of a name's texts that are DMARC policies (RFC 7489, section 6.6.3)."""
    return tuple(r for r in records if r.split(";")[0].replace(" ", "") == "v=DMARC1")


def policy(record: str, *, inherited: bool) -> str:
    """What a DMARC record asks for; ``inherited``: of a domain below its own. Empty: nothing that is a policy."""
    tags: dict[str, str] = {}
    for part in record.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), value.strip().lower())
    own = tags.get("p", "")
    found = tags.get("sp", own) if inherited else own
    return found if found in POLICIES else ""


def _records(answer: Answer, name: str, record: dns.rdatatype.RdataType) -> Sequence[object] | Missed:
    no_content = missed(answer)
    if no_content is not None:
        return no_content
    try:
        message = dns.message.from_wire(answer.body)
        return _answered(message, name, record)
    except (dns.exception.DNSException, ValueError, IndexError, RecursionError):
        return unreadable("the name server's answer makes no sense")


def _answered(
    message: dns.message.Message, name: str, record: dns.rdatatype.RdataType
) -> Sequence[object] | Missed:
    code = message.rcode()
    if code not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        return Missed(Outcome.UNREACHABLE, f"the name server answered {dns.rcode.to_text(code)}")
    if not isinstance(message, dns.message.QueryMessage) or not message.flags & dns.flags.QR:
        return unreadable("the name server's answer is no answer")
    asked = [(q.name, q.rdtype) for q in message.question]
    if asked != [(dns.name.from_text(f"{name}."), record)]:
        return unreadable("the name server answered another question")
    if message.flags & dns.flags.TC:
        return Missed(Outcome.UNREACHABLE, "the name server's answer was cut short")
    chain = message.resolve_chaining()
    if chain.answer is not None:
        return tuple(chain.answer)
    if code == dns.rcode.NXDOMAIN:
        return () if chain.cnames else Missed(Outcome.ABSENT, GONE)
    if _is_referral(message):
        return Missed(Outcome.UNREACHABLE, "the name server only names other servers: it does not ask for others")
    return ()


def _is_referral(message: dns.message.Message) -> bool:
    """True for an empty answer that proves nothing: it is neither from who knows nor from who asked them."""
    if any(rrset.rdtype == dns.rdatatype.SOA for rrset in message.authority):
        return False
    if any(rrset.rdtype == dns.rdatatype.NS for rrset in message.authority):
        return True
    return not message.flags & (dns.flags.AA | dns.flags.RA)
