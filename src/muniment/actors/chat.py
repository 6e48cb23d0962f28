"""A line in a team's chat, by a library that knows over a hundred of them."""

from __future__ import annotations

import asyncio
import logging
import warnings
from typing import Any, Protocol

from muniment.actors.settings import HELP, Settings
from muniment.campaigns.message import Message
from muniment.model.errors import UsageError
from muniment.model.secrecy import Secret
from muniment.model.text import plain
from muniment.ports import Delivery, Fate

CHANNEL = "chat"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_SECONDS = 60.0
_LONGEST_TITLE = 200


class Service(Protocol):
    """One chat, as the library ``apprise`` speaks to it."""

    def notify(self, *, body: str, title: str, body_format: str) -> bool:
        """Tell it something, once; false: somewhere on the way it failed."""
        ...


class Chat:
    """Tells each message to one chat. Its representation tells no secret: the chat's address is one."""

    channel = CHANNEL
    per_minute = 20

    def __init__(self, service: Service, seconds: float = _SECONDS) -> None:
        self._service = service
        self._seconds = seconds

    def __repr__(self) -> str:
        return "Chat()"

    async def deliver(self, message: Message) -> Delivery:
        """Tell one message. The library says no more than that it failed, so what failed is uncertain."""
        text = "\n".join(plain(line, 10_000) for line in message.text.splitlines())
        title = plain(message.title, _LONGEST_TITLE)
        body = f"{plain(message.to, 200)}\n\n{text}"
        try:
            async with asyncio.timeout(self._seconds):
                # The service itself, not the library's dispatcher: that one tries again by itself.
                done = await asyncio.to_thread(self._service.notify, body=body, title=title, body_format="text")
        except TimeoutError:
            return Delivery(Fate.UNCERTAIN, detail=f"the chat did not answer within {self._seconds:g} s")
        except Exception as fault:  # what it says may repeat the chat's address
            return Delivery(Fate.UNCERTAIN, detail=f"the chat's library failed with {type(fault).__name__}")
        if done is True:
            return Delivery(Fate.SENT)
        return Delivery(Fate.UNCERTAIN, detail="the chat's library says that it failed, not how far it came")


class _Silent(logging.Filter):
    """Stops everything."""

    def filter(self, record: logging.LogRecord) -> bool:
        return False


_silent = _Silent()


def service_of(address: Secret) -> Service:
    """The chat at an address of apprise's (``slack://…``); ``UsageError`` says what is wrong, never the address."""
    try:
        import apprise
    except ImportError:
        raise UsageError(
            "the library for chats is not installed", hint="pip install 'muniment[chat]', then the same again"
        ) from None
    for name in ("apprise", "urllib3.connectionpool"):  # both repeat addresses
        logging.getLogger(name).addFilter(_silent)
    asset = apprise.AppriseAsset(
        app_id="muniment", app_desc="muniment", app_url="", image_url_mask="", image_url_logo=""
    )
    found: Any = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it loads all its chats, each with warnings of its own
            found = apprise.Apprise.instantiate(address.reveal(), asset=asset)
    except Exception:  # what it says may repeat the address
        found = None
    if found is None:
        raise UsageError("MUNIMENT_CHAT_URL is no address of a chat that apprise knows", hint=HELP)
    open_lines = (found.protocol,) if isinstance(found.protocol, str) else tuple(found.protocol or ())
    if found.schema in open_lines and found.host not in _LOOPBACK:
        raise UsageError(
            "MUNIMENT_CHAT_URL leads over a line that anybody can read", hint="most chats have an address with an s"
        )
    service: Service = found
    return service


def actor(settings: Settings) -> Chat:
    """The chat of ``MUNIMENT_CHAT_URL``, which is a secret; ``UsageError`` if it is not set or of no use."""
    address = settings.secret("MUNIMENT_CHAT_URL", "muniment-chat")
    if not address:
        raise UsageError("no chat is set up", hint=f"MUNIMENT_CHAT_URL, an address of apprise's; see {HELP}")
    return Chat(service_of(address))
