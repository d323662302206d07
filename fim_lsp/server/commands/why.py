"""fim-lsp.why: the last decisions, as data and in words."""

from __future__ import annotations

import time
from typing import Any

from ...completion.decision import REASONS, Decision, Outcome
from ...text import path_of
from .. import convert
from .call import Call

_LIMIT, _MOST = 10, 200


async def why(call: Call) -> Any:
    """`[{"uri"?, "limit"?}]`."""
    limit = call.option("limit")
    known = isinstance(limit, int) and not isinstance(limit, bool)
    decisions = call.server.session.decisions(
        call.text("uri"), min(max(limit, 1), _MOST) if known else _LIMIT
    )
    markdown = _markdown(decisions)
    await call.report("why", markdown)
    return {
        "decisions": [convert.decision_json(each) for each in decisions],
        "markdown": markdown,
    }


def _markdown(decisions: tuple[Decision, ...]) -> str:
    lines = [f"- {_time(each)} {in_words(each)}" for each in decisions]
    body = "\n".join(lines) or "Nothing was asked for yet."
    return f"# The last decisions\n\n{body}\n"


def in_words(decision: Decision) -> str:
    """One sentence about one request; places are counted from 1."""
    path = path_of(decision.uri)
    name = path.name if path else decision.uri
    where = f"`{name}:{decision.place.line + 1}:{decision.place.column + 1}`"
    rules = f" (rule {', '.join(decision.rules)})" if decision.rules else ""
    if decision.outcome is Outcome.SILENT:
        reason = decision.reason or "failed"
        because = REASONS.get(reason, reason)
        return f"Nothing was offered at {where} because {because}{rules}."
    source = f" by {decision.source}" if decision.source else ""
    if decision.origin:
        source += f", which repeats `{decision.origin}`"
    took = f"{decision.timings.total:.0f} ms"
    return f"Offered at {where} ({decision.outcome.value}{source}, {took}){rules}."


def _time(decision: Decision) -> str:
    return time.strftime("%H:%M:%S", time.localtime(decision.time))
