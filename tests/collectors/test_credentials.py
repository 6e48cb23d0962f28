"""Where GitHub's credentials are found, and that nothing of them is told."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import pickle
import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from muniment.collectors.credentials import Keyring, Ring, kind_of, ring, system_keyring
from muniment.model.errors import UsageError
from muniment.model.secrecy import Secret, Unavailable, hidden, holds, parts
from muniment.ports import Answer, Key
from muniment.testing.registries import StoppedClock

ADA = "ghp_adaMadeUpTokenOfNobody0000000001"
BEN = "github_pat_benMadeUpTokenOfNobody0002"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class Ringlet:
    """A keyring in memory."""

    def __init__(self, kept: Mapping[str, str]) -> None:
        self.kept = kept
        self.asked: list[tuple[str, str]] = []

    def get_password(self, service_name: str, username: str) -> str | None:
        self.asked.append((service_name, username))
        return self.kept.get(username)


class Broken:
    def get_password(self, service_name: str, username: str) -> str | None:
        raise RuntimeError(f"no backend; the last password was {ADA}")


def found(
    environ: Mapping[str, str], home: Path = Path("/nowhere"), keyring: Callable[[], Keyring] | None = None
) -> Ring:
    def unasked() -> Keyring:
        raise AssertionError("the keyring is asked only if it is told to be")

    return ring(environ, home, keyring or unasked, StoppedClock().now)


async def unsent(name: str, path: str, word: Secret, rights: Mapping[str, str] | None) -> Answer:
    raise AssertionError("nothing is asked for")


def header(credentials: Ring, name: str) -> str:
    return asyncio.run(credentials.header(name, unsent)).reveal()


def bare(keys: Iterable[Key]) -> tuple[Key, ...]:
    """The keys without what tells them apart."""
    return tuple(Key(key.name, key.kind, key.source) for key in keys)


def put(home: Path, text: str, mode: int = 0o600, name: str = "github.toml") -> Path:
    file = home / ".config" / "muniment" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def refusal(act: Callable[[], object]) -> UsageError:
    """The error, once it is sure that no part of it, and nothing that it drags along, tells a secret."""
    with pytest.raises(UsageError) as caught:
        act()
    error = caught.value
    told = "".join(traceback.format_exception(error)) + repr(error) + error.message + error.hint
    chain: list[BaseException] = [error]
    for link in chain:
        told += repr(link.args) + repr(vars(link))
        chain += [e for e in (link.__cause__, link.__context__) if e is not None]
    for secret in (ADA, BEN, PEM.splitlines()[1]):
        assert secret not in told
    return error


# ---------------------------------------------------------------- the environment


def test_without_anything_there_is_no_credential():
    assert found({}).keys() == ()
    assert found({"GH_TOKEN": "", "GITHUB_TOKEN": "  "}).keys() == ()


def test_tokens_of_the_environment_have_names_and_kinds():
    keys = found(
        {
            "GITHUB_TOKEN": "ghs_madeUpTokenOfNobody01",
            "GH_TOKEN": "gho_madeUpTokenOfNobody02",
            "MUNIMENT_GITHUB_TOKEN": ADA,
            "MUNIMENT_GITHUB_TOKEN_WORK_2": BEN,
            "MUNIMENT_GITHUB_TOKEN_APP": "ghu_madeUpTokenOfNobody03",
            "MUNIMENT_GITHUB_TOKEN_OLD": "0123456789abcdef0123456789abcdef01234567",
        }
    ).keys()
    assert len({key.fingerprint for key in keys}) == len(keys)
    assert bare(keys) == (
        Key("muniment", "classic", "$MUNIMENT_GITHUB_TOKEN"),
        Key("app", "app-user", "$MUNIMENT_GITHUB_TOKEN_APP"),
        Key("old", "classic", "$MUNIMENT_GITHUB_TOKEN_OLD"),
        Key("work-2", "fine-grained", "$MUNIMENT_GITHUB_TOKEN_WORK_2"),
        Key("gh-token", "oauth", "$GH_TOKEN"),
        Key("github-token", "installation", "$GITHUB_TOKEN"),
    )


def test_one_secret_in_several_places_is_one_credential():
    keys = found({"GH_TOKEN": ADA, "GITHUB_TOKEN": f"{ADA}\n", "MUNIMENT_GITHUB_TOKEN_ADA": ADA}).keys()
    assert bare(keys) == (Key("ada", "classic", "$MUNIMENT_GITHUB_TOKEN_ADA, $GH_TOKEN, $GITHUB_TOKEN"),)


def test_a_credential_gives_its_header_and_one_of_no_name_none():
    credentials = found({"GH_TOKEN": ADA})
    assert header(credentials, "gh-token") == f"Bearer {ADA}"
    for name in ("", "nobody", "nobody@callisto#7", "gh-token@callisto#7"):
        assert credentials.fingerprint(name) == ""
        with pytest.raises(Unavailable):
            header(credentials, name)


def test_a_fingerprint_tells_credentials_apart_and_gives_nothing_away():
    credentials = found({"MUNIMENT_GITHUB_TOKEN_ADA": ADA, "MUNIMENT_GITHUB_TOKEN_BEN": BEN})
    prints = [credentials.fingerprint(name) for name in ("ada", "ben")]
    assert len(set(prints)) == 2
    assert [len(p) for p in prints] == [16, 16]
    assert found({"GH_TOKEN": ADA}).fingerprint("gh-token") == prints[0], "it is the secret's, not the name's"
    assert not any(part in p for p in prints for part in (ADA, BEN, "ada", "ben"))


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"GH_TOKEN": "two words of eight"}, "what lies in $GH_TOKEN is no token"),
        ({"GH_TOKEN": ADA + "\r\nX-Evil: 1"}, "what lies in $GH_TOKEN is no token"),
        ({"GH_TOKEN": ADA + "\u00e9"}, "what lies in $GH_TOKEN is no token"),
        ({"GH_TOKEN": "short"}, "too short to be a token"),
        ({"MUNIMENT_GITHUB_TOKEN_": ADA}, "does not end in a name"),
        ({"MUNIMENT_GITHUB_TOKEN_A#B": ADA}, "does not end in a name"),
        ({"MUNIMENT_GITHUB_KEYRING": ADA}, "no name of a credential"),
    ],
)
def test_what_is_no_token_or_no_name_is_refused_without_being_repeated(environ, said):
    assert said in refusal(lambda: found(environ)).message


# ---------------------------------------------------------------- the keyring


def test_the_keyring_is_asked_for_the_names_listed():
    kept = Ringlet({"ada": ADA, "work": BEN, "other": "ghp_notListedAndNotAskedFor01"})
    keys = found({"MUNIMENT_GITHUB_KEYRING": "ada, work,"}, keyring=lambda: kept).keys()
    assert [key.name for key in keys] == ["ada", "work"]
    assert bare(keys)[0] == Key("ada", "classic", "keyring muniment-github ada")
    assert kept.asked == [("muniment-github", "ada"), ("muniment-github", "work")]


@pytest.mark.parametrize("keyring", [lambda: Ringlet({}), lambda: Ringlet({"ada": " "}), Broken])
def test_a_keyring_that_holds_nothing_or_breaks_is_told_with_what_to_do(keyring):
    error = refusal(lambda: found({"MUNIMENT_GITHUB_KEYRING": "ada"}, keyring=keyring))
    assert "keyring" in error.message
    assert "keyring set muniment-github ada" in error.hint


def test_the_systems_keyring_is_one():
    assert callable(system_keyring().get_password)


# ---------------------------------------------------------------- the file


def test_tokens_of_the_file_are_found(tmp_path):
    put(tmp_path, f'[tokens]\nada = "{ADA}"\nwork-2 = " {BEN} "\n')
    credentials = found({}, tmp_path)
    assert bare(credentials.keys()) == (
        Key("ada", "classic", "~/.config/muniment/github.toml"),
        Key("work-2", "fine-grained", "~/.config/muniment/github.toml"),
    )
    assert header(credentials, "work-2") == f"Bearer {BEN}"


def test_the_environment_comes_before_the_file(tmp_path):
    put(tmp_path, f'[tokens]\nada = "{BEN}"\n')
    assert header(found({"MUNIMENT_GITHUB_TOKEN_ADA": ADA}, tmp_path), "ada") == f"Bearer {ADA}"


def test_the_file_may_lie_elsewhere(tmp_path):
    file = put(tmp_path, f'[tokens]\nada = "{ADA}"\n', name="other.toml")
    for stated in (str(file), "~/.config/muniment/other.toml"):
        assert found({"MUNIMENT_GITHUB_CREDENTIALS": stated}, tmp_path).keys()
    error = refusal(lambda: found({"MUNIMENT_GITHUB_CREDENTIALS": "~/none.toml"}, tmp_path))
    assert error.message == "~/none.toml cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("mode", "who"), [(0o644, "everybody"), (0o604, "everybody"), (0o640, "your group"), (0o620, "your group")]
)
def test_a_file_that_others_may_open_is_not_read(tmp_path, mode, who):
    put(tmp_path, f'[tokens]\nada = "{ADA}"\n', mode)
    error = refusal(lambda: found({}, tmp_path))
    assert error.message == f"~/.config/muniment/github.toml is open to {who}, so it is not read"
    assert error.hint == "chmod 600 ~/.config/muniment/github.toml"


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_file_that_nobody_else_may_open_is_read(tmp_path, mode):
    put(tmp_path, f'[tokens]\nada = "{ADA}"\n', mode)
    assert found({}, tmp_path).keys()


def test_a_link_is_not_followed(tmp_path):
    real = put(tmp_path, f'[tokens]\nada = "{ADA}"\n', name="real.toml")
    (real.parent / "github.toml").symlink_to(real)
    assert "is a link" in refusal(lambda: found({}, tmp_path)).message
    real.unlink()
    assert "is a link" in refusal(lambda: found({}, tmp_path)).message


def test_what_is_no_plain_file_is_not_read(tmp_path):
    file = put(tmp_path, "")
    file.unlink()
    os.mkfifo(file, 0o600)
    assert "is no file" in refusal(lambda: found({}, tmp_path)).message
    file.unlink()
    file.mkdir(mode=0o700)
    assert "github.toml" in refusal(lambda: found({}, tmp_path)).message


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        (f'[token]\nada = "{ADA}"', "the key 'token' is not known", "did you mean tokens?"),
        (f'{ADA} = "x"', "a key is not known", "known: tokens, apps"),
        (f'"{ADA}" = "x"', "a key is not known", "known: tokens, apps"),
        (f'[tokens]\n{ADA} = "x"', "a credential's name is odd", "small letters"),
        (f'[tokens]\n"Ada L" = "{ADA}"', "a credential's name is odd", "small letters"),
        (f'[tokens]\nada = ["{ADA}"]', "a token in [tokens] is not a text", "ada ="),
        (f'tokens = "{ADA}"', "tokens is not a table", "credentials.md"),
        (f'[tokens]\nada = "{ADA}', "github.toml:2 is not TOML", "credentials.md"),
        (f"[tokens]\nada = {ADA}", "github.toml:2 is not TOML", "credentials.md"),
        (f'[tokens]\nada = "{ADA}"\nada = "{BEN}"', "is not TOML", "credentials.md"),
        ("[" * 3000, "is not TOML", "credentials.md"),
        ("[apps.security]\nap-id = 7", "the key 'ap-id' is not known in [apps.security]", "did you mean app-id?"),
        ("[apps.security]\napp-id = true", "needs app-id", "credentials.md"),
        (f'[apps.security]\napp-id = "{ADA}"', "needs app-id", "credentials.md"),
        ("[apps.security]\napp-id = 7", "needs private-key-file", "credentials.md"),
        (f'[apps]\nsecurity = "{ADA}"', "apps.security is not a table", "credentials.md"),
        ('[apps.security]\napp-id = 7\nprivate-key-file = "none.pem"', "none.pem cannot be read", ""),
    ],
)
def test_a_mistake_in_the_file_is_told_without_what_stands_there(tmp_path, text, said, hint):
    put(tmp_path, text + "\n")
    error = refusal(lambda: found({}, tmp_path))
    assert said in error.message
    assert hint in error.hint


def test_an_app_is_found_with_its_key(tmp_path):
    put(tmp_path, PEM, name="security.pem")
    put(tmp_path, '[apps.security]\napp-id = 7\nprivate-key-file = "security.pem"\n')
    credentials = found({}, tmp_path)
    assert bare(credentials.keys()) == (Key("security", "app", "~/.config/muniment/github.toml"),)
    prints = {credentials.fingerprint(f"security{rest}") for rest in ("", "@callisto#1", "@callisto#2")}
    assert len(prints) == 3
    assert "" not in prints
    assert credentials.fingerprint("security@callisto#1") == credentials.fingerprint("security@Callisto#1")
    assert credentials.fingerprint("security@callisto") == ""


def test_an_apps_key_is_kept_as_close_as_the_file(tmp_path):
    put(tmp_path, PEM, 0o644, name="security.pem")
    put(tmp_path, '[apps.security]\nclient-id = "Iv1.x"\nprivate-key-file = "security.pem"\n')
    assert "security.pem is open to everybody" in refusal(lambda: found({}, tmp_path)).message


def test_a_token_and_an_app_of_one_name_are_refused(tmp_path):
    put(tmp_path, PEM, name="security.pem")
    put(tmp_path, '[apps.ada]\napp-id = 7\nprivate-key-file = "security.pem"\n')
    error = refusal(lambda: found({"MUNIMENT_GITHUB_TOKEN_ADA": ADA}, tmp_path))
    assert error.message == "ada is the name of a token and of an App"


# ---------------------------------------------------------------- what a secret tells


def test_a_secret_says_nothing_of_itself():
    secret = Secret(ADA)
    told = [repr(secret), str(secret), f"{secret}", f"{secret!r:>60}", "%s %r" % (secret, [secret])]  # noqa: UP031
    told += [repr(found({"GH_TOKEN": ADA})), repr(found({"GH_TOKEN": ADA}).secrets())]
    log = logging.LogRecord("x", logging.DEBUG, "x", 1, "%s", (secret,), None)
    told.append(log.getMessage())
    assert not any(ADA in text or "ghp_" in text for text in told)
    for encode in (msgspec.json.encode, msgspec.msgpack.encode, json.dumps, pickle.dumps, msgspec.to_builtins):
        with pytest.raises(TypeError):
            encode(secret)
    with pytest.raises(TypeError):
        vars(secret)
    assert secret.reveal() == ADA
    assert secret == Secret(ADA)
    assert secret != Secret(BEN)
    assert secret != ADA


def test_a_secret_is_taken_out_of_text_in_whatever_case():
    secrets = (Secret(ADA), Secret("short"), Secret(ADA + "longer"))
    assert (
        hidden(f"a {ADA} b {ADA.upper()} c {ADA}longer short", secrets) == "a [secret] b [secret] c [secret] short"
    )
    assert hidden("nothing", secrets) == "nothing"


def test_a_secret_is_found_in_data_however_it_is_escaped():
    secrets = (Secret(ADA),)
    escaped = "".join(f"\\u{ord(c):04x}" for c in ADA)
    percent = "".join(f"%{ord(c):02x}" for c in ADA)
    for text in (ADA, ADA.upper(), f'{{"a": "{escaped}"}}', f"?a={percent}", f"x{ADA}x"):
        assert holds(text.encode(), secrets), text
    assert not holds(b"ghp_somethingElse %41 \\u0041", secrets)
    assert not holds(ADA.encode(), ())


def test_what_stands_in_a_header_is_a_secret_too():
    assert [s.reveal() for s in parts(Secret("Basic YWRhOnNlY3JldC1wYXNz"))] == [
        "YWRhOnNlY3JldC1wYXNz",
        "secret-pass",
    ]
    assert [s.reveal() for s in parts(Secret(f"Bearer {ADA}"))] == [ADA]
    assert parts(Secret("")) == parts(Secret("Basic")) == ()


def test_the_prefix_says_what_a_token_is():
    assert kind_of(Secret(BEN)) == "fine-grained"
    assert kind_of(Secret("0123456789abcdef" * 2 + "01234567")) == "classic"
    assert kind_of(Secret("x" + ADA)) == "unknown"
