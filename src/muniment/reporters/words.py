"""How values read in every format: ages, days, plurals, the words of a reason, of a source, of a reach."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from muniment.evidence.belief import COMPARED
from muniment.model.tlp import RED, TLP, Audience
from muniment.publish.pieces import ReachPiece, View
from muniment.publish.projection import Shown
from muniment.publish.summary import Balance, Posture


def plural(count: int, one: str, many: str = "") -> str:
    """``1 finding``, ``2 findings``."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def age(then: datetime, now: datetime) -> str:
    """How long ago, in one unit: ``just now``, ``3 min``, ``5 h``, ``9 d``."""
    passed = now - then
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return f"{passed // timedelta(minutes=1)} min"
    if passed < timedelta(hours=48):
        return f"{passed // timedelta(hours=1)} h"
    return f"{passed.days} d"


def day(moment: date) -> str:
    """``14 Jun 2026``."""
    return f"{moment.day} {moment:%b %Y}"


def month(first: date) -> str:
    """``Jun 2026``."""
    return f"{first:%b %Y}"


def instant(moment: datetime) -> str:
    """``14 Jun 2026, 06:02 UTC``. Times are UTC throughout."""
    return f"{day(moment)}, {moment:%H:%M} UTC"


def standing(view: View) -> str:
    """The instant that a view is of: ``14 Jun 2026, 06:02 UTC``, or ``as if on 12 Jun 2027`` if it is pretended."""
    return f"as if on {day(view.as_of)}" if view.pretended else instant(view.at)


def reached(reach: ReachPiece) -> str:
    """Whom a run asked, in sentences; they begin ``N live, N recorded, N unreachable``."""
    told = f"{reach.live} live, {reach.recorded} recorded, {reach.unreachable} unreachable"
    told += f", {reach.unasked} not asked yet." if reach.unasked else "."
    if reach.recorded and reach.oldest is not None:
        told += f" Oldest recorded: {instant(reach.oldest)}."
    return told + (f" {reach.failed} asked in vain." if reach.failed else "")


def unread(shown: Shown) -> str:
    """Which trees of the register could not be read, in sentences; empty if none."""
    told = (
        f"The tree {tree.name} of the register could not be read: "
        + (f"it stands as on {day(tree.read_at)}." if tree.read_at else "nothing of it is known.")
        for tree in shown.view.unread
    )
    return " ".join(told)


def unasked(shown: Shown) -> str:
    """That no source was asked; empty for readers from whom a reach may have been withheld."""
    return "No source was asked." if shown.view.reach is None and shown.audience.may_see(RED) else ""


def moved(b: Balance) -> str:
    """What a run did to findings, each movement in one number: ``1 new, 2 fixed``; empty if none moved."""
    ours = " and ".join(f"{number(n)} {word}" for n, word in ((b.ours, "opened"), (b.dropped, "dropped")) if n)
    counts = (
        (b.new, "new"),
        (b.reopened, "reopened"),
        (b.unwaived, "no longer waived"),
        (b.fixed, "fixed"),
        (b.waived, "waived"),
    )
    told = [f"{number(n)} {word}" for n, word in counts if n]
    return ", ".join([*told, f"{ours} by a change of ours"] if ours else told)


def answered(p: Posture) -> str:
    """How answers stand, each of them in one number: ``4 pass · 1 fail · 6 stale (5 pass, 1 fail) · 2 unknown``."""
    parts = [f"{number(p.ok)} pass", f"{number(p.fail)} fail"]
    verdicts = ((p.stale_ok, "pass"), (p.stale_fail, "fail"))
    kinds = ", ".join(f"{number(n)} {word}" for n, word in verdicts if n)
    if p.stale:
        parts.append(f"{number(p.stale)} stale ({kinds})")
    if p.unknown:
        parts.append(f"{number(p.unknown)} unknown")
    return " · ".join(parts)


def number(value: int) -> str:
    """``12 345``, with a narrow space between thousands."""
    return f"{value:,}".replace(",", "\u202f")


SOURCES: dict[str, tuple[str, str]] = {
    COMPARED: (
        "worked out by muniment",
        "Drawn from what all sources said together; partial as long as one of their answers is.",
    ),
}
"""Sources that have a name for people, and a sentence about what they are."""


def worked_out(source: str) -> bool:
    """True if what a source says was worked out of what the others said, and never seen by itself."""
    return source == COMPARED


def source(id: str) -> str:
    """A source's name for people; its id, if it has no other."""
    return SOURCES.get(id, (id, ""))[0]


def source_note(id: str) -> str:
    """A sentence about a source that does not explain itself; empty for the others."""
    return SOURCES.get(id, ("", ""))[1]


REASONS: dict[str, tuple[str, str]] = {
    "uncollected": ("nobody has asked yet", "Run muniment with the network, or hand in a bundle of evidence."),
    "partial": ("the source gave a part of its answer", "Run again; if it stays, ask with a stronger right."),
    "denied": ("the source refused", "Give muniment a right to read it."),
    "unreachable": ("the source did not answer", "Run again later."),
    "unreadable": ("the answer made no sense", "Look at the detail; the source may have changed its format."),
    "unobservable": ("the source leaves this out", "Ask another source, or let a person attest it."),
    "unconfirmed": ("much vanished at once", "Later runs, or a person, decide whether it is gone."),
    "declined": ("a council declined that it be collected", "The detail says who, and until when."),
    "dropped": ("it lies beyond what is kept", "Look back less far; the policy's keep says how far one can."),
    "faulty": ("the check itself failed", "Tell its authors what the detail says; what it found before stands."),
    "undeclared": ("the register lacks what the check compares with", "Add it to the register."),
}
"""What each reason of an Unknown means, and what to do about it."""


def meaning(reason: str) -> str:
    """What a reason means, in a clause."""
    return REASONS.get(reason, (reason or "no reason was given", ""))[0]


def remedy(reason: str) -> str:
    """What to do about an Unknown."""
    return REASONS.get(reason, ("", ""))[1]


def no_evidence(audience: Audience) -> str:
    """That no evidence stands behind a page: there is none, or there is none that its readers may see."""
    if audience.may_see(RED):
        return "None: no source was asked about what stands here."
    if audience.level <= TLP.GREEN:
        return "None that is for everybody. What else there is, the project keeps to itself."
    return (
        f"None for {', '.join(sorted(audience.groups or ())) or 'the project'}. What else there is, others may see."
    )


def readers(audience: Audience) -> str:
    """Who may read an output, in a sentence."""
    to = ", ".join(sorted(audience.groups or ()))
    match audience.level:
        case TLP.CLEAR:
            return "Anyone may read and share this. It holds what the register calls public, and released numbers."
        case TLP.GREEN:
            return "For the project's community. Not for public places."
        case TLP.RED:
            return "For the council alone. Names open findings. Do not pass it on."
        case TLP.AMBER_STRICT:
            return f"For {to or 'the project'} alone. Names open findings."
        case TLP.AMBER:
            return f"For {to or 'the project'}, and those who must know to act. Names open findings."
