"""How the collectors' tests ask the simulated registries: quickly, and without ever sleeping. Not live."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from muniment.collectors.http import Limits, Web
from muniment.evidence.kind import decoder, kinds
from muniment.model.observation import Batch
from muniment.ports import Answer, Collector, Io
from muniment.testing.registries import Registries, StoppedClock

QUICK = Limits(try_seconds=20.0, body_bytes=2**20, tries=3)


def web(world: Registries, clock: StoppedClock, **options: object) -> Web:
    options = {"limits": QUICK, "jitter": lambda: 1.0, **options}
    return Web(now=clock.now, sleep=clock.sleep, authorization=world.addresses().authorization, **options)  # type: ignore[arg-type]


def get(world: Registries, path: str, clock: StoppedClock | None = None, **options: object) -> Answer:
    return asyncio.run(web(world, clock or StoppedClock(), **options).get(world.origin + path))


def look(collector: Collector, scope: str, io: Io) -> dict[str, Batch]:
    """A collector's batches about a scope, by kind."""
    batches = collector.parse(asyncio.run(collector.fetch(scope, io)))
    found = {batch.cell.kind: batch for batch in batches}
    assert len(found) == len(batches) == len(collector.yields)
    return found


def facts(batch: Batch) -> list[object]:
    return [decoder(kinds()[batch.cell.kind]).decode(item.payload) for item in batch.items]


class Memory:
    """Keeps answers as a store would."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], tuple[Mapping[str, str], bytes]] = {}

    def recall(self, url: str, credential: str) -> tuple[Mapping[str, str], bytes] | None:
        return self.kept.get((url, credential))

    def remember(self, url: str, credential: str, at: datetime, headers: Mapping[str, str], body: bytes) -> None:
        self.kept[url, credential] = (headers, body)
