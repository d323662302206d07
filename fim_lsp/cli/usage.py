"""`fim-lsp usage`: what was asked for, accepted and paid."""

from __future__ import annotations

import click

from ..money.report import PLURALS, TITLES, By, Report, cells, chart, lines, notes
from ..session.session import Session
from .output import print_json, print_table, put, say
from .running import JSON, run


@click.command
@click.option("--days", type=click.IntRange(1, 3660), default=30, metavar="N")
@click.option("--by", type=click.Choice(list(PLURALS)), default="day")
@JSON
def usage(days: int, by: By, *, as_json: bool) -> None:
    """Show requests, acceptance and cost of the last N days."""
    report = run(lambda session: _report(session, days), quiet=True)
    if as_json:
        print_json(report.data(by))
        return
    data = report.data(by)
    if not report.table:
        say(f"Nothing was asked for in the last {days} days.")
        return
    named = "date" if by == "day" else by
    rows = [cells(row[named], row) for row in data[PLURALS[by]]]
    print_table((by, *TITLES[1:]), rows)
    put()
    print_table(("in all", ""), lines(data["total"]))
    _chart(report)
    for note in notes(data["total"]):
        say(note)


async def _report(session: Session, days: int) -> Report:
    return await session.money.usage(days, session.settings.current.budget.currency)


def _chart(report: Report) -> None:
    put()
    for bar in chart(report.data()["days"]):
        put(bar)
