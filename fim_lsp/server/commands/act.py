"""fim-lsp.act: one chat action, with progress, as one edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cattrs.errors import BaseValidationError
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from ...chat.actions import Action, find_action, own_actions
from ...chat.answer import Result
from ...chat.edits import reanchor
from ...chat.run import run
from ...chat.selection import Selection
from ...completion.decision import REASONS
from ...errors import InputError
from .. import convert
from ..language_server import FimServer
from ..progress import Progress
from .call import Call, show

_MOVED = "The text was changed meanwhile; nothing was edited."
_CANNOT = "This editor does not let a server edit."


async def act(call: Call) -> Any:
    """`[{"action", "uri", "range", "instruction"?}]`: what became of it, and why."""
    server = call.server
    action, selection = _wanted(call)
    async with server.progresses.show(action.title, call.token) as progress:
        result = await progress.run(_answer(call, action, selection, progress))
        if result is None:
            return {"action": action.id, "outcome": "nothing", "reason": "cancelled"}
        result = await _carry_out(server, action, result)
    if result.outcome == "nothing" and result.reason:
        server.notices.message(lsp.MessageType.Warning, result.reason)
    return {
        "action": action.id,
        "outcome": result.outcome,
        "reason": result.reason,
        "markdown": result.markdown,
    }


def _wanted(call: Call) -> tuple[Action, Selection]:
    """The action and what it is to work on; InputError where the call does not say."""
    documents, session = call.server.documents, call.server.session
    id_, uri = call.option("action"), call.option("uri")
    if not isinstance(id_, str) or not isinstance(uri, str):
        raise InputError("Say which action is to be run, on which document and range.")
    document = documents.get(uri)
    settings = session.settings_for(document.uri, documents.folder(document.uri))
    action = find_action(id_, own_actions(settings.chat.actions)[0])
    range_, diagnostics = _structured(call)
    return action, convert.selection(documents, document, range_, diagnostics)


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


async def _answer(
    call: Call, action: Action, selection: Selection, progress: Progress
) -> Result:
    server, uri = call.server, selection.document.uri
    folder = server.documents.folder(uri)
    session = server.session
    if (reason := session.refusal(uri, folder)) is not None:
        raise InputError(f"Nothing was sent: {REASONS.get(reason, reason)}.")
    source = session.chat_source()
    instruction = call.option("instruction")
    return await run(
        action,
        selection,
        converse=source.stream,
        settings=session.settings_for(uri, folder).chat,
        report=lambda now: progress.report(
            f"{now.message} · {now.tokens} tokens" if now.tokens else now.message
        ),
        instruction=instruction if isinstance(instruction, str) else None,
        open_documents=[
            each
            for each in server.documents.open_ones
            if server.documents.folder(each.uri) == folder
            and session.refusal(each.uri, folder) is None
        ],
    )


async def _carry_out(server: FimServer, action: Action, result: Result) -> Result:
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
