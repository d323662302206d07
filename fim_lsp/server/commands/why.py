"""fim-lsp.why: the last decisions, as data and in words."""

from __future__ import annotations

import time
from typing import Any

from ...completion.decision import Decision
from ...completion.explain import sentence
from .. import convert
from .call import Command

# How many decisions are shown if the arguments name no number.
_LIMIT = 10
# The most decisions that are shown.
_MOST = 200


async def why(call: Command) -> Any:
    """`[{"uri"?, "limit"?}]`: the last decisions, of one document or of all."""
    engine = call.server.session.engine
    await engine.all_counted()
    limit = call.count("limit", _LIMIT, _MOST)
    decisions = engine.decisions(call.text("uri"), limit)
    markdown = _markdown(decisions)
    await call.report("why", markdown)
    return {
        "decisions": [convert.decision_json(decision) for decision in decisions],
        "markdown": markdown,
    }


def _markdown(decisions: tuple[Decision, ...]) -> str:
    lines = [f"- {_time(decision)} {sentence(decision)}" for decision in decisions]
    body = "\n".join(lines) or "Nothing was asked for yet."
    return f"# The last decisions\n\n{body}\n"


def _time(decision: Decision) -> str:
    return time.strftime("%H:%M:%S", time.localtime(decision.time))
