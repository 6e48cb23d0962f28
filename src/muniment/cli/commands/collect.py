"""Ask the sources, take in bundles, or write a bundle to hand over."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.options import db_option, offline_option, register_argument, verbosity


@click.command("collect")
@register_argument
@db_option
@offline_option
@click.option("--asset", "assets", multiple=True, help="Only this asset, such as pypi:NAME; may be given again.")
@click.option("--live", type=click.IntRange(0), help="Ask about so many assets (default: the policy's live-limit).")
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
@click.option("--confirm-losses", is_flag=True, help="Believe it when much of a list vanishes at once.")
@verbosity
def command(
    register: Path,
    db: str | None,
    offline: bool,
    assets: tuple[str, ...],
    live: int | None,
    sources: tuple[Path, ...],
    to: Path | None,
    confirm_losses: bool,
) -> None:
    """Collect evidence about the assets of REGISTER.

    Each line printed is a batch that was committed before it was printed. With --to FILE evidence is handed over
    instead of a right: the one who merges the bundle (--from) learns what you saw, and with which right you saw it.
    """
    from muniment import wiring
    from muniment.app.collect import collect_apart, told
    from muniment.app.find import among
    from muniment.app.main_job import begin, gather
    from muniment.app.plan import plan
    from muniment.cli.telling import bar, is_set, say, warn
    from muniment.model.asset import canonical
    from muniment.model.errors import NothingCollected
    from muniment.model.tlp import TLP, Marking, join
    from muniment.ports import Recorded
    from muniment.register.inventory import Inventory

    clock = wiring.SystemClock()
    declared = wiring.read_register(register)
    inventory = Inventory.of(declared.evidence)
    only = tuple(among(canonical(a), inventory.assets, "asset in the register:") for a in assets)
    checks = wiring.all_checks()
    if to is not None:
        apart = wiring.sources(offline=offline)
        asked = plan(inventory, checks, apart.collectors, last_seen={}, limit=live, only=only)
        with bar("asking", len(asked.ask)) as tick:
            batches = collect_apart(asked, apart.io, tick=tick)
        if not any(b.outcome.observes for b in batches):
            raise NothingCollected("no source told anything, so no bundle was written", hint="muniment plan")
        wiring.write_bundle(to, batches, apart.addresses, now=clock.now())
        say(f"{len(batches)} batches written to {to}; assets asked about: {len(asked.ask)}.")
        return

    def acknowledge(done: Recorded) -> None:
        if not is_set("quiet"):
            click.echo(f"{done.id}\t{done.cell}\t{done.outcome.value}\t+{done.opened} -{done.closed}")

    with wiring.opened(register, db, create=True) as store, store.lease(wiring.holder(), clock.now):
        asking = wiring.sources(offline=offline, store=store)
        bundles = [
            *wiring.bundles(register, asking.addresses, clock.now()),
            *(wiring.read_bundle(f, asking.addresses, clock.now()) for f in sources),
        ]
        run = begin(store, wiring.declared(register, declared), now=clock.now(), code=wiring.code_version())
        total = live if live is not None else declared.policy.live_limit
        say(join(declared.marking, Marking(TLP.AMBER)).label)
        with bar("asking", total) as tick:
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
                confirmed=confirm_losses,
                bar=lambda _: tick,
                acknowledge=acknowledge,
                note=warn,
            )
    say(told(reach))
    if not reach.live and not reach.recorded and (reach.unreachable or reach.unasked):
        raise wiring.nothing(offline=offline)
