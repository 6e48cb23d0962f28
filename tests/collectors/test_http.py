"""Asking over HTTP, tried on simulated registries with every fault. Not live."""

from __future__ import annotations

import asyncio
import gzip
import time
import tracemalloc
from datetime import timedelta

import pytest

from muniment.collectors.http import Limits, Offline, Web, trust
from muniment.model.errors import UsageError
from muniment.testing import registries as sim
from muniment.testing.registries import DAY, Registries, StoppedClock
from tests.collectors.asking import QUICK, Memory, get, web

PATH = "/page"
BODY = b'{"made": "up"}' * 20


@pytest.fixture
def world():
    with Registries() as world:
        world.serve(PATH, BODY)
        yield world


def test_a_page_is_answered_whole(world):
    answer = get(world, PATH)
    assert (answer.status, answer.body, answer.detail, answer.at) == (200, BODY, "", DAY)


def test_a_missing_page_is_asked_for_once(world):
    assert get(world, "/elsewhere").status == 404
    assert len(world.asked) == 1


@pytest.mark.parametrize("code", [401, 403, 404, 410, 451])
def test_a_refusal_is_not_asked_again(world, code):
    world.fault(PATH, sim.status(code))
    assert get(world, PATH).status == code
    assert len(world.asked) == 1


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_again(world, code):
    world.fault(PATH, sim.status(code), times=2)
    answer = get(world, PATH)
    assert (answer.status, answer.body) == (200, BODY)
    assert len(world.asked) == 3


def test_tries_end_and_the_answer_says_how_many(world):
    world.fault(PATH, sim.status(503))
    answer = get(world, PATH)
    assert (answer.status, answer.detail) == (503, "answered 503, 3 times")
    assert len(world.asked) == QUICK.tries


def test_pauses_double_and_are_spread_by_the_jitter(world):
    world.fault(PATH, sim.status(500))
    limits = Limits(tries=4, first_pause=1.0, longest_pause=3.0)
    clock = StoppedClock()
    get(world, PATH, clock, limits=limits, jitter=lambda: 1.0)
    assert clock.slept == [1.0, 2.0, 3.0]
    clock = StoppedClock()
    get(world, PATH, clock, limits=limits, jitter=lambda: 0.0)
    assert clock.slept == [0.5, 1.0, 1.5]


def test_retry_after_in_seconds_is_obeyed(world):
    world.fault(PATH, sim.status(429, {"Retry-After": "17"}), times=1)
    clock = StoppedClock()
    assert get(world, PATH, clock).status == 200
    assert clock.slept == [17.0]


def test_retry_after_as_a_date_is_obeyed(world):
    later = (DAY + timedelta(seconds=41)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    world.fault(PATH, sim.status(503, {"Retry-After": later}), times=1)
    clock = StoppedClock()
    assert get(world, PATH, clock).status == 200
    assert clock.slept == [41.0]


@pytest.mark.parametrize("value", ["soon", "-5", "1e9", "٣", "Thu, 99 Foo 2026", ""])
def test_a_retry_after_that_is_none_is_ignored(world, value):
    world.fault(PATH, sim.status(429, {"Retry-After": value.encode().decode("latin-1")}), times=1)
    clock = StoppedClock()
    assert get(world, PATH, clock).status == 200
    assert clock.slept == [0.5]


def test_a_wait_past_the_deadline_is_not_waited_for(world):
    world.fault(PATH, sim.status(429, {"Retry-After": "86400"}))
    clock = StoppedClock()
    answer = get(world, PATH, clock)
    assert answer.status == 429
    assert "too late" in answer.detail
    assert clock.slept == []


def test_a_silent_server_times_out(world):
    world.fault(PATH, sim.silent())
    answer = get(world, PATH, limits=Limits(try_seconds=0.1, tries=2))
    assert answer.status == 0
    assert answer.detail == "timed out after 0.1 s, 2 times"


def test_a_server_that_drips_is_cut_off_in_time(world):
    world.fault(PATH, sim.drip(0.05))
    began = time.monotonic()
    answer = get(world, PATH, limits=Limits(try_seconds=0.3, tries=1))
    assert (answer.status, answer.body) == (0, b"")
    assert "timed out after 0.3 s" in answer.detail
    assert time.monotonic() - began < 3


def test_a_truncated_answer_is_not_an_answer(world):
    world.fault(PATH, sim.truncated())
    answer = get(world, PATH)
    assert (answer.status, answer.body) == (0, b"")
    assert "broke off" in answer.detail


def test_a_truncated_answer_is_asked_for_again(world):
    world.fault(PATH, sim.truncated(), times=1)
    assert get(world, PATH).body == BODY


def test_a_gzip_answer_is_unpacked_and_a_cut_one_is_not_an_answer(world):
    world.fault(PATH, sim.status(200, {"Content-Encoding": "gzip"}, gzip.compress(BODY)))
    assert get(world, PATH).body == BODY
    world.fault(PATH, sim.cut_gzip())
    assert get(world, PATH).detail.startswith("the compressed answer broke off")


def test_a_coding_that_is_not_what_it_says_is_not_an_answer(world):
    world.fault(PATH, sim.status(200, {"Content-Encoding": "gzip"}, b"plain"))
    assert "damaged" in get(world, PATH).detail
    world.fault(PATH, sim.status(200, {"Content-Encoding": "br"}, b"plain"))
    assert get(world, PATH).status == 0


def test_an_endless_answer_is_stopped(world):
    world.fault(PATH, sim.endless())
    answer = get(world, PATH)
    assert (answer.status, answer.body) == (0, b"")
    assert answer.detail == f"answered more than {QUICK.body_bytes} bytes"
    assert len(world.asked) == 1


def test_a_gzip_bomb_stays_small(world):
    world.fault(PATH, sim.bomb(100 * 2**20))
    tracemalloc.start()
    try:
        answer = get(world, PATH)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status == 0
    assert peak < 10 * 2**20


def test_a_reset_connection_is_no_answer(world):
    world.fault(PATH, sim.reset())
    assert get(world, PATH).status == 0
    world.fault(PATH, sim.reset(), times=1)
    assert get(world, PATH).body == BODY


def test_a_port_where_nobody_listens_is_no_answer():
    with Registries() as gone:
        pass
    clock = StoppedClock()
    answer = asyncio.run(Web(now=clock.now, sleep=clock.sleep, limits=QUICK).get(gone.origin + PATH))
    assert answer.status == 0
    assert answer.detail.startswith("no connection")


def test_a_redirect_within_the_origin_is_followed(world):
    world.fault("/old", sim.redirect(PATH))
    answer = get(world, "/old")
    assert (answer.body, answer.url) == (BODY, world.origin + "/old")


def test_a_redirect_elsewhere_is_not_followed(world):
    with Registries() as other:
        other.serve(PATH, BODY)
        world.fault(PATH, sim.redirect(other.origin + PATH))
        answer = get(world, PATH)
        assert answer.status == 0
        assert "another place" in answer.detail
        assert other.asked == []


@pytest.mark.parametrize("location", ["", "https://127.0.0.1/", "//[broken", "file:///etc/hostname", "ftp:x"])
def test_a_redirect_to_nowhere_is_not_followed(world, location):
    world.fault(PATH, sim.redirect(location))
    assert get(world, PATH).status == 0
    assert len(world.asked) == 1


def test_a_redirect_in_a_circle_ends(world):
    world.fault(PATH, sim.redirect(PATH))
    assert "redirected more than" in get(world, PATH).detail
    assert len(world.asked) == QUICK.redirects + 1


@pytest.mark.parametrize("url", ["file:///etc/hostname", "no address", "http://", "http://[x/", "ftp://h/x", ""])
def test_only_web_addresses_are_asked(url):
    clock = StoppedClock()
    answer = asyncio.run(Web(now=clock.now, sleep=clock.sleep).get(url))
    assert (answer.status, answer.detail) == (0, "this is not an http or https address")


def test_an_unchanged_page_is_confirmed_and_its_time_is_new(world):
    memory, clock = Memory(), StoppedClock()
    options = {"recall": memory.recall, "remember": memory.remember}
    first = get(world, PATH, clock, **options)
    clock.at += timedelta(days=1)
    second = get(world, PATH, clock, **options)
    assert (second.status, second.body) == (200, first.body)
    assert second.at == first.at + timedelta(days=1)
    assert world.asked[1].headers["if-none-match"] == first.headers["etag"]
    world.serve(PATH, b'{"changed": 1}')
    assert get(world, PATH, clock, **options).body == b'{"changed": 1}'


def test_a_page_without_a_validator_is_not_kept():
    memory = Memory()
    with Registries(etags=False) as world:
        world.serve(PATH, BODY)
        for _ in range(2):
            assert get(world, PATH, recall=memory.recall, remember=memory.remember).body == BODY
        assert memory.kept == {}
        assert all("if-none-match" not in asked.headers for asked in world.asked)


def test_not_modified_without_anything_kept_is_no_answer(world):
    world.fault(PATH, sim.status(304, body=b""))
    assert get(world, PATH).status == 0


def test_one_host_is_sent_a_few_requests_at_a_time(world):
    world.fault(PATH, sim.drip(0.01))
    world.serve(PATH, b"[1, 2, 3, 4, 5]")
    busy: list[int] = []
    clock = StoppedClock()
    io = web(world, clock, limits=Limits(at_once=2, try_seconds=10))
    under_way = 0
    once = io._once

    async def counted(*args):
        nonlocal under_way
        under_way += 1
        busy.append(under_way)
        try:
            return await once(*args)
        finally:
            under_way -= 1

    io._once = counted

    async def all_at_once():
        return await asyncio.gather(*(io.get(f"{world.origin}{PATH}") for _ in range(8)))

    answers = asyncio.run(all_at_once())
    assert [a.status for a in answers] == [200] * 8
    assert max(busy) == 2


def test_one_web_serves_several_event_loops(world):
    io = web(world, StoppedClock(), limits=Limits(at_once=1))

    async def several():
        return await asyncio.gather(*(io.get(world.origin + PATH) for _ in range(3)))

    for _ in range(2):
        assert [a.status for a in asyncio.run(several())] == [200, 200, 200]


def test_a_host_that_is_not_there_is_given_up():
    with Registries() as gone:
        pass
    clock = StoppedClock()
    io = Web(now=clock.now, sleep=clock.sleep, limits=Limits(tries=3, given_up=2))

    async def one_after_another():
        return [await io.get(gone.origin + PATH) for _ in range(4)]

    first, second, *rest = asyncio.run(one_after_another())
    assert first.detail.endswith(", 3 times")
    assert second.detail.startswith("no connection")
    assert "times" not in second.detail
    assert {(a.status, a.detail) for a in rest} == {(0, "not asked: the host left 2 requests in a row unanswered")}
    assert len(clock.slept) == 2


def test_a_host_that_comes_back_is_asked_as_before(world):
    world.fault("/broken", sim.reset())
    world.fault(PATH, sim.status(500), times=1)
    io = web(world, StoppedClock(), limits=Limits(tries=2, given_up=2))

    async def in_turn():
        return [await io.get(world.origin + path) for path in ("/broken", "/none", PATH, "/broken", "/none")]

    answers = asyncio.run(in_turn())
    assert answers[0].detail.startswith("no connection")
    assert [a.status for a in answers] == [0, 404, 200, 0, 404]


def test_an_answer_that_breaks_off_does_not_give_up_the_host(world):
    world.fault("/cut", sim.truncated())
    io = web(world, StoppedClock(), limits=Limits(tries=2, given_up=1))

    async def in_turn():
        return [(await io.get(world.origin + path)).status for path in ("/cut", "/cut", PATH)]

    assert asyncio.run(in_turn()) == [0, 0, 200]


def test_offline_nothing_is_asked():
    clock = StoppedClock()
    answer = asyncio.run(Offline(clock.now).get("http://ada:secret@index.example/simple"))
    assert (answer.status, answer.detail, answer.url) == (0, "offline", "http://index.example/simple")


def test_certificates_that_cannot_be_read_are_a_usage_error(tmp_path):
    (tmp_path / "odd.pem").write_text("no certificate")
    for name in ("none.pem", "odd.pem"):
        with pytest.raises(UsageError) as caught:
            trust(str(tmp_path / name))
        assert caught.value.hint
    assert trust(str(tmp_path)).check_hostname
    assert trust().check_hostname
