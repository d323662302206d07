"""fim-lsp.act: one chat action, with progress, as one edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from cattrs.errors import BaseValidationError
from lsprotocol import types as lsp

from ...chat.actions import find_action, own_actions
from ...chat.answer import Result
from ...chat.entry import ActionCall
from ...chat.entry import act as carry_out
from ...chat.selection import Diagnostic, Selection
from ...errors import InputError, OverBudget
from ...session.session import Session
from ...settings import ChatSettings
from ...text import Document, Span
from .. import convert
from ..apply_edit import apply, cannot
from ..client import NoAnswer
from ..progress import Progress
from ..server import FimServer
from .call import Command, show

T = TypeVar("T")

_GO_ON = "Run It All the Same"


async def act(call: Command) -> Any:
    """`[{"action", "uri", "range", "instruction"?}]`: what became of it, and why."""
    server, wish = call.server, _wish(call)
    settings = server.session.settings.for_folder(wish.folder).chat
    action = find_action(wish.action, own_actions(settings.actions)[0])
    if reason := cannot(server, action):
        raise InputError(reason)
    async with server.progresses.show(action.title, call.token) as progress:
        result = await progress.run(_answer_or_ask(server, wish, settings, progress))
        if result is None:
            return {"action": action.id, "outcome": "nothing", "reason": "cancelled"}
        if result.outcome == "edited":
            result = await apply(server, action.title, result)
        elif result.markdown is not None:
            await show(server, action.title, result.markdown)
    if result.reason:
        server.notices.message(lsp.MessageType.Warning, result.reason)
    return {
        "action": action.id,
        "outcome": result.outcome,
        "reason": result.reason,
        "markdown": result.markdown,
    }


def _wish(call: Command) -> ActionCall:
    """What is to be done with what; InputError where the call does not say."""
    documents = call.server.documents
    action, uri = call.option("action"), call.option("uri")
    if not isinstance(action, str) or not isinstance(uri, str):
        raise InputError("Say which action is to be run, on which document and range.")
    if not documents.exists(uri):
        raise InputError("The document is not open, and there is no such file.")
    document = documents.get(uri)
    instruction = call.option("instruction")
    return ActionCall(
        action,
        Selection(document, _span(call, document), _diagnostics(call, document)),
        folder=documents.folder(document.uri),
        instruction=instruction if isinstance(instruction, str) else None,
        open_documents=documents.open_ones,
        diagnostics=call.server.reported.by_uri,
    )


def _span(call: Command, document: Document) -> Span:
    range_ = _structured(call, call.option("range"), lsp.Range)
    return call.server.documents.span(document, range_)


def _diagnostics(call: Command, document: Document) -> tuple[Diagnostic, ...]:
    """Those that came with the command, else what was last reported here."""
    documents, raw = call.server.documents, call.option("diagnostics")
    if not isinstance(raw, list):
        return call.server.reported.of(document)
    each = (_structured(call, one, lsp.Diagnostic) for one in raw)
    return tuple(convert.diagnostic(documents, document, one) for one in each)


def _structured(call: Command, raw: Any, kind: type[T]) -> T:
    converter = call.server.protocol._converter  # noqa: SLF001  pygls shows no other
    try:
        return converter.structure(raw, kind)
    except (BaseValidationError, TypeError, KeyError, ValueError) as error:
        raise InputError("The range of the action has the wrong shape.") from error


async def _answer_or_ask(
    server: FimServer, wish: ActionCall, settings: ChatSettings, progress: Progress
) -> Result:
    """The answer; where today's budget is used up, the user is asked if one may."""
    try:
        return await _answer(server.session, wish, settings, progress)
    except OverBudget as error:
        if not await _goes_on(server, error.sentence):
            raise
    return await _answer(server.session, wish, settings, progress, over_budget=True)


async def _goes_on(server: FimServer, sentence: str) -> bool:
    if not server.client.capabilities.asks_questions:
        return False
    go_on = lsp.MessageActionItem(_GO_ON)
    params = lsp.ShowMessageRequestParams(
        lsp.MessageType.Warning, f"fim-lsp: {sentence}", [go_on]
    )
    try:
        answer = await server.client.ask(lsp.WINDOW_SHOW_MESSAGE_REQUEST, params)
    except NoAnswer:
        return False
    return isinstance(answer, Mapping) and answer.get("title") == _GO_ON


async def _answer(
    session: Session,
    wish: ActionCall,
    settings: ChatSettings,
    progress: Progress,
    *,
    over_budget: bool = False,
) -> Result:
    action = find_action(wish.action, own_actions(settings.actions)[0])
    source = session.chat_source(
        action.counted_as, wish.selection.document.language, over_budget=over_budget
    )
    return await carry_out(
        wish,
        settings=settings,
        refusal=session.privacy.refusal,
        converse=source.stream,
        report=lambda now: progress.report(
            f"{now.message} · {now.tokens} tokens" if now.tokens else now.message
        ),
    )
