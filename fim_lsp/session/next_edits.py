"""Next edits: which models are asked for them, and how they are counted."""

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

# The name, in the settings, of the source that asks the model of chat actions.
CHAT = "chat"
# The most characters of an answer for each token that it may have; some servers go on
# without end.
MOST_CHARACTERS = 12
# By edit dialect: the model that is asked, unless the user has set one.
EDIT_MODELS = {"mercury": "mercury-edit-2"}


@dataclass(frozen=True, slots=True)
class PaidEditor:
    """A provider's model that is asked for next edits.

    name: the provider's name.
    dialect: the format of its prompts; "chat" for a chat model.
    tally: adds up the tokens and the cost of the requests for one decision.
    """

    name: str
    dialect: str
    model: str
    settings: Settings
    gateway: Gateway
    tally: Tally

    async def ask(self, prompt: EditPrompt, language: str) -> EditAnswer:
        """The whole answer, or an answer that has only a reason."""
        refusal = self._refusal()
        if refusal is not None:
            return EditAnswer(reason=refusal.reason)
        text, finish = "", None
        try:
            async with aclosing(self._stream(prompt, language)) as deltas:
                async for delta in deltas:
                    text += delta.text
                    finish = delta.finish_reason or finish
                    if len(text) > prompt.max_tokens * MOST_CHARACTERS:
                        return EditAnswer(text, "length")
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
        return self.gateway.stream_chat(bill, edit, self.tally)


def setup_of(
    settings: Settings, gateway: Gateway, folder: Path | None, chat: str, tally: Tally
) -> NextSetup:
    """Who proposes next edits for documents of a workspace folder.

    chat: the provider of chat actions; empty if no provider is set up.
    tally: adds up the tokens and the cost of the requests for one decision.
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
    """The model of the source `name` in the settings; None if it has no model."""
    if name == CHAT:
        model = settings.chat.model
        editor = PaidEditor(chat, CHAT, model, settings, gateway, tally)
        return editor if chat else None
    provider_settings = settings.providers.get(name)
    dialect = provider_settings.edit_dialect if provider_settings else None
    if provider_settings is None or dialect is None:
        return None
    model = provider_settings.model or EDIT_MODELS.get(dialect, "auto")
    return PaidEditor(name, dialect, model, settings, gateway, tally)


def _path_in(folder: Path | None) -> Callable[[str], str]:
    """A function that gives the path by which models are told of a document.

    It is the document's path in the folder; outside the folder it is only its name, so
    that nothing is said about the user's machine.
    """

    def path_in_folder(uri: str) -> str:
        path = path_of(uri)
        if path is None:
            return unquote(uri.rpartition("/")[2])
        if folder is not None and path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
        return path.name

    return path_in_folder


def as_decision(decision: NextDecision, now: float, tally: Tally) -> Decision:
    """A decision about the next edit in the form in which the journal keeps it.

    now: seconds since the epoch.
    The id is that of the edit; it is empty if there is none, as the journal then gives
    an id.
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
    """The kind under which the ledger counts a decision."""
    return NEXT_EDIT if decision.outcome is Outcome.NEXT_EDIT else COMPLETION
