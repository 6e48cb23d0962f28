"""A server that ends when it is told to: uvicorn's own looks ten times a second whether it was, and then rests."""

from __future__ import annotations

import asyncio
import socket

import uvicorn

_PATIENCE = 1.0
"""So many seconds an answer that is under way may take when the server ends."""


class PromptServer(uvicorn.Server):
    """uvicorn's server, which ``stop`` ends from another thread within a few milliseconds."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def stop(self) -> None:
        """End; what is under way gets a moment."""
        self.should_exit = True  # seen by the first tick, where there is no loop yet
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._told.set)

    async def main_loop(self) -> None:
        """uvicorn's tick, which keeps the date in answers right, until somebody says stop."""
        self._loop = asyncio.get_running_loop()
        tick = 0
        while not await self.on_tick(tick):
            tick = (tick + 1) % 864_000
            try:
                await asyncio.wait_for(self._told.wait(), 0.1)
            except TimeoutError:
                continue

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, let answers end, and drop those that do not."""
        for server in self.servers:
            server.close()
        for one in sockets or ():
            one.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        loop = asyncio.get_running_loop()
        until = loop.time() + _PATIENCE
        while (self.server_state.connections or self.server_state.tasks) and loop.time() < until:
            await asyncio.sleep(0.002)
        for task in self.server_state.tasks:
            task.cancel()
