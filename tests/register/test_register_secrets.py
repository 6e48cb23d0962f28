"""A secret that somebody wrote into a register is refused, and no error, output or file repeats it."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from muniment.cli import cli
from muniment.model.errors import RegisterError
from muniment.model.secret import likeness, shaped
from muniment.register.document import parse
from muniment.register.reading import read

ALPHANUMERIC = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


def drawn(seed: int, letters: str, length: int) -> str:
    return "".join(random.Random(seed).choices(letters, k=length))


SHAPED: tuple[Callable[[int], str], ...] = (
    lambda n: "ghp_" + drawn(n, ALPHANUMERIC, 36),
    lambda n: "github_pat_" + drawn(n, ALPHANUMERIC, 40),
    lambda n: "glpat-" + drawn(n, ALPHANUMERIC, 20),
    lambda n: "pypi-AgEI" + drawn(n, ALPHANUMERIC, 60),
    lambda n: "npm_" + drawn(n, ALPHANUMERIC, 36),
    lambda n: "AKIA" + drawn(n, string.ascii_uppercase + string.digits, 16),
    lambda n: "xoxb-" + drawn(n, ALPHANUMERIC, 24),
    lambda n: "eyJ" + ".".join(drawn(n + k, ALPHANUMERIC, 30) for k in range(3)),
    lambda n: "otpauth://totp/x?secret=" + drawn(n, string.ascii_uppercase, 24),
    lambda n: f"https://ada:{drawn(n, ALPHANUMERIC, 14)}@vault.example/x",
    lambda n: f"-----BEGIN RSA PRIVATE KEY-----\n{drawn(n, ALPHANUMERIC, 64)}\n-----END RSA PRIVATE KEY-----",
)
FIELDS = (
    "id",
    "purpose",
    "kept",
    "opens",
    "readers",
    "rotated",
    "rotate-every",
    "due",
    "value",
    "password",
    "notes",
)
HEAD: dict[str, Any] = {
    "project": {"id": "callisto", "name": "Project Callisto"},
    "assets": {"service:registrar": {"status": "official", "reason": "made up"}},
    "parties": {"ada": {"name": "Ada Example"}, "noor": {"name": "Noor Example"}},
}


def register(field: str, text: str) -> dict[str, Any]:
    """A register whose one credential has a text in a field, or as its key, in the way of a list or of a text."""
    entry: dict[str, Any] = {
        "purpose": "renews",
        "kept": "the vault",
        "opens": ["service:registrar"],
        "readers": ["ada"],
    }
    if field == "id":
        return {**HEAD, "credentials": {text: entry}}
    entry[field] = [text] if field in ("opens", "readers") else text
    return {**HEAD, "credentials": {"login": entry}}


def pieces(secret: str) -> list[str]:
    """What nobody may be told of it: any eight characters in a row."""
    body = secret.replace("-----BEGIN RSA PRIVATE KEY-----", "").replace("-----END RSA PRIVATE KEY-----", "")
    for head in (
        "github_pat_",
        "ghp_",
        "glpat-",
        "pypi-AgEI",
        "npm_",
        "xoxb-",
        "otpauth://totp/x?secret=",
        "https://",
    ):
        body = body.removeprefix(head)
    body = body.removesuffix("@vault.example/x").removeprefix("ada:")
    return [body[n : n + 8].strip() for n in range(0, len(body) - 7, 4) if len(body[n : n + 8].strip()) == 8]


def said_of(home: Path, text: str) -> str:
    home.mkdir(exist_ok=True)
    (home / "register.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RegisterError) as caught:
        read(home)
    return "\n".join(f"{mistake} {mistake!r} {mistake.hint}" for mistake in caught.value.mistakes)


@given(
    seed=st.integers(0, 10_000),
    shape=st.sampled_from(SHAPED),
    field=st.sampled_from(FIELDS),
    style=st.sampled_from(['"', "'", None]),
)
def test_no_error_repeats_a_secret_of_a_known_shape(
    tmp_path_factory: pytest.TempPathFactory, seed: int, shape: Callable[[int], str], field: str, style: str | None
) -> None:
    secret = shape(seed)
    told = said_of(tmp_path_factory.mktemp("r"), yaml.safe_dump(register(field, secret), default_style=style))
    assert "what looks like" in told
    assert not [piece for piece in pieces(secret) if piece in told]


@example(seed=5159, letters=HEX, field="id")  # its digits and letters come in long rows
@example(seed=393, letters=ALPHANUMERIC, field="id")  # it has no digit
@given(seed=st.integers(0, 10_000), letters=st.sampled_from([ALPHANUMERIC, HEX]), field=st.sampled_from(FIELDS))
def test_a_random_string_of_forty_is_refused_in_any_field_and_not_repeated(
    tmp_path_factory: pytest.TempPathFactory, seed: int, letters: str, field: str
) -> None:
    secret = drawn(seed, letters, 40)
    told = said_of(tmp_path_factory.mktemp("r"), yaml.safe_dump(register(field, secret)))
    assert "looks like a long string" in told or "value is never written down" in told
    assert not [piece for piece in pieces(secret) if piece in told]


@given(
    word=st.from_regex(r"[a-z]{6,12}canary", fullmatch=True),
    field=st.sampled_from(["rotated", "due", "rotate-every", "value", "password", "notes", "token"]),
)
def test_a_password_that_looks_like_a_word_is_not_repeated_where_it_is_wrong(
    tmp_path_factory: pytest.TempPathFactory, word: str, field: str
) -> None:
    assert word not in said_of(tmp_path_factory.mktemp("r"), yaml.safe_dump(register(field, word)))


@pytest.mark.parametrize("section", ["credentials", "waivers", "assets", "nonsense"])
def test_a_secret_in_a_comment_or_another_section_is_refused_too(tmp_path: Path, section: str) -> None:
    secret = SHAPED[0](7)
    told = said_of(tmp_path, yaml.safe_dump(HEAD) + f"# the old one was {secret}\n{section}: {{x: '{secret}'}}\n")
    assert len({line for line in told.splitlines() if "a token of GitHub's" in line}) == 2
    assert secret[4:12] not in told


@pytest.mark.parametrize("section", ["credentials", "parties"])
def test_a_random_key_that_stands_twice_is_not_repeated(tmp_path: Path, section: str) -> None:
    key = drawn(5, HEX, 32)
    head = "project: {id: callisto, name: Project Callisto}\n"
    told = said_of(tmp_path, f"{head}{section}:\n  {key}: {{name: x}}\n  {key}: {{name: y}}\n")
    assert "stands twice" in told
    assert not [piece for piece in pieces(key) if piece in told]


def test_the_line_of_a_secret_is_told(tmp_path: Path) -> None:
    text = yaml.safe_dump(HEAD) + "\n\n# " + SHAPED[10](3).replace("\n", "\n# ") + "\n# " + SHAPED[0](1) + "\n"
    lines = [m.line for m in parse(text, "register.yaml").mistakes]
    at = text[: text.index("-----BEGIN")].count("\n") + 1
    assert lines == [at, at + 3]


def test_a_secret_written_with_escapes_or_in_a_file_that_is_no_yaml_is_not_repeated(tmp_path: Path) -> None:
    secret = SHAPED[0](11)
    escaped = f'credentials: {{login: {{purpose: x, kept: "ghp\\x5f{secret[4:]}"}}}}\n'
    assert secret[4:12] not in (told := said_of(tmp_path, yaml.safe_dump(HEAD) + escaped))
    assert "a token of GitHub's" in told
    broken = f"credentials: [{secret}: {secret}\n  {secret}: *{secret}"
    assert secret[4:12] not in said_of(tmp_path, broken)


@pytest.mark.parametrize(
    "words", [("credentials",), ("plan",), ("review", "status"), ("credentials", "--off-boarding", "ada")]
)
def test_no_command_repeats_it(tmp_path: Path, words: tuple[str, ...]) -> None:
    for number, field in enumerate(FIELDS):
        secret = drawn(number, ALPHANUMERIC, 40)
        (tmp_path / "register.yaml").write_text(yaml.safe_dump(register(field, secret)), encoding="utf-8")
        shown = CliRunner().invoke(
            cli, [*words, *(("-r", str(tmp_path)) if words != ("plan",) else (str(tmp_path),))]
        )
        assert shown.exit_code != 0
        told = shown.output + repr(shown.exception) + "".join(map(str, getattr(shown.exception, "mistakes", ())))
        assert not [piece for piece in pieces(secret) if piece in told]


@pytest.mark.parametrize(
    "text",
    [
        "the project's vault, item Registrar (shared with the foundation)",
        "https://docs.callisto.example/en/latest/security/registrar.html#who-may-renew",
        "github:repo/callisto-harbour/harbour-team-compass-2026-minutes",
        "callisto-foundation-2026-registrar-login",
        "two sealed letters, of 2026-03-02 and 2026-04-01, at 12:30 UTC",
        "security+announce@lists.callisto.example",
        "git@github.example:callisto/register.git",
        "ProjectCallistoInternationalizationWorkingGroup",
        "npm:@callisto/jupyterlab-extension-builder4",
    ],
)
def test_what_people_write_is_no_secret(text: str) -> None:
    assert likeness(text) == ""
    assert shaped(text) == ()


def test_the_examples_hold_no_secret_and_nothing_that_looks_like_one() -> None:
    """Digests and commits, which look random, stand where the likeness is not asked."""
    for file in (Path(__file__).parents[2] / "examples").rglob("*.yaml"):
        assert shaped(file.read_text(encoding="utf-8")) == (), file


def test_how_many_random_strings_are_told() -> None:
    """The threshold leans towards alarms: of forty random characters next to none passes."""
    for letters, length, least in ((ALPHANUMERIC, 40, 0.999), (HEX, 32, 0.99), (ALPHANUMERIC, 20, 0.95)):
        told = sum(bool(likeness(drawn(n, letters, length))) for n in range(2_000))
        assert told / 2_000 >= least, (letters, length, told)


@pytest.mark.parametrize(
    "piece", ["ghp_aaaaaaaa ", "-----BEGIN RSA PRIVATE KEY-----\n", "eyJaaaaaaaaa", "# x://a:b@c "]
)
def test_a_file_full_of_secrets_is_refused_in_time(piece: str) -> None:
    """A quadratic reading of two million characters would take hours."""
    found = parse(piece * (2_000_000 // len(piece)), "register.yaml")
    assert len(found.mistakes) <= 102
