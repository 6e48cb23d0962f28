"""Where the registries are, and that what an address gives away is shown nowhere. Not live."""

from __future__ import annotations

import asyncio
import base64
import logging
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.collectors.addresses import addresses, configured, scrubbed
from muniment.collectors.finding import collectors
from muniment.collectors.http import Web
from muniment.evidence import bundle
from muniment.model.asset import family
from muniment.model.errors import UsageError
from muniment.testing import registries as sim
from muniment.testing.registries import NpmPackage, PythonPackage, Registries, StoppedClock
from tests.collectors.asking import QUICK, Memory, look

SECRET = "c4n4ry-s3cret"
USER = "canary-user"


def nothing_installed(command):
    return ""


def test_without_configuration_the_library_says_where_the_registries_are():
    found = configured({}, nothing_installed)
    hosts = dict(found.hosts)
    assert found.public.pypi == f"https://{hosts['{pypi}']}"
    assert found.public.simple == f"https://{hosts['{pypi}']}/simple"
    assert found.public.npm == f"https://{hosts['{npm}']}"
    assert len(set(hosts.values())) == 3


def test_pips_configuration_is_taken():
    said = "global.index-url='https://a.example/root/simple/'\nglobal.cert='/c.pem'\nglobal.timeout='5'\nodd\nodd=odd\n"
    found = configured({}, lambda command: said if "pip" in command else "")
    assert found.public.simple == "https://a.example/root/simple"
    assert found.public.pypi == "https://a.example/root"
    assert found.certificates == "/c.pem"


def test_pips_environment_comes_before_its_files():
    def said(command):
        return ":env:.index-url='https://b.example/simple'\nglobal.index-url='https://a.example/simple'\n"

    assert configured({}, said).public.pypi == "https://b.example"
    assert configured({"PIP_INDEX_URL": "https://c.example/x"}, said).public.pypi == "https://c.example/x"


def test_pip_and_npm_are_not_started_for_what_the_environment_says():
    asked = []
    environ = {
        "PIP_INDEX_URL": "https://c.example/x",
        "PIP_CERT": "/c.pem",
        "NPM_CONFIG_REGISTRY": "https://e.example",
    }
    found = configured(environ, lambda command: asked.append(command) or "")
    assert (asked, found.certificates) == ([], "/c.pem")
    configured(
        {name: value for name, value in environ.items() if name != "PIP_CERT"}, lambda c: asked.append(c) or ""
    )
    assert len(asked) == 1


def test_npms_configuration_is_taken():
    found = configured({}, lambda command: "https://n.example/npm/\n" if command[0] == "npm" else "")
    assert found.public.npm == "https://n.example/npm"
    assert (
        configured({"NPM_CONFIG_REGISTRY": "https://e.example"}, nothing_installed).public.npm
        == "https://e.example"
    )


def test_an_address_that_is_none_is_a_usage_error_that_shows_no_password():
    with pytest.raises(UsageError) as caught:
        addresses(f"https://{USER}:{SECRET}@[broken/simple", "https://n.example")
    assert SECRET not in f"{caught.value!r} {caught.value.message} {caught.value.hint} {caught.value.__cause__!r}"
    with pytest.raises(UsageError):
        addresses("https://a.example/simple", f"https://{USER}:{SECRET}@n.example:port/")


def test_user_and_password_are_set_apart():
    found = addresses(f"https://{USER}:p%40ss@a.example:8443/x/simple?token={SECRET}#f", "https://n.example/")
    assert found.public.simple == "https://a.example:8443/x/simple"
    header = found.authorization("https://a.example:8443/x/pypi/name/json")
    assert base64.b64decode(header.removeprefix("Basic ")).decode() == f"{USER}:p@ss"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://a.example/x/pypi/n/json",
        "https://a.example.evil.example/x/pypi",
        "https://a.example:444/x/pypi",
        "https://a.example/xy",
        "https://n.example/name",
    ],
)
def test_the_password_goes_nowhere_else(elsewhere):
    found = addresses(f"https://{USER}:{SECRET}@a.example/x/simple", "https://n.example")
    assert found.authorization(elsewhere) == ""


def test_hosts_are_written_as_placeholders_and_back():
    found = configured({}, nothing_installed)
    hosts = dict(found.hosts)
    text = " ".join(("https://" + hosts["{pypi}"] + "/project/x", hosts["{npm}"].upper(), hosts["{npm-pages}"]))
    shown = found.templated(text)
    assert not any(host in shown.lower() for host in hosts.values())
    assert found.filled(shown).lower() == text.lower()


def test_a_mirrors_host_is_hidden_and_never_put_in():
    found = addresses("https://nexus/simple", "https://mirror.example/npm", hosts=sim.HOSTS)
    shown = found.templated("nexus is a tool; https://nexus/simple/x; certificate of mirror.example")
    assert shown == "nexus is a tool; https://{pypi}/simple/x; certificate of {npm}"
    assert found.filled("https://{pypi}/project/x") == "https://pypi.example/project/x"


@given(st.text())
def test_templating_and_filling_is_the_identity(text):
    found = addresses("https://pypi.example/simple", "https://npm.example", hosts=sim.HOSTS)
    if "{" not in text:
        assert found.filled(found.templated(text)) == text
        both = text + "https://pypi.example/x" + text
        assert found.filled(found.templated(both)) == both


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"https://{USER}:{SECRET}@a.example/x", "https://a.example/x"),
        (f"see ssh://{USER}@a.example and http://{SECRET}@b.example.", "see ssh://a.example and http://b.example."),
        (f"https://{USER}:{SECRET}@x@a.example/", "https://a.example/"),
        ("mail ada@a.example about https://a.example/@ada", "mail ada@a.example about https://a.example/@ada"),
    ],
)
def test_credentials_are_removed_from_text(text, clean):
    assert scrubbed(text) == clean


FAULTS = [
    None,
    sim.status(403),
    sim.status(500),
    sim.status(404),
    sim.truncated(),
    sim.saying(b"{"),
    sim.reset(),
    sim.redirect(f"http://{USER}:{SECRET}@elsewhere.example/"),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_configured_password_shows_nowhere(fault, caplog, capsys):
    """The canary: it goes into the configuration and must come out in the Authorization header alone."""
    caplog.set_level(logging.DEBUG)
    clock, memory = StoppedClock(), Memory()
    link = f"https://{USER}:{SECRET}@forge.example/a/b"
    with Registries() as world:
        world.add(PythonPackage("moonbase", links=(("Source", link),)))
        world.add(NpmPackage("@moon/base", repository=link))
        here = world.addresses(user=USER, password=SECRET)
        if fault is not None:
            for path in ("/pypi/moonbase/json", "/simple/moonbase/", "/npm/@moon%2fbase"):
                world.fault(path, fault)
        io = Web(
            now=clock.now,
            sleep=clock.sleep,
            limits=QUICK,
            authorization=here.authorization,
            recall=memory.recall,
            remember=memory.remember,
        )
        shown: list[object] = [here, repr(here), repr(here.private)]
        batches = []
        for collector in collectors(here):
            for scope in ("pypi:moonbase", "npm:@moon/base"):
                if family(scope) not in collector.families:
                    continue
                raw = asyncio.run(collector.fetch(scope, io))
                read = collector.parse(raw)
                batches += read
                # A body is the server's own word and is kept RED; what we make of it is what must be clean.
                shown += [[(a.url, a.detail) for a in raw.answers], read, list(collector.requests(scope))]
        direct = asyncio.run(io.get(world.origin.replace("//", f"//{USER}:{SECRET}@") + "/pypi/moonbase/json"))
        shown += [direct.url, direct.detail, list(memory.kept), caplog.text, *capsys.readouterr()]
        made = datetime(2027, 1, 1, tzinfo=UTC)
        shown.append(bundle.write(batches, made=made, by="test", templated=here.templated))
    text = repr(shown)
    token = base64.b64encode(f"{USER}:{SECRET}".encode()).decode()
    assert not [secret for secret in (SECRET, USER, token) if secret in text]
    assert world.asked
    assert all(asked.headers.get("authorization") == f"Basic {token}" for asked in world.asked)


def test_what_is_seen_with_a_password_is_seen_from_a_stronger_vantage():
    with Registries() as world:
        world.add(PythonPackage("moonbase"))
        plain, known = world.addresses(), world.addresses(user=USER, password=SECRET)
        clock = StoppedClock()
        pairs = [
            [
                look(c, "pypi:moonbase", Web(now=clock.now, sleep=clock.sleep, authorization=a.authorization))
                for c in collectors(a)
                if c.source == "pypi"
            ]
            for a in (plain, known)
        ]
    weak, strong = (pair[0]["package-project"].vantage for pair in pairs)
    assert weak == {"pypi:anonymous"}
    assert weak < strong


def test_no_tracked_file_names_a_registrys_host():
    """Their addresses come from configuration; a host in a file would be a second truth."""
    root = Path(__file__).parents[2]
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    everywhere = configured()
    hosts = {host for _, host in everywhere.hosts}
    for place in (everywhere.public.pypi, everywhere.public.simple, everywhere.public.npm):
        hosts.add(place.partition("://")[2].partition("/")[0])
    wanted = [host.encode().lower() for host in hosts if "." in host]
    assert len(wanted) >= 3
    files = [root / name for name in listed.stdout.split("\0") if name]
    assert len(files) > 20
    named = [f.name for f in files if f.is_file() and any(host in f.read_bytes().lower() for host in wanted)]
    assert named == []


@pytest.mark.parametrize(
    ("index", "npm", "asked", "user"),
    [
        ("a.example/simple", "a.example/npm", "a.example/npm/moon", "two"),
        ("a.example/simple", "a.example/npm", "a.example/pypi/moon/json", "one"),
        ("a.example/npm/python/simple", "a.example/npm", "a.example/npm/python/simple/moon/", "one"),
        ("a.example/npm/python/simple", "a.example/npm", "a.example/npm/moon", "two"),
    ],
)
def test_the_longest_configured_base_gives_the_credential(index, npm, asked, user):
    """One host serves both registries, one below the other: each is asked with its own user."""
    found = addresses(f"https://one:1@{index}", f"https://two:2@{npm}")
    assert user_of(found.authorization(f"https://{asked}")) == user


def user_of(header):
    return base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")[0]
