"""Chat actions, run in the same way for the server and the command line."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace

from ..api.presets import resolve
from ..api.requests import ChatRequest, Delta
from ..chat.answer import Result
from ..chat.entry import ActionCall, act
from ..chat.turns import OnStep
from ..completion.code.brackets import unmatched
from ..errors import OverBudget, SettingsError
from ..money.bill import Bill, Tally
from .gateway import Gateway
from .session import Session


@dataclass(frozen=True, slots=True)
class ChatSource:
    """The model that answers a chat action; `tally` holds what the action has used."""

    bill: Bill
    gateway: Gateway
    tally: Tally = field(default_factory=Tally, kw_only=True)

    @property
    def provider(self) -> str:
        return self.bill.provider.name

    def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """The answer in pieces; reading it raises FimError."""
        return self.gateway.stream_chat(self.bill, request, self.tally)


def chat_source(
    session: Session,
    kind: str = "chat",
    language: str = "",
    *,
    over_budget: bool = False,
) -> ChatSource:
    """The model for chat actions; `kind` is the name under which requests are counted.

    Raises SettingsError where no model is set up, and OverBudget where today's budget
    is used up, unless `over_budget` lets the action exceed it.
    """
    settings = session.settings.current
    name = session.chat_provider(settings)
    if name is None:
        raise SettingsError(
            "Chat actions need a model, and none is set up; run `fim-lsp login`."
        )
    bill = Bill(
        settings.budget,
        resolve(name, settings),
        settings.chat.model,
        kind,
        language,
        spare=over_budget,
    )
    refusal = session.money.refusal(bill.budget, bill.provider)
    if refusal and not over_budget:
        raise OverBudget(refusal.sentence)
    return ChatSource(bill, session.gateway)


async def run_action(
    session: Session, call: ActionCall, report: OnStep, *, over_budget: bool = False
) -> Result:
    """Run the action; the result holds the tokens and the cost of its requests.

    Raises the endpoint's errors; SettingsError where no model is set up; OverBudget
    where today's budget is used up, unless `over_budget` lets the action exceed it.
    """
    source = chat_source(
        session,
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
