"""What the SLSA provenance of a version on npm says of the workflow that built it; no signature is verified."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import unquote

import msgspec
from msgspec import UNSET, Meta, Struct

from muniment.collectors.attested import Attested, Named, about_another, batch, every, not_there, on_github, stated
from muniment.collectors.reading import Label, Missed, Source, read, told, unobservable, unreadable
from muniment.evidence.release_publisher import NamedWorkflow
from muniment.model.asset import name
from muniment.model.observation import Batch
from muniment.ports import Answer

SLSA = "https://slsa.dev/provenance/v1"
"""The form of a provenance that npm makes on GitHub."""


class _Signed(Struct, rename="camel"):
    payload: str


class _NpmBundle(Struct, rename="camel"):
    dsse_envelope: _Signed


class _NpmAttestation(Struct, rename="camel"):
    predicate_type: Label
    bundle: _NpmBundle


class _NpmAttestations(Struct):
    attestations: Annotated[list[_NpmAttestation], Meta(min_length=1, max_length=20)]


class _Workflow(Struct):
    repository: Label
    path: Label


class _Parameters(Struct):
    workflow: _Workflow


class _Definition(Struct, rename="camel"):
    external_parameters: _Parameters


class _Slsa(Struct, rename="camel"):
    build_definition: _Definition


_NPM_ATTESTATIONS = msgspec.json.Decoder(_NpmAttestations)
_SLSA = msgspec.json.Decoder(_Slsa)


def _of_npm(answer: Answer, package: str, file: Attested) -> Named:
    """The workflows that built a version; in which environment they ran, the provenance does not tell."""
    whole = read(answer, _NPM_ATTESTATIONS)
    if isinstance(whole, Missed):
        return not_there(whole)
    built = [one.bundle.dsse_envelope.payload for one in whole.attestations if one.predicate_type == SLSA]
    if not built:
        return unobservable(
            f"no attestation of release {told(file.version, 60)} is of a form that names a workflow"
        )
    return every(_built(payload, f"pkg:npm/{package}@{file.version}") for payload in built)


def _built(payload: str, wanted: str) -> NamedWorkflow | Missed:
    statement = stated(payload)
    if isinstance(statement, Missed):
        return statement
    if wanted not in {unquote(subject.name) for subject in statement.subject}:
        return about_another(statement, wanted)
    try:
        slsa = _SLSA.decode(statement.predicate if statement.predicate is not UNSET else b"null")
    except (msgspec.DecodeError, RecursionError) as fault:
        return unreadable(f"the provenance names no workflow of GitHub's: {fault}")
    workflow = slsa.build_definition.external_parameters.workflow
    repository = workflow.repository.removeprefix("https://github.com/")
    return on_github(repository, workflow.path.removeprefix(".github/workflows/"), None)


def publishers(source: Source, scope: str, at: datetime, file: Attested | Missed, *answers: Answer) -> Batch:
    """The batch of what the provenance of a version on npm names: partial at best."""
    return batch(source, scope, at, file, answers, lambda answer, file: _of_npm(answer, name(scope), file))
