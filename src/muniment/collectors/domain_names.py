"""What a declared domain says in DNS: who may send mail in its name, what becomes of other mail, who certifies it.

Everybody may ask it, of whatever server the system uses, or of those that ``MUNIMENT_DNS`` names. A server that
fails, refuses or is silent tells nothing: only an answer to the question that was asked is proof that there is no
record. Until when a domain is registered DNS does not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from muniment.collectors.addresses import Addresses
from muniment.collectors.reading import Missed, Source, gathered, unobservable
from muniment.evidence.certificate_authorities import CertificateAuthorities
from muniment.evidence.domain_registration import DomainRegistration
from muniment.evidence.kind import Evidence
from muniment.evidence.mail_policy import MailPolicy
from muniment.evidence.sender_policy import SenderPolicy
from muniment.model import asset as assets
from muniment.model.observation import Batch, Outcome, Vantage
from muniment.ports import Answer, Io, Planned, Raw

if TYPE_CHECKING:
    from muniment.collectors.resource_records import Authority

PARSER = "domain/1"
SOURCE = "domain"
ANYBODY: Vantage = frozenset({f"{SOURCE}:anonymous"})
MOST_LEVELS = 8
MOST = 50
"""The names above one another that are asked, and the records of a name that are kept."""

UNTOLD = "DNS does not tell it: whoever sees it at the registrar can hand it over"

_SENDER, _POLICY, _AUTHORITY = "sender", "policy", "authority"


class DomainNames:
    """The collector of domains."""

    source = SOURCE
    families: tuple[str, ...] = (assets.DOMAIN,)
    yields: tuple[type[Evidence], ...] = (SenderPolicy, MailPolicy, CertificateAuthorities, DomainRegistration)
    asks: tuple[str, ...] = families
    rationed = True
    rank = 0

    def requests(self, scope: str) -> Iterable[Planned]:
        """One question, and two for the domain and for each that it is a part of."""
        name = assets.name(assets.canonical(scope))
        yield Planned(self.source, scope, question_of(name, "TXT"))
        for level in levels(name):
            yield Planned(self.source, scope, question_of(f"_dmarc.{level}", "TXT"))
            yield Planned(self.source, scope, question_of(level, "CAA"))

    async def fetch(self, scope: str, io: Io) -> Raw:
        """Ask of the domain, and of those that it is a part of until one says something."""
        name = assets.name(assets.canonical(scope))
        answers = [replace(await io.get(question_of(name, "TXT")), question=_SENDER)]
        if not _is(answers[0], name, Outcome.ABSENT):
            answers += await self._up(name, _POLICY, io)
            answers += await self._up(name, _AUTHORITY, io)
        return Raw(scope, tuple(answers), ANYBODY)

    async def _up(self, name: str, question: str, io: Io) -> list[Answer]:
        """The answers about a domain and those above it, up to the first that says something or does not come."""
        answers: list[Answer] = []
        for level in levels(name):
            url = question_of(level, "CAA") if question == _AUTHORITY else question_of(f"_dmarc.{level}", "TXT")
            answers.append(replace(await io.get(url), question=f"{question} {level}"))
            found = _said(answers[-1], question, level)
            if found and (not isinstance(found, Missed) or found.outcome is not Outcome.ABSENT):
                break
        return answers

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        """Read the answers: of each kind a batch. That the name does not exist says nothing of its registration."""
        name = assets.name(assets.canonical(raw.scope))
        source = Source(self.source, ANYBODY, PARSER)
        first = raw.answers[0]
        sender = _sender(first, name)
        gone = sender if isinstance(sender, Missed) and sender.outcome is Outcome.ABSENT else None
        facts: tuple[tuple[type[Evidence], Iterable[Evidence] | Missed], ...] = (
            (SenderPolicy, sender),
            (MailPolicy, gone or _mail(raw.answers, name)),
            (CertificateAuthorities, gone or _certifies(raw.answers)),
            (DomainRegistration, unobservable(UNTOLD)),
        )
        return tuple(gathered(source, raw.scope, kind, first.at, found) for kind, found in facts)


def collector(addresses: Addresses) -> DomainNames:
    """The collector of domains; where name servers are is not a matter of addresses."""
    return DomainNames()


def levels(name: str) -> tuple[str, ...]:
    """A domain and those that it is a part of, the nearest first; no top level."""
    labels = name.split(".")
    return tuple(".".join(labels[n:]) for n in range(max(1, len(labels) - 1)))[:MOST_LEVELS]


def question_of(name: str, record: str) -> str:
    """The address of a question to a name server (RFC 4501): ``dns:callisto.example?type=TXT``."""
    return f"dns:{name}?type={record}"


def _is(answer: Answer, name: str, outcome: Outcome) -> bool:
    found = _sender(answer, name)
    return isinstance(found, Missed) and found.outcome is outcome


def _sender(answer: Answer, name: str) -> Sequence[Evidence] | Missed:
    from muniment.collectors.resource_records import spf, texts  # takes a tenth of a second: not at the start

    found = texts(answer, name)
    return found if isinstance(found, Missed) else (SenderPolicy(records=spf(found)[:MOST]),)


def _said(answer: Answer, question: str, level: str) -> Sequence[str] | Sequence[Authority] | Missed:
    """What one name says: policies or authorities, nothing, or why that is not known."""
    from muniment.collectors.resource_records import authorities, dmarc, texts

    if question == _AUTHORITY:
        return authorities(answer, level)
    found = texts(answer, f"_dmarc.{level}")
    return found if isinstance(found, Missed) else dmarc(found)


def _mail(answers: Sequence[Answer], name: str) -> Sequence[Evidence] | Missed:
    """The policy that holds; ``Missed`` if a name that might have had one did not answer."""
    from muniment.collectors.resource_records import policy

    for answer in answers:
        question, _, level = answer.question.partition(" ")
        found = _said(answer, _POLICY, level) if question == _POLICY else ()
        if isinstance(found, Missed) and found.outcome is not Outcome.ABSENT:
            return found
        if found and not isinstance(found, Missed):
            records = tuple(str(record) for record in found)[:MOST]
            asked = policy(records[0], inherited=level != name) if len(records) == 1 else ""
            return (MailPolicy(domain=level, policy=asked, records=records),)
    return (MailPolicy(),)


def _certifies(answers: Sequence[Answer]) -> Sequence[Evidence] | Missed:
    """The authorities that hold; ``Missed`` if a name that might have named some did not answer."""
    from muniment.collectors.resource_records import Authority

    for answer in answers:
        question, _, level = answer.question.partition(" ")
        found = _said(answer, _AUTHORITY, level) if question == _AUTHORITY else ()
        if isinstance(found, Missed) and found.outcome is not Outcome.ABSENT:
            return found
        own = [one for one in found if isinstance(one, Authority)] if not isinstance(found, Missed) else []
        if own:
            values = {
                tag: tuple(one.value for one in own if one.tag == tag)[:MOST] for tag in ("issue", "issuewild")
            }
            return (CertificateAuthorities(domain=level, issue=values["issue"], wild=values["issuewild"]),)
    return (CertificateAuthorities(),)
