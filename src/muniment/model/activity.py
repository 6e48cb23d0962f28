"""Whether somebody is active, inactive, or whether nobody can tell: from what each source saw and did not see.

One sign of life is enough for *active*; a mere claim of one leaves the answer open. *Inactive* takes every source
that bears on the person, seen to its end and going back far enough; anything less is *cannot tell*. Somebody new is
never inactive.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from muniment.model.policy import Policy

_CLOCKS = timedelta(days=1)
"""By how much the clocks of two places may differ."""


class Vouch(Struct, frozen=True):
    """Another person's word that somebody is active, though no source shows it: through the day ``until``."""

    by: str
    reason: str
    until: date


class Sighting(Struct, frozen=True, kw_only=True):
    """What one source saw of somebody.

    ``month`` is the first day of the newest month with a sign of them; ``None``: there was none. ``whole``: the
    source showed all it has, back to ``since`` (``None``: to its beginning); else ``why`` says what was not seen.
    ``claimed``: somebody says so, and nobody saw it: a commit's date, which whoever makes the commit writes.
    ``what`` they did, where the source tells: ``pushed to callisto/hub``.
    """

    source: str
    month: date | None = None
    whole: bool = True
    why: str = ""
    since: date | None = None
    claimed: bool = False
    what: str = ""

    @property
    def told(self) -> str:
        """The source, with what it saw them do and when, where it tells."""
        return f"{self.source}: {self.what} in {self.month:%Y-%m}" if self.what and self.month else self.source


class Active(Struct, frozen=True, tag=True):
    """There was a sign of them: last in ``month`` (its first day; ``None``: by word of mouth alone)."""

    month: date | None
    by: tuple[str, ...]

    @property
    def told(self) -> str:
        """In words."""
        when = f"in {self.month:%Y-%m} " if self.month else ""
        return f"active: seen {when}by {', '.join(self.by)}" if self.month else f"active: {', '.join(self.by)}"


class Inactive(Struct, frozen=True, tag=True):
    """All sources were seen to their end, and the newest sign is of ``month`` (``None``: there is none)."""

    month: date | None
    by: tuple[str, ...]

    @property
    def told(self) -> str:
        """In words."""
        when = f"last seen in {self.month:%Y-%m}" if self.month else "never seen"
        return f"inactive: {when} by {', '.join(self.by)}"


class CannotTell(Struct, frozen=True, tag=True):
    """There was no sign, and some might have been missed; ``why`` says where."""

    why: tuple[str, ...]

    @property
    def told(self) -> str:
        """In words."""
        return f"cannot tell: {'; '.join(self.why)}"


Activity = Active | Inactive | CannotTell


def activity(
    sightings: Sequence[Sighting],
    *,
    policy: Policy,
    today: date,
    came: date | None,
    vouch: Vouch | None = None,
    handle: str = "",
) -> Activity:
    """The answer about one person on a day.

    Args:
        sightings: what each source that bears on them saw.
        policy: ``inactive-after`` and ``new-for`` are read.
        came: the day that they were first seen where they are now; ``None``: nobody knows.
        vouch: another person's word; one's own does not count.
        handle: whose activity it is, so that one's own word is told from another's.
    """
    edge = today - timedelta(days=policy.inactive_after)
    ahead = [s for s in sightings if s.month is not None and s.month > today + _CLOCKS]
    signs = [s for s in sightings if s.month is not None and _end(s.month) >= edge and s not in ahead]
    late = [s for s in signs if not s.claimed]
    if late:
        newest = max(s.month for s in late if s.month is not None)
        return Active(newest, tuple(dict.fromkeys(s.told for s in late)))
    if vouch is not None and vouch.until >= today and vouch.by != handle:
        return Active(None, (f"{vouch.by} vouches until {vouch.until}: {vouch.reason}",))
    why = [f"{s.source}: {s.why or 'not all was seen'}" for s in sightings if not s.whole]
    why += [
        f"{s.source}: goes back to {s.since} only"
        for s in sightings
        if s.whole and s.since is not None and s.since > edge
    ]
    why += [f"{s.source}: {s.month:%Y-%m}, which is a claim" for s in signs]
    why += [f"{s.source}: {s.month:%Y-%m}, which lies ahead" for s in ahead]
    if not sightings:
        why.append("no source was asked")
    elif all(s.claimed for s in sightings):
        why.append("no source was asked that sees what is done")
    if came is None:
        why.append("when they came is not known")
    elif today - came < timedelta(days=policy.new_for):
        why.append(f"first seen here on {came}, which is less than {policy.new_for} days ago")
    if why:
        return CannotTell(tuple(dict.fromkeys(why)))
    months = [s.month for s in sightings if s.month is not None]
    # Where they were seen long ago is not told: it is written into findings, and may have turned private by then.
    return Inactive(max(months, default=None), tuple(dict.fromkeys(s.source for s in sightings)))


def _end(month: date) -> date:
    """The last day of a month: the sign may have been then."""
    return month.replace(day=monthrange(month.year, month.month)[1])
