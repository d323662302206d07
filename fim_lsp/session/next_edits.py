"""Next edits: who is asked for them, and how they are recorded and counted."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast
from urllib.parse import unquote

from ..api.presets import resolve
from ..api.requests import ChatRequest, Delta, EditRequest, Message
from ..completion.decision import Decision, Outcome, Timings, Trigger
from ..errors import FimError
from ..money.bill import Bill, Tally
from ..money.counts import COMPLETION, NEXT_EDIT
from ..next.models import EditAnswer, EditPrompt, ModelSource
from ..next.next_edit import REPEAT, NextDecision, NextEdit
from ..next.sources import NextSetup, NextSource
from ..reasons import Refusal
from ..settings import Settings
from ..text import path_of
from .gateway import Gateway

__all__ = ["REPEAT", "NextEdit", "as_decision", "kind_of", "setup_of"]

# The name of the source that is the chat model.
CHAT = "chat"
# The models that providers with an edit dialect are asked for, unless one is set.
EDIT_MODELS = {"mercury": "mercury-edit-2"}


@dataclass(frozen=True, slots=True)
class PaidEditor:
    """A provider's model that is asked for next edits.

    dialect: how it is asked; "chat" for a chat model.
    tally: what the requests of one decision use.
    """

    name: str
    dialect: str
    model: str
    settings: Settings
    gateway: Gateway
    tally: Tally

    async def ask(self, prompt: EditPrompt, language: str) -> EditAnswer:
        """The whole answer, or the reason why there is none."""
        refusal = self._refusal()
        if refusal is not None:
            return EditAnswer(reason=refusal.reason)
        text, finish = "", None
        try:
            async with aclosing(self._stream(prompt, language)) as deltas:
                async for delta in deltas:
                    text += delta.text
                    finish = delta.finish_reason or finish
        except FimError:
            return EditAnswer(reason="failed")
        return EditAnswer(text, finish)

    def _refusal(self) -> Refusal | None:
        budget = self.settings.budget
        return self.gateway.refusal(self.name, budget, invoked=False)

    def _stream(self, prompt: EditPrompt, language: str) -> AsyncGenerator[Delta, None]:
        provider = resolve(self.name, self.settings)
        bill = Bill(self.settings.budget, provider, self.model, NEXT_EDIT, language)
        if self.dialect == CHAT:
            messages = (Message("system", prompt.system), Message("user", prompt.text))
            request = ChatRequest(
                messages, max_tokens=prompt.max_tokens, temperature=0.0
            )
            return self.gateway.stream_chat(bill, request, self.tally)
        dialect = cast("Literal['mercury', 'zeta2', 'sweep']", self.dialect)
        edit = EditRequest(dialect, prompt.text, prompt.max_tokens, prompt.stop)
        return self.gateway.stream_edit(bill, edit, self.tally)


def setup_of(
    settings: Settings, gateway: Gateway, folder: Path | None, chat: str, tally: Tally
) -> NextSetup:
    """Who proposes next edits for documents of a workspace folder.

    chat: the provider of chat actions; empty where there is none.
    tally: counts what one decision uses.
    """
    if not (settings.next_edit.enabled and settings.completion.enabled):
        return NextSetup(repeats=False)
    sources: list[NextSource] = []
    for name in settings.next_edit.sources:
        editor = _editor(name, settings, gateway, chat, tally)
        if editor is not None:
            path_of_uri = _path_in(folder)
            sources.append(ModelSource(name, editor.dialect, editor, path_of_uri))
    return NextSetup(REPEAT in settings.next_edit.sources, tuple(sources))


def _editor(
    name: str, settings: Settings, gateway: Gateway, chat: str, tally: Tally
) -> PaidEditor | None:
    """The model called `name` in the settings; None where that asks no model."""
    if name == CHAT:
        model = settings.chat.model
        found = PaidEditor(chat, CHAT, model, settings, gateway, tally)
        return found if chat else None
    provider_settings = settings.providers.get(name)
    dialect = provider_settings.edit_dialect if provider_settings else None
    if provider_settings is None or dialect is None:
        return None
    model = provider_settings.model or EDIT_MODELS.get(dialect, "auto")
    return PaidEditor(name, dialect, model, settings, gateway, tally)


def _path_in(folder: Path | None) -> Callable[[str], str]:
    """How models hear of a document: by its path in the folder, or by its name."""

    def path(uri: str) -> str:
        found = path_of(uri)
        if found is None:
            return unquote(uri.rpartition("/")[2])
        if folder is not None and found.is_relative_to(folder):
            return found.relative_to(folder).as_posix()
        return found.name

    return path


def as_decision(decision: NextDecision, now: float, tally: Tally) -> Decision:
    """A decision about the next edit as `why` shows it; `now` in epoch seconds.

    The id of an offer is the edit's own; a silence gets its id from the journal.
    """
    edit = decision.edit
    return Decision(
        id=edit.id if edit else "",
        time=now,
        uri=decision.document.uri,
        language=decision.document.language,
        place=decision.place,
        trigger=Trigger.INVOKED if decision.invoked else Trigger.AUTOMATIC,
        outcome=Outcome.NEXT_EDIT if edit else Outcome.SILENT,
        reason=decision.reason,
        source=decision.source,
        timings=Timings(total=decision.milliseconds),
        tokens=tally.tokens,
        cost=tally.cost,
        shown=(edit.new_text or edit.old_text) if edit else "",
        reply=edit.id if edit else None,
    )


def kind_of(decision: Decision) -> str:
    """What a decision is counted as."""
    return NEXT_EDIT if decision.outcome is Outcome.NEXT_EDIT else COMPLETION
