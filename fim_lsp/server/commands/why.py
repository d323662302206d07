"""fim-lsp.why: the last decisions, as data and in words."""

from __future__ import annotations

import time
from typing import Any

from ...completion.decision import Decision
from ...completion.explain import sentence
from .. import convert
from .call import Command

_LIMIT, _MOST = 10, 200


async def why(call: Command) -> Any:
    """`[{"uri"?, "limit"?}]`."""
    limit = call.option("limit")
    known = isinstance(limit, int) and not isinstance(limit, bool)
    engine = call.server.session.engine
    await engine.all_counted()
    decisions = engine.decisions(
        call.text("uri"), min(max(limit, 1), _MOST) if known else _LIMIT
    )
    markdown = _markdown(decisions)
    await call.report("why", markdown)
    return {
        "decisions": [convert.decision_json(each) for each in decisions],
        "markdown": markdown,
    }


def _markdown(decisions: tuple[Decision, ...]) -> str:
    lines = [f"- {_time(each)} {sentence(each)}" for each in decisions]
    body = "\n".join(lines) or "Nothing was asked for yet."
    return f"# The last decisions\n\n{body}\n"


def _time(decision: Decision) -> str:
    return time.strftime("%H:%M:%S", time.localtime(decision.time))
