"""Asks the simulated GitHub as the program does: over HTTP, with credentials by name, never sleeping. Not live."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from msgspec.structs import replace

from muniment.collectors.addresses import Addresses, addresses
from muniment.collectors.credentials import Ring, Token
from muniment.collectors.github import collector
from muniment.collectors.github_app import App
from muniment.collectors.http import API_VERSION, Limits, Web
from muniment.model.observation import Batch
from muniment.model.secrecy import Secret
from muniment.ports import Collector
from muniment.testing.github.made import Made
from muniment.testing.github.server import SimulatedGithub

QUICK = Limits(tries=2, try_seconds=20.0, body_bytes=2**26)
APP = "robot"


class Asker:
    """Somebody with some of a world's credentials. Its clock is the world's, and passes when it waits."""

    def __init__(self, made: Made, github: SimulatedGithub, *names: str, api_version: str = API_VERSION) -> None:
        self._made = made
        tokens = [
            Token(name, "fine-grained" if "_pat_" in secret else "classic", Secret(secret), ("a test",))
            for name, secret in made.tokens.items()
            if name in names
        ]
        apps = [(App(APP, str(a.id), Secret(made.private_key)), "a test") for a in made.world.apps]
        ring = Ring(tokens, apps if APP in names else [], lambda: made.world.now)
        found = addresses("https://index.example/simple", "https://npm.example")
        self.addresses: Addresses = replace(
            found,
            public=replace(found.public, github=github.api, graphql=github.graphql),
            keys=tuple(sorted(ring.keys(), key=lambda k: (*names, k.name).index(k.name))),
        )
        self.web = Web(
            now=lambda: made.world.now,
            sleep=self._sleep,
            limits=QUICK,
            github=github.api,
            graphql=github.graphql,
            credentials=ring,
            api_version=api_version,
        )

    async def _sleep(self, seconds: float) -> None:
        self._made.world.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def collector(self) -> Collector:
        return collector(self.addresses)

    def look(self, *scopes: str, using: Collector | None = None) -> dict[tuple[str, str], Batch]:
        """The batches about some scopes, asked for in one run as the program does: planned first, then at once."""
        made = using or self.collector()
        for scope in scopes:
            list(made.requests(scope))

        async def ask() -> Sequence[Batch]:
            raws = await asyncio.gather(*(made.fetch(scope, self.web) for scope in scopes))
            return [batch for raw in raws for batch in made.parse(raw)]

        batches = asyncio.run(ask())
        found = {(b.cell.scope, b.cell.kind): b for b in batches}
        assert len(found) == len(batches)
        return found
