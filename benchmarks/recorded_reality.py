"""Whether our readers accept what GitHub really answered: recordings of others, fed to them and to the description.

PyGithub and github3.py record GitHub's answers for their own tests and publish them in their source distributions.
Those of 2023 and later that belong to a described operation are taken out; each is given to the reader that would
read it, and compared with GitHub's description. Nothing of them is kept in this repository.

    python benchmarks/recorded_reality.py [FOLDER]

pip fetches the two packages into FOLDER once (``$MUNIMENT_RECORDED``; else a folder of the user's cache).
It fails if a reader refuses one answer. Drift from the description is GitHub's own, and told.
"""

from __future__ import annotations

import ast
import asyncio
import base64
import gzip
import json
import os
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import msgspec
from msgspec import Struct

from muniment.collectors.github import graphql, organization, standing
from muniment.collectors.github_app import App, Tokens
from muniment.collectors.reading import Missed, missed
from muniment.model.observation import Outcome
from muniment.model.secrecy import Secret, Unavailable
from muniment.ports import Answer, Key
from muniment.testing.github.description import Matched, load
from muniment.testing.github.made import keys

PACKAGES = ("PyGithub==2.10.0", "github3.py==4.0.1")
SINCE = datetime(2023, 1, 1, tzinfo=UTC)
LARGEST = 50_000_000
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "muniment" / "recorded"

KEY = Key("recorded", "classic")
Reader = Callable[[Answer], str]


class Recorded(Struct, frozen=True):
    """One answer, where it was recorded, and what was asked."""

    file: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    answer: Answer


class Judged(Struct, frozen=True):
    """What our reader (``reader`` empty: none reads it) and the description say of one answer."""

    recorded: Recorded
    operation: str
    reader: str
    refused: str
    drift: tuple[str, ...]


# ---------------------------------------------------------------- where recordings come from


def folder(named: str = "") -> Path:
    """Where the source distributions lie."""
    return Path(named or os.environ.get("MUNIMENT_RECORDED") or CACHE)


def fetch(into: Path) -> None:
    """Have pip fetch those that are not there yet."""
    into.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        name, _, version = package.partition("==")
        if not [p for p in into.glob("*.tar.gz") if p.name.lower() == f"{name.lower()}-{version}.tar.gz"]:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", name]
            subprocess.run([*command, "--dest", str(into), package], check=True)


def recordings(into: Path) -> Iterator[Recorded]:
    """Every answer in the source distributions of a folder."""
    for archive in sorted(into.glob("*.tar.gz")):
        with tarfile.open(archive) as package:
            for member in package:
                if member.isfile() and member.size < LARGEST and (held := package.extractfile(member)):
                    if "/ReplayData/" in member.name and member.name.endswith(".txt"):
                        yield from replayed(member.name, held.read().decode("utf-8", "replace"))
                    elif "/cassettes/" in member.name and member.name.endswith(".json"):
                        yield from taped(member.name, held.read())


def replayed(file: str, text: str) -> Iterator[Recorded]:
    """PyGithub's form: ten lines for each request and its answer."""
    lines = text.split("\n")
    for start, line in enumerate(lines[:-9]):
        if line not in ("http", "https"):
            continue
        method, path, status, headers, body = (lines[start + n] for n in (1, 4, 7, 8, 9))
        if not status.isdecimal() or not headers.startswith("["):
            continue
        named = {name.lower(): value for name, value in ast.literal_eval(headers)}
        if (one := _recorded(file, method, path, int(status), named, body.encode())) is not None:
            yield one


def taped(file: str, data: bytes) -> Iterator[Recorded]:
    """github3.py's form: a cassette of Betamax."""
    for interaction in json.loads(data)["http_interactions"]:
        asked, told = interaction["request"], interaction["response"]
        named = {n.lower(): v[0] if isinstance(v, list) else v for n, v in told["headers"].items()}
        body = told["body"]
        raw = base64.b64decode(body["base64_string"]) if "base64_string" in body else body["string"].encode()
        raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
        if (
            one := _recorded(
                file,
                asked["method"],
                asked["uri"],
                told["status"]["code"] if "status" in told else told["status_code"],
                named,
                raw,
            )
        ) is not None:
            yield one


def _recorded(
    file: str, method: str, address: str, status: int, headers: Mapping[str, str], body: bytes
) -> Recorded | None:
    try:
        at = parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
    except (ValueError, TypeError):
        return None
    parts = urlsplit(address)
    path = parts.path.removeprefix("/api/v3")
    answer = Answer(url=f"https://api.github.com{path}", status=status, at=at, headers=headers, body=body)
    return Recorded(file.rpartition("/")[2], method, path, tuple(parse_qsl(parts.query)), answer)


# ---------------------------------------------------------------- our readers


def _why(found: object) -> str:
    return found.detail if isinstance(found, Missed) else ""


def _organization(answer: Answer) -> str:
    """An organization's face, and its settings if who asked was an owner."""
    absent = graphql.Node(b"{}")
    said = json.loads(answer.body)
    if why := _why(organization.face(absent, [answer], "github:org/recorded")):
        return why
    settings = organization.settings(answer, said["login"])
    left_out = isinstance(settings, Missed) and settings.outcome is Outcome.DENIED
    if left_out == (said.get("two_factor_requirement_enabled") is None):
        return ""
    return _why(settings) or "settings were read that are not there"


def _person(answer: Answer) -> str:
    holder = standing.person(KEY, answer)
    said = json.loads(answer.body)["login"]
    return holder.trouble or holder.elsewhere.reason or ("" if holder.account == f"@{said}" else "another account")


def _installations(answer: Answer) -> str:
    app, *places = standing.installed(Key("recorded", "app"), [answer])
    return app.trouble or ("" if len(places) == len(json.loads(answer.body)) else "some were left out")


def _properties(answer: Answer) -> str:
    found = organization.properties([answer])
    if isinstance(found, Missed):
        return found.detail
    whole = len(found.of) == len(json.loads(answer.body))
    return "" if whole and "shape" not in found.short else found.short or "some were left out"


def _graphql(answer: Answer) -> str:
    return _why(graphql.reply(answer))


def _lent(answer: Answer) -> str:
    """An App's token; one that may do more than read is refused on purpose, once it was read."""

    async def send(*_asked: object) -> Answer:
        return answer

    tokens = Tokens(App("recorded", "1", Secret(keys()[0])), lambda: answer.at)
    try:
        asyncio.run(tokens.header("recorded", "1", send))
    except Unavailable as refused:
        permissions = json.loads(answer.body).get("permissions", {})
        return "" if "write" in permissions.values() and "more than reading" in str(refused) else str(refused)
    return ""


def _refusal(answer: Answer) -> str:
    """What is no content is told with the reason, whatever the body holds."""
    found = missed(answer)
    return "" if found is not None and found.detail else "an answer without content was read as one"


READERS: dict[str, Reader] = {
    "orgs/get": _organization,
    "users/get-authenticated": _person,
    "apps/create-installation-access-token": _lent,
    "apps/list-installations": _installations,
    "orgs/custom-properties-for-repos-get-organization-values": _properties,
    "graphql": _graphql,
}


def judge(found: Iterable[Recorded], *, since: datetime = SINCE) -> Iterator[Judged]:
    """Every recording that belongs to a described operation or to GraphQL, judged."""
    described = load()
    for recorded in found:
        if recorded.answer.at < since:
            continue
        matched = described.match(recorded.method, recorded.path)
        if recorded.path == "/graphql" and recorded.method == "POST":
            yield _judged(recorded, "graphql", ())
        elif matched is not None:
            yield _judged(recorded, matched.operation.id, _drift(recorded, matched))


def _drift(recorded: Recorded, matched: Matched) -> tuple[str, ...]:
    answer = recorded.answer
    if not answer.body.strip() or answer.status == 304:
        return ()
    try:
        body = msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        return ("the body is not JSON",)
    version = answer.headers.get("x-github-api-version-selected", "")
    described = load(version) if version in ("2022-11-28", "2026-03-10") else load()
    return described.check_response(matched.operation.method, recorded.path, answer.status, body)


def _judged(recorded: Recorded, operation: str, drift: tuple[str, ...]) -> Judged:
    reader = READERS.get(operation)
    if recorded.answer.status >= 400:
        reader = _refusal
    elif not 200 <= recorded.answer.status < 300:
        reader = None  # a redirect or a 304 is the transport's
    name = reader.__name__.strip("_") if reader else ""
    return Judged(recorded, operation, name, reader(recorded.answer) if reader else "", drift)


# ---------------------------------------------------------------- the table


def table(judged: Iterable[Judged]) -> Iterator[str]:
    """The counts by operation, what was refused, and each drift once."""
    all_of = list(judged)
    yield "| operation | answers | read by | accepted | refused | fit the description | drift |"
    yield "|---|--:|---|--:|--:|--:|--:|"
    for operation in sorted({j.operation for j in all_of}):
        some = [j for j in all_of if j.operation == operation]
        read = [j for j in some if j.reader]
        refused, drifting = [j for j in read if j.refused], [j for j in some if j.drift]
        readers = ", ".join(sorted({j.reader for j in read})) or "nobody"
        fit = len(some) - len(drifting) if operation != "graphql" else 0
        yield (
            f"| {operation} | {len(some)} | {readers} | {len(read) - len(refused)} | {len(refused)} "
            f"| {fit} | {len(drifting)} |"
        )
    yield ""
    for one in (j for j in all_of if j.refused):
        yield f"refused: {one.operation} in {one.recorded.file}: {one.refused}"
    for drift, times in Counter(d for j in all_of for d in j.drift).most_common():
        yield f"drift, {times} times: {drift}"


def main(arguments: list[str]) -> int:
    into = folder(*arguments[:1])
    fetch(into)
    judged = list(judge(recordings(into)))
    print("\n".join(table(judged)))
    return 1 if not judged or any(j.refused for j in judged) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
