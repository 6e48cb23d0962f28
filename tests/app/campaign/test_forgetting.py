"""Whoever is forgotten is forgotten by campaigns, too: what was decided about them, and what was sent to them."""

from __future__ import annotations

from datetime import timedelta

from muniment.app.campaign.deciding import delegate, exempt
from muniment.app.dossiers import inventory_at
from muniment.app.forget import carry_out, identify, prepare
from muniment.campaigns.log import Settled
from muniment.campaigns.message import key_of
from muniment.stores.store import SqlStore
from muniment.stores.text import micros

from .conftest import CampaignWorld

ROWS = ("select campaign, data from campaign_log", "select key, subject, shown_to, state, detail from outbox")


def rows(world: CampaignWorld) -> str:
    assert isinstance(world.store, SqlStore)
    with world.store.driver.reading() as connection:
        return "\n".join(str(row) for sql in ROWS for row in world.store.driver.few(connection, sql))


def sent(world: CampaignWorld, subject: str, shown_to: str, detail: str = "") -> None:
    assert isinstance(world.store, SqlStore)
    columns = ["key", "campaign", "subject", "stage", "channel", "shown_to", "state", "at", "settled_at", "detail"]
    at = micros(world.today)
    key = key_of("two-factor", subject, "announcement")
    row = (key, "two-factor", subject, "announcement", "email", shown_to, "sent", at, at, detail)
    with world.store.driver.writing() as connection:
        world.store.driver.load(connection, "outbox", columns, [row])


def test_a_campaign_forgets_whom_it_was_about_and_who_decided(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    until = world.day() + timedelta(days=9)
    for who, reason in (("noor", "Noor Example is away"), ("github-id:4713", "asked by noor-example")):
        exempt(world.store, world.checks, "two-factor", who, reason=reason, until=until, by="noor", now=world.today)
    delegate(world.store, world.checks, "two-factor", "lodestar", to="noor", by="ada", now=world.today)
    said = Settled(world.today, "noor", "github-id:4712", "announcement", "bounced", "noor-example is gone")
    world.store.log_campaign("two-factor", said)
    sent(world, "github-id:4712", "n…@people.example")
    sent(world, "noor", "n…@people.example", "noor@people.example is full")
    sent(world, "github-id:4713", "z…@people.example")
    assert "noor" in rows(world)
    person = identify(world.store, "noor")
    prepared = prepare(world.store, person, inventory_at(world.store), world.checks)
    assert (prepared.touched.decisions, prepared.touched.messages) == (4, 2)
    carry_out(world.store, prepared, world.checks, now=world.today)
    left = rows(world)
    assert "noor" not in left.lower()
    assert "4712" not in left
    assert "n…@" not in left
    assert "z…@people.example" in left
    assert "github-id:4713" in left


def test_whoever_was_exempt_and_is_forgotten_stays_exempt(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    until = world.day() + timedelta(days=9)
    exempt(world.store, world.checks, "two-factor", "noor", reason="away", until=until, by="ada", now=world.today)
    before = sorted(world.where().values())
    prepared = prepare(world.store, identify(world.store, "noor"), inventory_at(world.store), world.checks)
    carry_out(world.store, prepared, world.checks, now=world.today)
    assert sorted(world.where().values()) == before
    assert "github-id:4712" not in world.where()
