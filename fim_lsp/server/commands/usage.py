"""fim-lsp.usage: requests, tokens and cost since the server started."""

from __future__ import annotations

import time
from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from typing import Any

from ...completion.decision import Decision
from .call import Call

_ALL = 200


async def usage(call: Call) -> Any:
    """Rows by day, newest first, and their total."""
    decisions = call.server.session.decisions(None, _ALL)
    days = [
        {"date": day, **_row(tuple(each))} for day, each in groupby(decisions, key=_day)
    ]
    total = _row(decisions)
    await call.report("usage", _markdown(total))
    return {"days": days, "total": total}


def _day(decision: Decision) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(decision.time))


def _row(decisions: Iterable[Decision]) -> dict[str, Any]:
    decisions = tuple(decisions)
    paid = [each.tokens.usage for each in decisions if each.tokens is not None]
    costs = [each.cost.amount for each in decisions if each.cost is not None]
    return {
        "requests": len(paid),
        "shown": sum(bool(each.shown) for each in decisions),
        "accepted": sum(each.accepted > 0 for each in decisions),
        "promptTokens": sum(each.prompt for each in paid),
        "cacheHitTokens": sum(each.cache_hit for each in paid),
        "completionTokens": sum(each.completion for each in paid),
        "cost": str(sum(costs, Decimal(0))),
    }


def _markdown(total: dict[str, Any]) -> str:
    rows = "\n".join(f"| {name} | {value} |" for name, value in total.items())
    return f"# Usage since the server started\n\n| | |\n| --- | --- |\n{rows}\n"
