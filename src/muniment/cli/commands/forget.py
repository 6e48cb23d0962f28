"""Take a person out of everything that is kept."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.options import db_option, register_option, verbosity


@click.command("forget")
@click.argument("person")
@click.option(
    "--also",
    multiple=True,
    help="A further spelling to look for: a maiden name, a mail address. May be given again.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out"),
    show_default=True,
    help="Where pages were published: files that name the person are told.",
)
@click.option("--apply", is_flag=True, help="Do it. Without it nothing is changed. It cannot be undone.")
@register_option
@db_option
@verbosity
def command(person: str, also: tuple[str, ...], out: Path, apply: bool, register: Path, db: str | None) -> None:
    """Take PERSON out of the database and the recorded bundles; a tombstone such as forgotten-1 stays.

    PERSON is a handle of the register, or an account: github:LOGIN, pypi:NAME, github-id:NUMBER. Everything known
    to be theirs goes along. Without --apply it is shown what would be touched.

    The register itself is for people to edit: its lines that name the person are told.
    """
    from contextlib import nullcontext

    from muniment import wiring
    from muniment.app.dossiers import inventory_at
    from muniment.app.forget import carry_out, digests, identify, prepare
    from muniment.cli.forgetting import told
    from muniment.cli.telling import bar, say, warn

    clock = wiring.SystemClock()
    checks = wiring.all_checks()
    declared = wiring.read_register(register)
    written = declared.evidence
    with wiring.opened(register, db) as store:
        if apply and not store.is_clean():
            say("An earlier act of forgetting was stopped; its last step is done now.")
            store.scrub()
        who = identify(store, person, also, written)
        with store.lease(wiring.holder(), clock.now) if apply else nullcontext():
            prepared = prepare(store, who, inventory_at(store), checks, written)
            bundles = wiring.bundles_without(register, prepared.erasure)
            touched = prepared.touched
            if apply:
                # Bundles first: a second try gives the same tombstone as long as the database has not its act.
                for file, data in bundles.items():
                    wiring.replace_file(file, data)
                with bar("forgetting", 1) as tick:
                    touched = carry_out(store, prepared, checks, now=clock.now(), elsewhere=bool(bundles))
                    tick("")
    named = wiring.named_in_register(register, prepared.erasure)
    pages = wiring.outputs_naming(out, prepared.erasure)
    for line in told(who, touched, [f.name for f in bundles], prepared.erasure, digests(prepared.erasure), apply):
        click.echo(line)
    if named:
        say(f"The register names them still, in {len(named)} lines; take those out and commit: {', '.join(named)}")
    for tree in declared.unread:
        warn(f"The tree {tree.name} could not be read, so nobody looked for them in it: {tree.unread}")
    if pages:
        more = f" and {len(pages) - 3} more" if len(pages) > 3 else ""
        say(f"Pages that name them, until they are published again: {', '.join(map(str, pages[:3]))}{more}")
    if not apply:
        say("Nothing was changed. Add --apply to do it; it cannot be undone.")
    else:
        say("Done. Backups, git's history and a server's own log of changes may still hold them: see the guide.")
