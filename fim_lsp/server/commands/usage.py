"""fim-lsp.usage, continueToday: what was used and paid, and today's budget."""

from __future__ import annotations

from typing import Any

from ...money.report import markdown
from .call import Command

# The days of a report if the arguments name no number.
_DAYS = 30
# The most days of a report.
_MOST = 3660


async def usage(call: Command) -> Any:
    """`[{"days"?}]`: rows by day, newest first, and their total."""
    days = call.count("days", _DAYS, _MOST)
    session = call.server.session
    report = await session.money.usage(days, session.settings.current.budget.currency)
    text = markdown(report, days)
    await call.report("usage", text)
    return report.data() | {"markdown": text}


async def continue_today(call: Command) -> Any:
    """Let requests exceed the budget until midnight."""
    await call.server.session.money.continue_today()
    return call.say("Going on until midnight, whatever it costs.")
