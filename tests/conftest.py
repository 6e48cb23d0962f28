"""Settings that every test shares."""

from __future__ import annotations

from hypothesis import settings

# Machines are shared: a slow moment is no defect.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
