"""The collectors that are installed, with the credentials of this machine, and what asking them has cost."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from muniment.model.errors import NothingCollected
from muniment.ports import Collector, Io, Store
from muniment.wiring.clock import SystemClock

if TYPE_CHECKING:
    from muniment.collectors.addresses import Addresses
    from muniment.collectors.meter import Meter, Use


class Sources(Struct, frozen=True):
    """The collectors, the way to ask for each, the addresses they use, and what asking has cost so far."""

    collectors: tuple[Collector, ...]
    io: Callable[[Collector], Io]
    addresses: Addresses
    meter: Meter


def sources(*, offline: bool, store: Store | None = None) -> Sources:
    """The collectors that are installed, asking over the network, or answering "offline".

    With a store, answers are remembered there for conditional requests. GitHub's credentials are those of this
    machine; collectors get their names. Domains are asked of name servers: ``$MUNIMENT_DNS``, else the system's.
    """
    from muniment.collectors.addresses import configured
    from muniment.collectors.credentials import ring, system_keyring
    from muniment.collectors.domain_names import SOURCE as DOMAIN
    from muniment.collectors.finding import collectors
    from muniment.collectors.http import Offline, Web, trust
    from muniment.collectors.meter import Meter

    clock = SystemClock()
    credentials = ring(os.environ, Path.home(), system_keyring, clock.now)
    addresses = replace(configured(), keys=credentials.keys())
    io: Io
    names: Io
    if offline:
        io, meter = Offline(clock.now), Meter()
        names = io
    else:
        from muniment.collectors.name_servers import NameServers, of_the_system, stated

        servers = stated(os.environ)
        names = NameServers(lambda: servers or of_the_system(), now=clock.now)
        io = Web(
            now=clock.now,
            jitter=random.random,
            authorization=addresses.authorization,
            recall=store.recall if store is not None else lambda url, credential: None,
            remember=store.remember if store is not None else lambda url, credential, at, headers, body: None,
            trust=trust(addresses.certificates),
            github=addresses.public.github,
            graphql=addresses.public.graphql,
            credentials=credentials,
        )
        meter = io.meter
    return Sources(collectors(addresses), lambda c: names if c.source == DOMAIN else io, addresses, meter)


def costs(asking: Sources) -> tuple[str, ...]:
    """What asking has cost so far, a line for each source that was asked, GitHub first."""
    public = asking.addresses.public
    named = {
        urlsplit(place).netloc: name
        for name, place in (
            ("npm", public.npm),
            ("PyPI", public.simple),
            ("PyPI", public.pypi),
            ("GitHub", public.graphql),
            ("GitHub", public.github),
        )
    }
    uses: dict[str, Use] = {}
    for use in asking.meter.uses():
        name = named.get(use.host, use.host)
        uses[name] = uses[name] + use if name in uses else use
    return tuple(_cost(name, uses[name]) for name in sorted(uses, key=lambda name: (name != "GitHub", name)))


def _cost(name: str, use: Use) -> str:
    line = f"{name}: {use.requests} request{'s' * (use.requests != 1)}, {use.not_modified} unchanged"
    if name != "GitHub":
        return line
    return f"{line}, {_points(use.points)}; GraphQL {_points(use.graphql_points)}"


def _points(count: int) -> str:
    return f"{count} point{'s' * (count != 1)}"


def nothing(*, offline: bool, keyless: bool = False) -> NothingCollected:
    """The error of a run that has no evidence at all, and why."""
    if keyless and not offline:
        return NothingCollected(
            "no credential is here to ask with, and no evidence was kept",
            hint="muniment doctor says how to make one",
        )
    if offline:
        return NothingCollected(
            "nothing was asked, and no evidence was kept", hint="run without --offline or --live 0"
        )
    return NothingCollected(
        "no source told anything, and no evidence was kept", hint="muniment doctor, then try again"
    )
