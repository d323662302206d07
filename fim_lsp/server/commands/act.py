"""fim-lsp.act: one chat action, with progress, as one edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cattrs.errors import BaseValidationError
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from ...chat.act import Wish
from ...chat.act import act as carry_out
from ...chat.actions import Action, find_action, own_actions
from ...chat.answer import Result
from ...chat.edits import reanchor
from ...errors import InputError, OverBudget
from ...session import Session
from ...settings import ChatSettings
from .. import convert
from ..language_server import FimServer
from ..progress import Progress
from .call import Call, show

_MOVED = "The text was changed meanwhile; nothing was edited."
_GO_ON = "Run It All the Same"
_CANNOT = "This editor does not let a server edit."


async def act(call: Call) -> Any:
    """`[{"action", "uri", "range", "instruction"?}]`: what became of it, and why."""
    server, wish = call.server, _wish(call)
    uri = wish.selection.document.uri
    settings = server.session.settings_for(uri, wish.folder).chat
    action = find_action(wish.action, own_actions(settings.actions)[0])
    async with server.progresses.show(action.title, call.token) as progress:
        result = await progress.run(_answer_or_ask(server, wish, settings, progress))
        if result is None:
            return {"action": action.id, "outcome": "nothing", "reason": "cancelled"}
        result = await _apply_or_show(server, action, result)
    if result.outcome == "nothing" and result.reason:
        server.notices.message(lsp.MessageType.Warning, result.reason)
    return {
        "action": action.id,
        "outcome": result.outcome,
        "reason": result.reason,
        "markdown": result.markdown,
    }


def _wish(call: Call) -> Wish:
    """What is to be done with what; InputError where the call does not say."""
    documents = call.server.documents
    action, uri = call.option("action"), call.option("uri")
    if not isinstance(action, str) or not isinstance(uri, str):
        raise InputError("Say which action is to be run, on which document and range.")
    document = documents.get(uri)
    range_, diagnostics = _structured(call)
    instruction = call.option("instruction")
    return Wish(
        action,
        convert.selection(documents, document, range_, diagnostics),
        folder=documents.folder(document.uri),
        instruction=instruction if isinstance(instruction, str) else None,
        open_documents=documents.open_ones,
    )


def _structured(call: Call) -> tuple[lsp.Range, list[lsp.Diagnostic]]:
    converter = call.server.protocol._converter  # noqa: SLF001  pygls shows no other
    raw = call.option("diagnostics")
    try:
        range_ = converter.structure(call.option("range"), lsp.Range)
        diagnostics = [
            converter.structure(each, lsp.Diagnostic)
            for each in (raw if isinstance(raw, list) else [])
        ]
    except (BaseValidationError, TypeError, KeyError, ValueError) as error:
        raise InputError("The range of the action has the wrong shape.") from error
    return range_, diagnostics


async def _answer_or_ask(
    server: FimServer, wish: Wish, settings: ChatSettings, progress: Progress
) -> Result:
    """The answer; where today's budget is used up, the user is asked if one may."""
    try:
        return await _answer(server.session, wish, settings, progress)
    except OverBudget as error:
        if not await _goes_on(server, error.sentence):
            raise
    return await _answer(server.session, wish, settings, progress, over_budget=True)


async def _goes_on(server: FimServer, sentence: str) -> bool:
    if not server.client.asks_questions:
        return False
    go_on = lsp.MessageActionItem(_GO_ON)
    params = lsp.ShowMessageRequestParams(
        lsp.MessageType.Warning, f"fim-lsp: {sentence}", [go_on]
    )
    try:
        answer = await server.protocol.ask(lsp.WINDOW_SHOW_MESSAGE_REQUEST, params)
    except (JsonRpcException, TimeoutError):
        return False
    return isinstance(answer, Mapping) and answer.get("title") == _GO_ON


async def _answer(
    session: Session,
    wish: Wish,
    settings: ChatSettings,
    progress: Progress,
    *,
    over_budget: bool = False,
) -> Result:
    source = session.chat_source(
        wish.action, wish.selection.document.language, over_budget=over_budget
    )
    return await carry_out(
        wish,
        settings=settings,
        refusal=session.refusal,
        converse=source.stream,
        report=lambda now: progress.report(
            f"{now.message} · {now.tokens} tokens" if now.tokens else now.message
        ),
    )


async def _apply_or_show(server: FimServer, action: Action, result: Result) -> Result:
    """Show or apply the result; what came to nothing, with its reason."""
    if result.markdown is not None:
        await show(server, action.title, result.markdown)
        return result
    if result.outcome != "edited":
        return result
    nothing = replace(result, outcome="nothing", edits=(), new_file=None)
    if not server.client.applies_edits:
        return replace(nothing, reason=_CANNOT)
    now = server.documents.get(result.document.uri)
    edits = reanchor(result.edits, result.document, now)
    if edits is None:
        return replace(nothing, reason=_MOVED)
    anchored = replace(result, document=now, edits=edits)
    refusal = await _apply(server, action, anchored)
    return replace(nothing, reason=refusal) if refusal else anchored


async def _apply(server: FimServer, action: Action, result: Result) -> str | None:
    """None where the client has applied the edit, else why not."""
    edit = convert.workspace_edit(server.client, server.documents, result)
    params = lsp.ApplyWorkspaceEditParams(edit, label=f"fim-lsp: {action.title}")
    try:
        answer = await server.protocol.ask(lsp.WORKSPACE_APPLY_EDIT, params)
    except (JsonRpcException, TimeoutError):
        answer = None
    if isinstance(answer, Mapping) and answer.get("applied"):
        return None
    why = answer.get("failureReason") if isinstance(answer, Mapping) else None
    said = f": {why}" if isinstance(why, str) and why else ""
    return f"The editor did not apply the edit{said}."
