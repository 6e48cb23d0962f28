"""Look through the mail that came back."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.campaigning import by_option, name_argument
from muniment.cli.options import db_option, register_option, verbosity


@click.command("bounces")
@click.argument("mailbox", type=click.Path(path_type=Path, dir_okay=False))
@name_argument
@by_option
@click.option("--apply", is_flag=True, help="Note them as having come back. Without it they are shown.")
@register_option
@db_option
@verbosity
def command(mailbox: Path, name: str | None, by: str, apply: bool, register: Path, db: str | None) -> None:
    """Look through MAILBOX (mbox) for reports that mails of a campaign could not be delivered.

    With --apply each is settled as come back, as `muniment campaign settle KEY --bounced` does. Whoever knows of a
    mail can write such a report: look at what is shown first.
    """
    from muniment import wiring
    from muniment.app.campaign.bounces import bounces
    from muniment.app.campaign.deciding import check_handle
    from muniment.app.campaign.looking import look
    from muniment.app.campaign.settle import Word, settle
    from muniment.app.campaign.standing import campaigns, kind_of, named
    from muniment.cli.telling import say, warn
    from muniment.model.text import plain
    from muniment.model.tlp import TLP, Marking
    from muniment.reporters.words import plural

    clock = wiring.SystemClock()
    with wiring.opened(register, db) as store:
        own = named(store, name)
        looked = look(store, wiring.all_checks(), kind_of(campaigns(store)[own]), now=clock.now())
        check_handle(by, looked.book.inventory)
        mail = bounces(
            store.posted(own),
            wiring.message_ids(),
            wiring.mail_that_came_back(mailbox),
            is_ours=wiring.is_message_id,
            known_elsewhere=[post for other in campaigns(store) if other != own for post in store.posted(other)],
        )
        found = mail.bounces
        click.echo(Marking(TLP.AMBER).label)
        for bounce in found:
            click.echo(plain(f"{bounce.post.key} to {bounce.post.shown_to} came back: {bounce.why}"))
            if apply:
                settle(
                    store,
                    bounce.post.key,
                    Word.BOUNCED,
                    by=by,
                    holder=wiring.holder(),
                    now=clock.now,
                    detail=bounce.why,
                )
    if mail.unknown:
        warn(
            f"{plural(mail.unknown, 'report is', 'reports are')} about what looks like mail of muniment's, and no "
            "message matches: if it was sent from another address, set MUNIMENT_SMTP_FROM to that one and look "
            "again"
        )
    done = "noted" if apply else "found; --apply notes them"
    say(f"{len(found)} {done}. What is noted may be sent again after muniment campaign settle KEY --not-sent.")
