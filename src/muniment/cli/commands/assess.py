"""Judge what is believed and write what changed into the ledger."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from muniment.cli.options import (
    as_of_option,
    db_option,
    format_option,
    pretend_option,
    register_argument,
    verbosity,
)


@click.command("assess")
@register_argument
@db_option
@as_of_option
@pretend_option
@format_option
@click.option("--strict", is_flag=True, help="Exit with 4 if any answer is Unknown.")
@verbosity
def command(
    register: Path,
    db: str | None,
    as_of: date | None,
    pretend_now: date | None,
    form: str,
    strict: bool,
) -> None:
    """Judge what is believed of the assets of REGISTER, without asking any source.

    With --as-of or --pretend-now the answers are shown and nothing is written.
    """
    from collections import Counter

    from muniment import wiring
    from muniment.app.assess import assess, in_words, judge_all
    from muniment.app.dossiers import book_at
    from muniment.app.find import begun
    from muniment.app.main_job import begin
    from muniment.cli.telling import detail, rows, say, warn
    from muniment.model.tlp import TLP, Marking, join
    from muniment.model.verdict import Unknown

    clock = wiring.SystemClock()
    checks = wiring.all_checks()
    numbers: Counter[tuple[str, str]] = Counter()
    moment = wiring.moment(as_of, pretend_now, clock.now())
    if not moment.elsewhere:
        declared = wiring.read_register(register)
        for line in wiring.unread_lines(declared):
            warn(line)
        with wiring.opened(register, db) as store, store.lease(wiring.holder(), clock.now):
            run = begin(store, wiring.declared(register, declared), now=clock.now(), code=wiring.code_version())
            done = assess(store, run, checks, now=clock.now())
            moment = wiring.moment(None, None, clock.now())
        say(f"{done.assets} assets, {done.answers} answers, {done.events} events written.")
    else:
        say(f"Judged as of {moment.today}; nothing is written.")
    with wiring.opened(register, db) as store:
        begun(store, moment.at)
        book = book_at(store, moment.at)
        for judge, dossier, judged in judge_all(store, checks, at=moment.at, now=moment.now, today=moment.today):
            word, reason = in_words(judged.verdict)
            numbers[judge.check.id, word] += 1
            if isinstance(judged.verdict, Unknown):
                detail(f"unknown: {judge.check.id} of {dossier.asset}: {reason} {judged.verdict.detail}".rstrip())
    words = ("pass", "fail", "unknown", "not-applicable")
    lines = [(id, *(str(numbers[id, word]) for word in words)) for id in sorted({check for check, _ in numbers})]
    rows(form, join(Marking(TLP.AMBER), book.whole), ("check", *words), lines)
    unknown = sum(n for (_, word), n in numbers.items() if word == "unknown")
    warn(f"{unknown} answers are Unknown.")
    if strict and (unknown or book.inventory.unread):
        raise click.exceptions.Exit(4)
