"""A fixed loop of hashing and dictionary work: what a machine does in its time is what figures are divided by."""

from __future__ import annotations

import hashlib
import time


def reference_seconds() -> float:
    """Seconds of CPU that the loop takes here and now."""
    began = time.process_time()
    seen: dict[bytes, int] = {}
    for n in range(300_000):
        digest = hashlib.blake2b(str(n % 5000).encode(), digest_size=16).digest()
        seen[digest] = seen.get(digest, 0) + n
    assert len(seen) == 5000
    return time.process_time() - began
