"""What domains say, asked of a real name server on loopback; and what no server's silence or lie may make of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.collectors.domain_names import ANYBODY, DomainNames, levels, question_of
from muniment.collectors.name_servers import GIVEN_UP, VARIABLE, NameServers, Server, stated
from muniment.collectors.resource_records import dmarc, policy, spf, texts
from muniment.evidence.certificate_authorities import CertificateAuthorities
from muniment.evidence.mail_policy import MailPolicy
from muniment.evidence.sender_policy import SenderPolicy
from muniment.model.errors import UsageError
from muniment.model.observation import Outcome
from muniment.ports import Answer, Raw
from muniment.testing.name_server import NameServer
from tests.collectors.asking import facts, look

NOW = datetime(2026, 6, 14, 6, tzinfo=UTC)
DOMAIN = "callisto.example"
SCOPE = f"domain:{DOMAIN}"
KINDS = ("sender-policy", "mail-policy", "certificate-authorities")
GOOD = {
    DOMAIN: {
        "TXT": ['"v=spf1 mx " "-all"', '"site-verification=4471"'],
        "CAA": ['0 issue "letters.example"', '0 issuewild ";"', '0 iodef "mailto:security@callisto.example"'],
        "A": ["192.0.2.1"],
        "MX": ["10 mail.callisto.example."],
        "NS": ["ns.example."],
    },
    f"_dmarc.{DOMAIN}": {"TXT": ['"v=DMARC1; p=reject; rua=mailto:reports@callisto.example"']},
    f"docs.{DOMAIN}": {"A": ["192.0.2.2"]},
}


@pytest.fixture
def server():
    with NameServer(GOOD) as served:
        yield served


def asks(*servers, seconds=0.3, tries=2):
    found = [Server(s.host, s.port) for s in servers]
    return NameServers(lambda: found, now=lambda: NOW, seconds=seconds, tries=tries)


def told(server, scope=SCOPE, **options):
    return look(DomainNames(), scope, asks(server, **options))


def only(batch):
    assert batch.outcome is Outcome.COLLECTED, batch.detail
    (fact,) = facts(batch)
    return fact


def test_a_domain_that_says_all_is_told_all(server):
    found = told(server)
    assert only(found["sender-policy"]) == SenderPolicy(records=("v=spf1 mx -all",))
    assert only(found["mail-policy"]).policy == "reject" and only(found["mail-policy"]).domain == DOMAIN
    assert only(found["certificate-authorities"]) == CertificateAuthorities(
        domain=DOMAIN, issue=("letters.example",), wild=(";",)
    )
    assert {(b.vantage, b.observed_at, b.marking.level.name) for b in found.values()} == {(ANYBODY, NOW, "CLEAR")}
    assert server.asked == [(DOMAIN, "TXT", "udp"), (f"_dmarc.{DOMAIN}", "TXT", "udp"), (DOMAIN, "CAA", "udp")]


def test_what_is_asked_is_what_was_planned(server):
    planned = {r.url for r in DomainNames().requests(f"domain:docs.{DOMAIN}")}
    told(server, f"domain:docs.{DOMAIN}")
    assert {question_of(name, record) for name, record, _ in server.asked} <= planned


def test_a_domain_below_another_has_its_mail_policy_and_authorities_and_not_its_senders(server):
    server.zone[f"_dmarc.{DOMAIN}"]["TXT"] = ['"v=DMARC1; p=reject; sp=none"']
    found = told(server, f"domain:docs.{DOMAIN}")
    assert only(found["sender-policy"]) == SenderPolicy()
    assert (only(found["mail-policy"]).domain, only(found["mail-policy"]).policy) == (DOMAIN, "none")
    assert only(found["certificate-authorities"]).domain == DOMAIN


def test_a_domain_that_says_nothing_is_told_to_say_nothing(server):
    server.zone = {DOMAIN: {"A": ["192.0.2.1"]}}
    found = told(server)
    assert [only(found[kind]) for kind in KINDS] == [SenderPolicy(), MailPolicy(), CertificateAuthorities()]


def test_a_name_that_does_not_exist_is_absent_and_asked_no_further(server):
    found = told(server, "domain:gone.example")
    assert {found[kind].outcome for kind in KINDS} == {Outcome.ABSENT}
    assert server.asked == [("gone.example", "TXT", "udp")]


FAILING = (
    "servfail",
    "refused",
    "notimp",
    "silent",
    "garbage",
    "another-id",
    "lies",
    "cut-short",
    "referral",
    "bare",
)


@pytest.mark.parametrize("behaviour", FAILING)
@pytest.mark.parametrize("record", ["TXT", "CAA"])
def test_a_server_that_fails_lies_or_is_silent_never_means_that_there_is_no_record(server, behaviour, record):
    server.behave("*", record, behaviour)
    found = told(server, seconds=0.1)
    struck = KINDS[:2] if record == "TXT" else KINDS[2:]
    for kind in struck:
        assert found[kind].outcome in (Outcome.UNREACHABLE, Outcome.UNREADABLE), found[kind]
        assert found[kind].detail and not found[kind].items
    for kind in set(KINDS) - {*struck}:
        assert found[kind].outcome is Outcome.COLLECTED


@pytest.mark.parametrize("behaviour", ["servfail", "silent", "lies", "cut-short"])
def test_that_a_domain_above_did_not_answer_is_no_proof_either(server, behaviour):
    for name, record in ((f"_dmarc.{DOMAIN}", "TXT"), (DOMAIN, "CAA")):
        server.behave(name, record, behaviour)
    found = told(server, f"domain:docs.{DOMAIN}", seconds=0.1)
    assert {found[kind].outcome for kind in KINDS[1:]} <= {Outcome.UNREACHABLE, Outcome.UNREADABLE}
    assert found["sender-policy"].outcome is Outcome.COLLECTED


def test_a_server_that_recovers_is_asked_again_and_another_one_in_its_place(server):
    server.behave("*", "TXT", "servfail", times=1)
    assert only(told(server)["sender-policy"]).records
    with NameServer(GOOD) as broken:
        broken.behave("*", "*", "refused")
        found = look(DomainNames(), SCOPE, asks(broken, server))
    assert [only(found[kind]) is not None for kind in KINDS] == [True] * 3


def test_an_answer_too_long_for_a_datagram_comes_over_tcp(server):
    server.zone[DOMAIN]["TXT"] += [f'"{n:03} {"x" * 200}"' for n in range(40)]
    assert only(told(server)["sender-policy"]) == SenderPolicy(records=("v=spf1 mx -all",))
    assert (DOMAIN, "TXT", "tcp") in server.asked


def test_a_name_that_stands_for_another_is_followed_and_one_that_leads_nowhere_is_no_proof_of_absence(server):
    server.zone["_dmarc.callisto.example"] = {"CNAME": ["callisto.policies.example."]}
    server.zone["callisto.policies.example"] = {"TXT": ['"v=DMARC1; p=quarantine"']}
    assert only(told(server)["mail-policy"]).policy == "quarantine"
    del server.zone["callisto.policies.example"]
    assert only(told(server)["mail-policy"]) == MailPolicy()


def test_texts_of_strangers_are_cut_and_cleaned_and_do_not_hide_the_policy(server):
    noise = [f'"aaa{n:04}"' for n in range(150)]
    server.zone[DOMAIN]["TXT"] = [*noise, '"v=spf1 \\027[31m\\000include:x.example " "<b>-all"']
    (record,) = only(told(server)["sender-policy"]).records
    assert "\x1b" not in record and "\x00" not in record and record.startswith("v=spf1 ")


def test_two_policies_are_none(server):
    server.zone[f"_dmarc.{DOMAIN}"]["TXT"] = ['"v=DMARC1; p=reject"', '"v=DMARC1; p=quarantine"']
    found = only(told(server)["mail-policy"])
    assert found.policy == "" and len(found.records) == 2


def test_after_some_questions_in_a_row_without_an_answer_no_more_are_asked(server):
    server.behave("*", "*", "silent")
    io = asks(server, seconds=0.05, tries=1)
    for n in range(5):
        found = look(DomainNames(), f"domain:a{n}.example", io)
        assert {found[kind].outcome for kind in KINDS} == {Outcome.UNREACHABLE}
    assert len(server.asked) == GIVEN_UP


def test_a_system_without_name_servers_says_so():
    found = look(DomainNames(), SCOPE, NameServers(tuple, now=lambda: NOW))
    assert VARIABLE in found["sender-policy"].detail


def test_only_questions_to_name_servers_are_asked(server):
    for url in (
        "https://callisto.example/",
        "dns:callisto.example",
        "dns:a b?type=TXT",
        "dns:x.example?type=TXT&y",
    ):
        assert asyncio.run(asks(server).get(url)).status == 0
    assert asyncio.run(asks(server).get("dns:a..b.example?type=TXT")).status == 0
    assert not server.asked


def test_servers_are_given_by_number():
    assert stated({VARIABLE: "192.0.2.53, [2001:db8::53]:5353 2001:db8::54 127.0.0.1:54"}) == (
        Server("192.0.2.53"),
        Server("2001:db8::53", 5353),
        Server("2001:db8::54"),
        Server("127.0.0.1", 54),
    )
    assert stated({}) == ()
    for wrong in ("dns.example", "192.0.2.53:x", "192.0.2.53:99999", "//"):
        with pytest.raises(UsageError):
            stated({VARIABLE: wrong})


def test_the_levels_of_a_name_end_before_the_top():
    assert levels("a.b.callisto.example") == ("a.b.callisto.example", "b.callisto.example", "callisto.example")
    assert len(levels(".".join("a" * 40))) == 8


@pytest.mark.parametrize(
    ("record", "inherited", "asked"),
    [
        ("v=DMARC1; p=none", False, "none"),
        ("v=DMARC1;p=REJECT;sp=none", False, "reject"),
        ("v=DMARC1;p=reject;sp=none", True, "none"),
        ("v=DMARC1;p=reject", True, "reject"),
        ("v=DMARC1; rua=mailto:a@b.example", False, ""),
        ("v=DMARC1; p=drop", False, ""),
        ("v=DMARC1; p=none; p=reject", False, "none"),
    ],
)
def test_a_policy_is_read_as_the_standard_says(record, inherited, asked):
    assert dmarc([record]) == (record,) and policy(record, inherited=inherited) == asked


def test_what_only_looks_like_a_policy_is_none():
    assert spf(["v=spf10 -all", "V=SPF1 -all", "v=spf1", "x v=spf1"]) == ("V=SPF1 -all", "v=spf1")
    assert dmarc(["v=DMARC2; p=reject", "p=reject; v=DMARC1", " v = DMARC1 ; p=none"]) == (" v = DMARC1 ; p=none",)


@given(st.binary(max_size=200))
def test_no_bytes_are_taken_for_a_record_or_for_its_absence(noise):
    query = dns.message.make_query(f"{DOMAIN}.", "TXT")
    head = dns.message.make_response(query).to_wire()[:12]
    for body in (noise, head + noise):
        answers = tuple(Answer("", 200, NOW, body=body, question=q) for q in ("sender", f"policy {DOMAIN}"))
        for batch in DomainNames().parse(Raw(SCOPE, answers[:1])):
            assert batch.outcome is not Outcome.ABSENT
        told_ = texts(answers[0], DOMAIN)
        assert not isinstance(told_, tuple), "neither a record nor proof that there is none"
