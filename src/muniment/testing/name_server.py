"""A real name server on loopback, over UDP and TCP, that can be told to fail, to lie and to say nothing. ::

with NameServer({"callisto.example": {"TXT": ['"v=spf1 -all"']}}) as server:
    server.behave("callisto.example", "CAA", "servfail")
    ask(server.host, server.port)
assert server.asked == [("callisto.example", "TXT", "udp")]
"""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

Zone = Mapping[str, Mapping[str, Sequence[str]]]
"""The records as a zone file writes them, by name without the last dot and by type."""

SMALL = 512

_SOA = "ns.example. root.example. 1 3600 600 86400 300"
_CODES = {"servfail": dns.rcode.SERVFAIL, "refused": dns.rcode.REFUSED, "notimp": dns.rcode.NOTIMP}

BEHAVIOURS = frozenset({*_CODES, "silent", "garbage", "lies", "another-id", "cut-short", "referral", "bare"})
"""What it can be told to do with a question. ``cut-short``: truncated over TCP too."""


class NameServer:
    """Serves a zone on 127.0.0.1; every name that is a part of the way to one in the zone exists, no other does."""

    def __init__(self, zone: Zone) -> None:
        self.zone: dict[str, dict[str, list[str]]] = {
            name.lower(): {kind: list(records) for kind, records in of.items()} for name, of in zone.items()
        }
        self.asked: list[tuple[str, str, str]] = []
        self._behaviours: dict[tuple[str, str], list[str]] = {}
        self._servers: list[socketserver.BaseServer] = []
        self._threads: list[threading.Thread] = []
        self.host = "127.0.0.1"
        self.port = 0

    def behave(self, name: str, record: str, behaviour: str, *, times: int = 1000) -> None:
        """Do something else with a question, so many times; ``name`` ``*``: with every one."""
        if behaviour not in BEHAVIOURS:
            raise ValueError(f"it cannot be {behaviour}")
        self._behaviours.setdefault((name.lower(), record), []).extend([behaviour] * times)

    def behave_well(self) -> None:
        """Answer every question truly from now on."""
        self._behaviours.clear()

    def __enter__(self) -> Self:
        for server in self._bound():
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True, name="name-server")
            thread.start()
            self._servers.append(server)
            self._threads.append(thread)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join(5)

    def _bound(self) -> tuple[socketserver.ThreadingUDPServer, socketserver.ThreadingTCPServer]:
        """A port that is free for both; one that somebody has for TCP is let go, and another one tried."""
        for _ in range(50):
            udp = socketserver.ThreadingUDPServer((self.host, 0), self._handler(self._over_udp))
            self.port = udp.server_address[1]
            try:
                return udp, socketserver.ThreadingTCPServer((self.host, self.port), self._handler(self._over_tcp))
            except OSError:
                udp.server_close()
        raise RuntimeError("no port was free for a name server")

    def _handler(
        self, handle: Callable[[socketserver.BaseRequestHandler], None]
    ) -> type[socketserver.BaseRequestHandler]:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                handle(self)

        return Handler

    def _over_udp(self, call: socketserver.BaseRequestHandler) -> None:
        data, socket = call.request
        wire = self._answer(data, "udp")
        if wire is not None:
            socket.sendto(wire, call.client_address)

    def _over_tcp(self, call: socketserver.BaseRequestHandler) -> None:
        head = call.request.recv(2)
        if len(head) == 2:
            wire = self._answer(call.request.recv(struct.unpack("!H", head)[0]), "tcp")
            if wire is not None:
                call.request.sendall(struct.pack("!H", len(wire)) + wire)

    def _answer(self, data: bytes, over: str) -> bytes | None:
        try:
            asked = dns.message.from_wire(data)
        except dns.exception.DNSException:
            return None
        name = asked.question[0].name.to_text(omit_final_dot=True).lower()
        record = dns.rdatatype.to_text(asked.question[0].rdtype)
        self.asked.append((name, record, over))
        behaviour = self._next(name, record)
        if behaviour == "silent":
            return None
        if behaviour == "garbage":
            return data[:2] + b"\x81\x80\xff\xff\xff"
        reply = self._true(asked, name, record)
        if behaviour in _CODES:
            reply = dns.message.make_response(asked, recursion_available=True)
            reply.set_rcode(_CODES[behaviour])
        elif behaviour == "lies":
            reply.question = [
                dns.rrset.RRset(dns.name.from_text("another.example."), dns.rdataclass.IN, reply.question[0].rdtype)
            ]
        elif behaviour == "another-id":
            reply.id = (asked.id + 1) % 65536
        elif behaviour == "referral":
            reply = dns.message.make_response(asked)
            reply.authority = [dns.rrset.from_text("example.", 60, "IN", "NS", "ns.example.")]
        elif behaviour == "bare":
            reply = dns.message.make_response(asked)
        return self._written(reply, over, cut=behaviour == "cut-short")

    def _written(self, reply: dns.message.Message, over: str, *, cut: bool) -> bytes:
        wire = reply.to_wire(max_size=65535)
        if cut or (over == "udp" and len(wire) > max(reply.request_payload, SMALL)):
            reply.flags |= dns.flags.TC
            reply.answer, reply.authority = [], []
            wire = reply.to_wire()
        return wire

    def _next(self, name: str, record: str) -> str:
        for key in ((name, record), ("*", record), ("*", "*")):
            if self._behaviours.get(key):
                return self._behaviours[key].pop(0)
        return ""

    def _true(self, asked: dns.message.Message, name: str, record: str) -> dns.message.Message:
        reply = dns.message.make_response(asked, recursion_available=True)
        own, seen = name, set[str]()
        while own not in seen and "CNAME" in self.zone.get(own, {}) and record != "CNAME":
            seen.add(own)
            target = self.zone[own]["CNAME"][0]
            reply.answer.append(dns.rrset.from_text(f"{own}.", 60, "IN", "CNAME", target))
            own = target.rstrip(".").lower()
        records = self.zone.get(own, {}).get(record, [])
        if records:
            reply.answer.append(dns.rrset.from_text(f"{own}.", 60, "IN", record, *records))
            return reply
        if not any(known == own or known.endswith(f".{own}") for known in self.zone):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        above = own.partition(".")[2] or "."
        reply.authority.append(dns.rrset.from_text(f"{above.rstrip('.')}.", 60, "IN", "SOA", _SOA))
        return reply
