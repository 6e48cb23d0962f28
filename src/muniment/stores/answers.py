"""HTTP answers kept for conditional requests: RED, without passwords, for 30 days."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import msgspec
from sqlalchemy import Connection

from muniment.evidence.kind import encode
from muniment.stores.drivers import Driver
from muniment.stores.text import escaped, micros

KEPT_FOR = timedelta(days=30)
LARGEST = 64 * 1024 * 1024
"""Bytes of a body, unpacked. More was never stored, so more is not ours."""

_SECRET = ("cookie", "authorization", "authenticate", "token", "api-key")
_headers = msgspec.json.Decoder(dict[str, str])


def recall(
    driver: Driver, connection: Connection, url: str, credential: str
) -> tuple[dict[str, str], bytes] | None:
    """The headers and the body kept of an answer; ``None``: there is none."""
    sql = "select headers, body from raw where url = ? and credential = ?"
    for headers, body in driver.few(connection, sql, _key(url, credential)):
        return _headers.decode(headers), zlib.decompressobj().decompress(body, LARGEST)
    return None


def remember(
    driver: Driver,
    connection: Connection,
    url: str,
    credential: str,
    at: datetime,
    headers: Mapping[str, str],
    body: bytes,
) -> None:
    """Keep an answer in place of an older one, and drop those that are 30 days old."""
    if len(body) > LARGEST:
        return
    safe = {name: escaped(value) for name, value in headers.items() if not any(s in name.lower() for s in _SECRET)}
    key = _key(url, credential)
    driver.run(connection, "delete from raw where at < ?", (micros(at - KEPT_FOR),))
    driver.run(
        connection,
        """insert into raw (url, credential, at, headers, body) values (?, ?, ?, ?, ?)
           on conflict (url, credential) do update
           set at = excluded.at, headers = excluded.headers, body = excluded.body""",
        (*key, micros(at), encode(safe).decode(), zlib.compress(body, 3)),
    )


def _key(url: str, credential: str) -> tuple[str, bytes]:
    """The address without user and password, and a digest of the credential: neither can be read back."""
    parts = urlsplit(url)
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return escaped(bare), hashlib.blake2b(credential.encode(), digest_size=16).digest()
