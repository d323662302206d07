"""usage, continueToday: what was asked for, accepted and paid."""

from __future__ import annotations

from typing import Any

from ...money.report import markdown
from .call import Command

_DAYS, _MOST = 30, 3660


async def usage(call: Command) -> Any:
    """`[{"days"?}]`: rows by day, newest first, and their total."""
    wish = call.option("days")
    known = isinstance(wish, int) and not isinstance(wish, bool)
    days = min(max(wish, 1), _MOST) if known else _DAYS
    session = call.server.session
    report = await session.money.usage(days, session.settings.current.budget.currency)
    text = markdown(report, days)
    await call.report("usage", text)
    return report.data() | {"markdown": text}


async def continue_today(call: Command) -> Any:
    """Go on until midnight, over the budget."""
    await call.server.session.money.continue_today()
    return call.say("Going on until midnight, whatever it costs.")
