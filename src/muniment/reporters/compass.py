"""``compass/SUBPROJECT.md``: a subproject's places, packages and people for its team compass, with sources."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property

from muniment.evidence.belief import COMPARED, REGISTER
from muniment.model import asset as assets
from muniment.model.tlp import RED, TLP
from muniment.publish.pieces import AssetPiece, AttestedPiece, FindingPiece, LookPiece
from muniment.publish.projection import Shown, label
from muniment.publish.summary import name_of
from muniment.reporters import words
from muniment.reporters.harmless import MAIL, code, linked, row, text, url
from muniment.reporters.inset import Inset
from muniment.reporters.places import address, in_register
from muniment.reporters.words import meaning, plural, readers

SHARED = "shared"
"""The word for what belongs to no subproject in particular."""

UNDECLARED = (
    "inventory/undeclared-enterprise-organization",
    "inventory/undeclared-organization",
    "inventory/undeclared-repository",
    "inventory/undeclared-package",
    "inventory/repository-without-package",
)
"""The checks that find what nobody declared; those that are not installed find nothing."""

_SAFE_NAME = re.compile(r"(?!x-[0-9a-f]{12}\Z)[a-z0-9][a-z0-9-]{0,62}")
"""A plain word, and none that could be the digest of another id."""
_NO_SOURCE = frozenset({REGISTER, COMPARED})
_SOURCES = {
    "github": "GitHub",
    "github-access": "GitHub",
    "github-two-factor": "GitHub",
    "pypi": "PyPI",
    "npm": "npm",
}
CHAPTERS: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...] = (
    ("Organizations and repositories", (("", (assets.GITHUB_ENTERPRISE, assets.GITHUB_ORG, assets.GITHUB_REPO)),)),
    ("Documentation and websites", (("", (assets.SITE, assets.DOMAIN)),)),
    (
        "Packages",
        (
            ("PyPI", (assets.PYPI_ORG, assets.PYPI)),
            ("npm", (assets.NPM_SCOPE, assets.NPM)),
            ("conda-forge", (assets.CONDA,)),
        ),
    ),
    ("Services", (("", (assets.SERVICE,)),)),
    ("Channels", (("", (assets.CHANNEL,)),)),
)
"""The chapters of a section: title, and its tables by heading and families of assets."""
_HEAD = ("| Name | Why | Register | Evidence |", "|---|---|---|---|")


def files(shown: Shown) -> dict[str, bytes]:
    """A section for each subproject that these readers belong to, and for what belongs to none in particular."""
    groups = shown.audience.groups
    ids = [s.id for s in shown.view.subprojects if not groups or s.id in groups]
    if not groups and any(not a.subproject for a in shown.view.assets):
        ids.append("")
    return {f"compass/{slug(id)}.md": section(shown, id).whole.encode() for id in ids}


def slug(id: str) -> str:
    """How a subproject is called in a marker and as a file; one that is no plain word is called by its digest."""
    if not id:
        return SHARED
    if _SAFE_NAME.fullmatch(id) and id != SHARED:
        return id
    return "x-" + hashlib.blake2b(id.encode(), digest_size=6).hexdigest()


def section(shown: Shown, subproject: str, *, register: str = "") -> Inset:
    """The section of one subproject (empty: of what belongs to none) for these readers.

    ``register`` is the address below which the register's files can be read, else the one that the register says;
    without any they are named. It holds the days of the evidence and no other: the same evidence gives the same
    bytes.
    """
    level = shown.audience.level
    told = Section(shown, subproject, register or _register_of(shown))
    body = "\n".join(("", *told.lines(), ""))
    return Inset("compass", slug(subproject), "" if level is TLP.CLEAR else level.word, body)


def _register_of(shown: Shown) -> str:
    """The address that the register itself says its files are read at, where these readers may know of it."""
    return shown.view.project.register_url if shown.view.project is not None else ""


class Section:
    """The lines of one section."""

    def __init__(self, shown: Shown, subproject: str, register: str) -> None:
        self.shown = shown
        self.id = subproject
        self.register = register
        self.own = tuple(a for a in shown.view.assets if a.subproject == subproject)
        self.piece = next((s for s in shown.view.subprojects if s.id == subproject), None)
        self.roles = tuple(r for r in shown.view.roles if r.subproject == subproject)

    def lines(self) -> Iterator[str]:
        """All of them."""
        name = text(name_of(self.shown, self.id)) if self.id else "The project as a whole"
        yield f"## {name}: what is ours, and who answers for it"
        yield ""
        yield f"**{label(self.shown.audience)}** {readers(self.shown.audience)}"
        yield ""
        yield "Written by muniment from the register and the evidence beside it: correct the register, not this."
        yield ""
        if self.shown.view.unread:
            yield f"**{text(words.unread(self.shown))} There may be more than is listed here.**"
            yield ""
        if self.piece is None and not self.own and not self.roles:
            yield "Nothing of it may be shown to these readers, or the register says nothing of it yet."
            yield ""
            return
        yield from self._about()
        for title, parts in CHAPTERS:
            yield from self._chapter(title, parts)
        yield from self._people()
        yield from self._external()
        yield from self._open()

    def _about(self) -> Iterator[str]:
        if self.piece is None:
            return
        if self.piece.parts:
            yield f"- Parts: {', '.join(text(part) for part in self.piece.parts)}"
        yield f"- Contact: {contact(self.piece.contact)}"
        yield f"- Seat on the council: {'yes' if self.piece.seat else 'no'}"
        yield ""

    def _chapter(self, title: str, parts: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
        yield f"### {title}"
        yield ""
        blank = True
        for part, families in parts:
            rows = [a for a in self._listed if a.family in families]
            if not rows:
                continue
            blank = False
            if part:
                yield f"**{part}**"
                yield ""
            yield from _HEAD
            yield from (self._row(a) for a in _sorted(rows, families))
            yield ""
        if blank:
            yield "None that the register declares, and that these readers may see."
            yield ""

    @cached_property
    def _listed(self) -> tuple[AssetPiece, ...]:
        """What is the project's, but for repositories that stand for themselves under their organization."""
        ours = tuple(a for a in self.own if a.status in ("official", "archived"))
        return _by_themselves(ours)

    @cached_property
    def _looks(self) -> Mapping[str, tuple[LookPiece, ...]]:
        found: defaultdict[str, tuple[LookPiece, ...]] = defaultdict(tuple)
        for look in self.shown.view.looks:
            if look.source not in _NO_SOURCE:
                found[look.asset] = (*found[look.asset], look)
        return found

    @cached_property
    def _attested(self) -> Mapping[str, AttestedPiece]:
        return {a.asset: a for a in self.shown.view.attested}

    @cached_property
    def _within(self) -> Counter[str]:
        """How many repositories were seen in each organization."""
        return Counter(a.inherits for a in self.own if a.family == assets.GITHUB_REPO)

    def _row(self, asset: AssetPiece) -> str:
        why = f"archived: {text(asset.reason)}" if asset.status == "archived" else text(asset.reason)
        within = self._within[asset.asset]
        if within:
            why += f"; with {plural(within, 'repository', 'repositories')} seen in it"
        if asset.repository:
            why += f"; made from {linked(text(asset.repository.partition('/')[2]), address(asset.repository))}"
        return row(named(asset), why, self._declared(asset), self._seen(asset))

    def _declared(self, asset: AssetPiece) -> str:
        told = [self._at(asset.file, asset.line), asset.since.isoformat() if asset.since else ""]
        if asset.source:
            told.append(f"after {linked(text(asset.source), address(asset.source) or asset.source)}")
        return ", ".join(filter(None, told)) or "undated"

    def _at(self, file: str, line: int) -> str:
        if not file:
            return ""
        return linked(code(f"{file}:{line}"), in_register(self.register, file, line))

    def _seen(self, asset: AssetPiece) -> str:
        attested = self._attested.get(asset.asset)
        told = [self._looked(asset)]
        if attested is not None:
            place = self._at(attested.file, attested.line)
            told.append(
                f"vouched for by {text(attested.by)} on {attested.seen}, until {attested.until}: "
                f"{text(attested.statement)}{f' ({place})' if place else ''}"
            )
        return "; ".join(filter(None, told)) or ("none" if self.shown.audience.may_see(RED) else "none shown")

    def _looked(self, asset: AssetPiece) -> str:
        looks = self._looks.get(asset.asset, ())
        observed = [look for look in looks if look.outcome and look.observed_at is not None]
        if not observed and not looks and asset.inherits:  # it is known by its organization's list
            listed = self._looks.get(asset.inherits, ())
            observed = [k for k in listed if k.kind == "organization-repository" and k.outcome == "collected"]
        if observed:
            newest = max(observed, key=lambda k: (_day(k), k.outcome != "absent", k.source))
            word = "not there" if newest.outcome == "absent" else "there"
            return f"{_name(newest.source)}: {word}, {seen_on(_day(newest), address(asset.asset))}"
        if looks:
            last = min(looks, key=lambda k: (k.source, k.kind))
            asked = f", *asked {last.latest_at.date()}*" if last.latest_at is not None else ""
            return f"{_name(last.source)}: not seen, {meaning(last.latest or 'uncollected')}{asked}"
        return ""

    def _people(self) -> Iterator[str]:
        yield "### People and roles"
        yield ""
        if not self.roles:
            yield "None that the register calls public."
            yield ""
            return
        yield "| Person | Role | Register |"
        yield "|---|---|---|"
        for role in sorted(self.roles, key=lambda r: (r.role.casefold(), r.name.casefold(), r.name)):
            place = self._at(role.place.file, role.place.line) if role.place is not None else ""
            yield row(text(role.name), text(role.role), place or "a role that the register calls public")
        yield ""

    def _external(self) -> Iterator[str]:
        rows = _by_themselves(a for a in self.own if a.status == "external")
        if rows:
            yield "### Not ours, though people may think so"
            yield ""
            yield from _HEAD
            yield from (self._row(a) for a in _sorted(rows, assets.FAMILIES))
            yield ""

    def _open(self) -> Iterator[str]:
        unclear = _sorted(_by_themselves(a for a in self.own if a.status == "unclear"), assets.FAMILIES)
        found = [
            f for f in self.shown.view.findings if f.is_open and f.check in UNDECLARED and f.subproject == self.id
        ]
        told = self.shown.audience.level >= TLP.AMBER
        if not unclear and not told:
            return
        yield "### For the council to decide"
        yield ""
        if not unclear and not found:
            yield "Nothing waits for a decision, as far as was seen."
            yield ""
            return
        yield "| What | Why it is open | Register | Evidence |"
        yield "|---|---|---|---|"
        yield from (self._row(a) for a in unclear)
        for finding in sorted(found, key=lambda f: (f.check, f.asset, f.key)):
            place = self._at(finding.file, finding.line)
            yield row(f"in {code(finding.asset)}", text(finding.message), place, self._answered(finding))
        yield ""

    def _answered(self, finding: FindingPiece) -> str:
        answer = next(
            (a for a in self.shown.view.answers if (a.asset, a.check) == (finding.asset, finding.check)), None
        )
        found = f"{finding.id}, {text(finding.check)}"
        if answer is None or answer.observed_at is None:
            return found
        source = _name(answer.source)
        if answer.source in _NO_SOURCE:
            return f"{found}, {source}"  # its day is that of the run which drew it from the others
        return f"{found}, {source}, {seen_on(answer.observed_at.date(), address(finding.asset))}"


def _by_themselves(rows: Iterable[AssetPiece]) -> tuple[AssetPiece, ...]:
    """All but the repositories whose organization, which speaks for them, is among the rows."""
    all = tuple(rows)
    there = {a.asset for a in all}
    return tuple(a for a in all if not (a.family == assets.GITHUB_REPO and a.inherits in there))


def _sorted(rows: Iterable[AssetPiece], families: Sequence[str]) -> list[AssetPiece]:
    return sorted(
        rows, key=lambda a: (families.index(a.family), a.status == "archived", a.name.casefold(), a.asset)
    )


def _name(source: str) -> str:
    return _SOURCES.get(source) or text(words.source(source))


def _day(look: LookPiece) -> date:
    assert look.observed_at is not None
    return look.observed_at.date()


def seen_on(day: date, to: str) -> str:
    """``seen 2026-06-14``, leading to where it was seen. Data cannot write this: its signs are escaped."""
    told = f"seen {day}"
    return linked(told, to) if url(to) else f"*{told}*"


def contact(value: str) -> str:
    """How people are reached, as a link where it is one."""
    return (
        linked(text(value), f"mailto:{value}" if MAIL.fullmatch(value) else value) if value else "none is declared"
    )


def named(asset: AssetPiece) -> str:
    """An asset by its name, leading to where it is."""
    own = asset.name.removeprefix("mail/") if asset.family == assets.CHANNEL else asset.name
    titled = asset.title and asset.title.casefold() != own.casefold()
    beside = [own] if titled else ["domain"] if asset.family == assets.DOMAIN else []
    shown = f"{asset.title if titled else own}{''.join(f' ({more})' for more in beside)}"
    return linked(text(shown), asset.url or address(asset.asset))
