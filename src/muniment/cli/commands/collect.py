"""Ask the sources, take in bundles, or write a bundle to hand over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from muniment.cli.options import (
    again_option,
    db_option,
    live_option,
    offline_option,
    org_option,
    register_argument,
    verbosity,
)

if TYPE_CHECKING:
    from muniment.register.inventory import Inventory


@click.command("collect")
@register_argument
@db_option
@offline_option
@click.option(
    "--asset",
    "assets",
    multiple=True,
    help="Only this asset, such as pypi:NAME, declared or found by a rule; may be given again.",
)
@org_option
@live_option
@click.option(
    "--from",
    "sources",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Take in a bundle that somebody handed over; may be given again.",
)
@click.option(
    "--to",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what is collected into a bundle, not the database.",
)
@click.option(
    "--clones",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Read when people last committed out of local clones, FOLDER/OWNER/NAME.",
)
@click.option("--private", is_flag=True, help="With --to: take private repositories along (TLP:RED).")
@again_option
@click.option("--confirm-losses", is_flag=True, help="Believe it when much of a list vanishes at once.")
@verbosity
def command(
    register: Path,
    db: str | None,
    offline: bool,
    assets: tuple[str, ...],
    orgs: tuple[str, ...],
    live: int | None,
    sources: tuple[Path, ...],
    clones: Path | None,
    to: Path | None,
    private: bool,
    again: bool,
    confirm_losses: bool,
) -> None:
    """Collect evidence about the assets of REGISTER.

    Each line printed is a batch that was committed before it was printed. With --to FILE evidence is handed over
    instead of a right: the one who merges the bundle (--from) learns what you saw, and with which right you saw it.
    With --org and --to there need be no register.
    """
    from muniment import wiring
    from muniment.app.collect import finish, is_told
    from muniment.app.find import among
    from muniment.app.main_job import begin, gather
    from muniment.app.reach import told
    from muniment.app.repositories import known_repositories
    from muniment.cli.telling import bar, interruptible, is_set, say, spent, warn
    from muniment.model.asset import canonical
    from muniment.model.errors import UsageError
    from muniment.model.tlp import TLP, Marking, join
    from muniment.ports import Recorded
    from muniment.register.inventory import Inventory

    clock = wiring.SystemClock()
    named = wiring.organizations(orgs)
    if clones is not None and to is not None:
        raise UsageError("what clones tell of people stays in the database", hint="leave --to out")
    if private and to is None:
        raise UsageError("--private is about a bundle", hint="--to FILE")
    if to is not None:
        inventory = wiring.inventory_of(register, named)
        only = tuple(map(canonical, assets))
        if not set(only) <= inventory.assets.keys():
            inventory = wiring.with_found(register, db, inventory)
        only = tuple(among(a, inventory.known, "asset in the register:") for a in only) + named
        _hand_over(inventory, only, live, to, offline=offline, private=private)
        return
    if named and register.is_dir() and not any(register.rglob("*.yaml")):
        raise UsageError(
            f"{register} holds no register, so no database to keep this in",
            hint="--to FILE writes a bundle instead",
        )
    declared = wiring.read_register(register, fetch=not offline)
    for line in wiring.unread_lines(declared):
        warn(line)
    inventory = Inventory.of(declared.evidence)
    only = tuple(map(canonical, (*assets, *named)))
    if not set(only) <= inventory.assets.keys():
        inventory = wiring.with_found(register, db, inventory)
    only = tuple(among(a, inventory.known, "asset in the register:") for a in only)
    checks = wiring.all_checks()

    def acknowledge(done: Recorded) -> None:
        if is_told(done) and not is_set("quiet"):
            click.echo(f"{done.id}\t{done.cell}\t{done.outcome.value}\t+{done.opened} -{done.closed}")

    with wiring.opened(register, db, create=True) as store, store.lease(wiring.holder(), clock.now):
        asking = wiring.sources(offline=offline, store=store)
        bundles = [
            *wiring.bundles(register, asking.addresses, clock.now()),
            *(wiring.read_bundle(f, asking.addresses, clock.now()) for f in sources),
        ]
        if clones is not None:
            known = {*inventory.known, *known_repositories(store, inventory)}
            bundles.append(wiring.read_clones(clones, declared.evidence, known, now=clock.now()))
        run = begin(store, wiring.declared(register, declared), now=clock.now(), code=wiring.code_version())
        say(join(declared.whole, Marking(TLP.AMBER)).label)
        with interruptible():
            _, reach = gather(
                store,
                run,
                checks,
                asking.collectors,
                asking.io,
                bundles,
                now=clock.now(),
                limit=0 if offline and not only else live,
                only=only,
                again=again,
                confirmed=confirm_losses,
                track=bar,
                acknowledge=acknowledge,
                note=warn,
            )
            finish(store, run)
    spent(wiring.costs(asking))
    say(told(reach))
    if not reach.live and not reach.recorded and (reach.unreachable or reach.unasked):
        raise wiring.nothing(offline=offline)


def _hand_over(
    inventory: Inventory, only: tuple[str, ...], live: int | None, to: Path, *, offline: bool, private: bool
) -> None:
    """Ask, and write what was seen into a bundle."""
    from muniment import wiring
    from muniment.app.hand_over import hand_over
    from muniment.cli.telling import bar, interruptible, say, spent, warn
    from muniment.model.errors import NothingCollected
    from muniment.model.observation import Outcome

    clock = wiring.SystemClock()
    apart = wiring.sources(offline=offline)
    with interruptible():
        handed = hand_over(
            inventory,
            wiring.all_checks(),
            apart.collectors,
            apart.io,
            now=clock.now(),
            limit=live,
            only=only,
            private=private,
            track=bar,
            note=warn,
        )
    spent(wiring.costs(apart))
    if not any(b.outcome.observes for b in handed.batches):
        raise NothingCollected(
            "no source told anything, so no bundle was written", hint="muniment doctor; muniment plan"
        )
    wiring.write_bundle(to, handed.batches, apart.addresses, now=clock.now())
    if handed.left_out:
        say("What is said of private repositories was left out: --private takes it along.")
    if handed.declined:
        say(f"{handed.declined} looks at what a council declined were left out: muniment plan says which.")
    for gone in sorted({b.cell.scope for b in handed.batches if b.outcome is Outcome.ABSENT} & set(only)):
        warn(f"{gone} does not exist, and the bundle says so: is the name right?")
    say(f"{len(handed.batches)} batches written to {to}; assets asked about: {handed.asked}.")
