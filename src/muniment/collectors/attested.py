"""What an attested file says of the workflow that published it: where its provenance may be asked for, and read.

The address of a provenance comes out of an answer that anybody may have written, so it is asked for below the
registry's own base or not at all. What is read is what the registry tells: no signature is verified.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import unquote, urljoin

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from muniment.collectors.links import github
from muniment.collectors.reading import Label, Missed, Name, Source, gathered, read, told, unobservable, unreadable
from muniment.evidence.release_publisher import NamedWorkflow, ReleasePublisher
from muniment.model.observation import Batch, Outcome
from muniment.ports import Answer

ONE_FILE = (
    "the attestation of one file names its workflow, as the registry tells; the signature is not verified, and "
    "others may publish"
)
"""Why what was read is never all there is."""

Named = tuple[NamedWorkflow, ...] | Missed
"""The workflows that a provenance names, or why none was read."""

_REST = re.compile(r"[A-Za-z0-9._~%+!@:/-]{1,1000}")
_GITHUB_REPOSITORY = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+")
_GITHUB_WORKFLOW = re.compile(r"[^/\\\s\x00-\x1f\x7f]{1,200}\.ya?ml")
_KIND = re.compile(r"[A-Za-z][A-Za-z0-9]{0,29}")


class Listed(Struct, frozen=True):
    """A file of a release, as a registry lists it; ``provenance``: where it lies, ``UNSET``: that is not told."""

    name: str
    version: str
    uploaded: datetime | None = None
    yanked: bool = False
    provenance: str | UnsetType | None = UNSET


class Attested(Struct, frozen=True):
    """A file that is attested, and the address at which its provenance may be asked for."""

    name: str
    version: str
    uploaded: datetime | None
    provenance: str


def newest(files: Sequence[Listed], page: str, base: str) -> Attested | Missed:
    """The attested file to ask about: the first by name of the release that came last and was not withdrawn.

    ``page`` is where the list was found, ``base`` what its provenance must lie below to be asked for.
    """
    live = [file for file in files if file.version and not file.yanked]
    if not live:
        return unobservable("no release is there that was not withdrawn")
    dated = [(file.uploaded, number) for number, file in enumerate(live) if file.uploaded is not None]
    last = live[max(dated)[1]] if len(dated) == len(live) else live[-1]
    same = sorted((file for file in live if file.version == last.version), key=lambda file: file.name)
    for file in same:
        if file.provenance:
            return placed(file, page, base)
    version = told(last.version, 60)
    if any(file.provenance is UNSET for file in same):
        return unobservable(f"the registry leaves provenance out for release {version}")
    return unobservable(f"release {version} carries no attestation, which tells nothing of who may publish")


def placed(file: Listed, page: str, base: str) -> Attested | Missed:
    """A file with the address of its provenance, if that lies below ``base``; it is told on ``page``."""
    if not isinstance(file.provenance, str) or not file.provenance:
        return unobservable(f"where the provenance of {told(file.name, 100)} lies is not told")
    try:
        place = urljoin(page, file.provenance)
    except ValueError:
        place = ""
    if askable(place, base):
        return Attested(file.name, file.version, file.uploaded, place)
    return unobservable(f"the provenance of {told(file.name, 100)} is said to lie elsewhere, and was not asked for")


def askable(url: str, base: str) -> bool:
    """True if an address lies below a base, however it is read: nothing in it leads up, or to another place."""
    rest = url.removeprefix(f"{base}/")
    if rest == url or not _REST.fullmatch(rest) or "%25" in rest:
        return False
    return not {".", ".."} & set(re.split(r"[/\\]", unquote(rest)))


def publishers(source: Source, scope: str, at: datetime, file: Attested | Missed, *answers: Answer) -> Batch:
    """The batch of what a file's provenance on a Python index names: partial at best."""
    return batch(source, scope, at, file, answers, _of_python)


def batch(
    source: Source,
    scope: str,
    at: datetime,
    file: Attested | Missed,
    answers: Sequence[Answer],
    reader: Callable[[Answer, Attested], Named],
) -> Batch:
    """The batch of what ``reader`` makes of the one answer about a file's provenance: partial at best."""
    if isinstance(file, Missed) or not answers:
        missed = file if isinstance(file, Missed) else unobservable("its provenance was not asked for")
        return gathered(source, scope, ReleasePublisher, at, missed)
    (answer,) = answers
    found = reader(answer, file)
    if isinstance(found, Missed):
        return gathered(source, scope, ReleasePublisher, answer.at, found)
    fact = ReleasePublisher(
        version=told(file.version),
        file=told(file.name),
        uploaded=file.uploaded if file.uploaded is not None and file.uploaded <= answer.at else None,
        workflows=found,
    )
    return gathered(source, scope, ReleasePublisher, answer.at, (fact,), partial=ONE_FILE)


# ---------------------------------------------------------------- PyPI: PEP 740


class _Envelope(Struct):
    statement: str


class _Attestation(Struct):
    envelope: _Envelope


class _Publisher(Struct):
    kind: Name
    repository: Label | None = None
    workflow: Label | None = None
    workflow_filepath: Label | None = None
    project: Label | None = None
    environment: Name | None = None


class _Bundle(Struct):
    publisher: _Publisher
    attestations: Annotated[list[_Attestation], Meta(min_length=1, max_length=20)]


class _Provenance(Struct):
    attestation_bundles: Annotated[list[_Bundle], Meta(min_length=1, max_length=20)]
    version: int = 1


class Subject(Struct):
    """What a statement is about."""

    name: str


class Statement(Struct, rename="camel"):
    """What was signed: something is said of its subjects."""

    subject: list[Subject]
    predicate_type: str = ""
    predicate: msgspec.Raw | UnsetType = UNSET


_PROVENANCE = msgspec.json.Decoder(_Provenance)
_STATEMENT = msgspec.json.Decoder(Statement)


def _of_python(answer: Answer, file: Attested) -> Named:
    """The publishers that a provenance object names; every attestation in it must be about the file."""
    whole = read(answer, _PROVENANCE)
    if isinstance(whole, Missed):
        return not_there(whole)
    if whole.version != 1:
        return unreadable(f"the provenance has version {whole.version}")
    for bundle in whole.attestation_bundles:
        for one in bundle.attestations:
            statement = stated(one.envelope.statement)
            if isinstance(statement, Missed):
                return statement
            if _plain(file.name) not in {_plain(subject.name) for subject in statement.subject}:
                return about_another(statement, file.name)
    return every(_publisher(bundle.publisher) for bundle in whole.attestation_bundles)


def _publisher(named: _Publisher) -> NamedWorkflow | Missed:
    if not _KIND.fullmatch(named.kind):
        return unreadable(f"the attestation names a publisher of kind {told(named.kind, 60)!r}")
    if named.kind.lower() == "github":  # however it is spelt, it is no other kind: ids of ours begin so
        return on_github(named.repository or "", named.workflow or "", named.environment or "")
    # What a service account goes by may be a mail address, so it is not kept.
    place = told(named.repository or named.project, 200) or "not told"
    workflow = told(named.workflow_filepath or named.workflow, 200)
    return NamedWorkflow(f"{named.kind.lower()}:{place}", workflow, told(named.environment, 100))


def on_github(repository: str, workflow: str, environment: str | None) -> NamedWorkflow | Missed:
    """A workflow of a repository ``OWNER/NAME`` on GitHub, if both are possible names."""
    found = github(f"https://github.com/{repository}") if _GITHUB_REPOSITORY.fullmatch(repository) else ""
    if not found:
        return unreadable(f"the attestation names {told(repository, 100)!r}, which is no repository on GitHub")
    if not _GITHUB_WORKFLOW.fullmatch(workflow):
        return unreadable(f"the attestation names {told(workflow, 100)!r}, which is no workflow's file")
    return NamedWorkflow(found, told(workflow), None if environment is None else told(environment, 255))


# ---------------------------------------------------------------- what both share


def stated(encoded: str) -> Statement | Missed:
    """The statement that was signed, unverified."""
    try:
        return _STATEMENT.decode(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError, msgspec.DecodeError) as fault:
        return unreadable(f"the attestation's statement cannot be read: {fault}")
    except RecursionError:
        return unreadable("the attestation's statement is nested too deeply")


def about_another(statement: Statement, wanted: str) -> Missed:
    """That a statement is about something else than was asked about."""
    named = ", ".join(told(subject.name, 60) for subject in statement.subject[:3]) or "nothing"
    return unreadable(f"asked about {told(wanted, 100)}, the attestation is about {named}")


def not_there(missed: Missed) -> Missed:
    """Why nothing was read; that no provenance is where the registry says one is proves no absence."""
    if missed.outcome is Outcome.ABSENT:
        return unobservable(f"the registry tells of an attestation, and has none: {missed.detail}")
    return missed


def every(found: Iterable[NamedWorkflow | Missed]) -> Named:
    """Each workflow once; why not, if one of them could not be read."""
    known: dict[NamedWorkflow, None] = {}
    for one in found:
        if isinstance(one, Missed):
            return one
        known[one] = None
    return tuple(known)


def _plain(filename: str) -> str:
    return re.sub(r"[-_.]+", "-", filename).lower()
