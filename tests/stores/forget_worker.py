"""A process that forgets a person, and says how far it is: it is there to be killed."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from muniment.evidence.forgetting import Erasure, Person
from muniment.model.party import Account
from muniment.stores.opening import open_store

NAME = "zqx-marked-person"


def erasure() -> Erasure:
    """The same act in every try."""
    return Erasure(Person(accounts=(Account("pypi", NAME),)), 1)


def main(url: str) -> None:
    store = open_store(url)
    print("first", flush=True)
    store.forget(erasure(), {}, at=datetime(2026, 3, 9, tzinfo=UTC))
    print("forgotten", flush=True)
    store.scrub()
    print("last", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
