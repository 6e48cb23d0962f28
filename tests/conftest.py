"""Settings that every test shares."""

from __future__ import annotations

import os

from hypothesis import settings

from muniment.collectors.addresses import configured

# Machines are shared: a slow moment is no defect.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_configure() -> None:
    """Ask pip and npm once where the registries are, and not again in each command that a test starts.

    No test asks a name server that it did not start: the port of the one that is named discards everything.
    """
    os.environ["MUNIMENT_DNS"] = "127.0.0.1:9"
    if os.environ.get("PIP_INDEX_URL"):
        return
    found = configured()
    places = found.public
    if not any(found.authorization(place) for place in (places.simple, places.npm)):
        os.environ["PIP_INDEX_URL"] = places.simple
        os.environ.setdefault("PIP_CERT", found.certificates)
        os.environ.setdefault("npm_config_registry", places.npm)
