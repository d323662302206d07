"""Chat actions, run in the same way for the server and the command line."""

from __future__ import annotations

from dataclasses import replace

from ..chat.answer import Result
from ..chat.entry import ActionCall, act
from ..chat.turns import OnStep
from ..completion.code.brackets import unmatched
from .session import Session


async def run_action(
    session: Session, call: ActionCall, report: OnStep, *, over_budget: bool = False
) -> Result:
    """What came of the action, with the tokens and the cost of its requests.

    Raises the endpoint's errors; SettingsError where no model is set up; OverBudget
    where today's budget is used up, unless `over_budget` lets the action exceed it.
    """
    source = session.chat_source(
        call.action.counted_as,
        call.selection.document.language,
        over_budget=over_budget,
    )
    result = await act(
        call,
        settings=session.settings.for_folder(call.folder).chat,
        refusal=session.privacy.refusal,
        converse=source.stream,
        report=report,
        unmatched=unmatched,
    )
    return replace(result, tokens=source.tally.tokens, cost=source.tally.cost)
