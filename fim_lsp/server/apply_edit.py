"""Has the editor apply the result of a chat action, as one edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lsprotocol import types as lsp

from ..chat.actions import Action, Apply
from ..chat.answer import Result
from ..chat.edits import reanchor
from ..text import Document, Edit, one_line, path_of
from . import convert
from .client import NoAnswer
from .server import FimServer

# The most seconds that the editor may take, as it may ask the user to confirm.
_SECONDS = 300.0


def cannot(server: FimServer, action: Action) -> str | None:
    """Why this client cannot apply the result of an action; None if it can."""
    if action.apply is Apply.SHOW:
        return None
    if not server.client.capabilities.applies_edits:
        return "This editor does not let a server edit."
    if action.apply is Apply.NEW_FILE and not server.client.capabilities.creates_files:
        return "This editor does not let a server create files."
    return None


async def apply(
    server: FimServer, title: str, result: Result, *, was_open: bool
) -> Result:
    """The result as it was applied, or a result that says why it was not.

    Results are applied one at a time, each to the text that the one before has left.

    was_open: whether the document was open when the action began.  If it is closed now,
        the user has closed or renamed it, and an edit would open it again.
    """
    async with server.applying:
        uri = result.document.uri
        now = server.documents.get(uri)
        is_gone = was_open and server.documents.find(uri) is None
        if is_gone and server.documents.exists(uri):
            return _nothing(result, _closed(uri))
        edits = reanchor(result.edits, result.document, now)
        if edits is None:
            return _nothing(result, _changed(server, now))
        anchored = replace(result, document=now, edits=edits)
        refusal = await _ask(server, title, anchored)
    return _nothing(result, refusal) if refusal else anchored


def _nothing(result: Result, reason: str) -> Result:
    return replace(result, outcome="nothing", reason=reason, edits=(), new_file=None)


def _closed(uri: str) -> str:
    path = path_of(uri)
    name = path.name if path else "The document"
    return f"{name} was closed or renamed meanwhile; nothing was edited."


def _changed(server: FimServer, now: Document) -> str:
    if server.documents.exists(now.uri):
        return "The text was changed meanwhile; nothing was edited."
    path = path_of(now.uri)
    name = path.name if path else "The document"
    return f"{name} is not there any more; nothing was edited."


async def _ask(server: FimServer, title: str, result: Result) -> str | None:
    """Why the client has not applied the edit; None if it has."""
    edit = convert.workspace_edit(server.client.capabilities, server.documents, result)
    return await _ask_to_apply(server, title, edit)


async def apply_edits(
    server: FimServer, title: str, document: Document, edits: Sequence[Edit]
) -> str | None:
    """Have the client apply edits of an open document in one step.

    Returns a sentence that says why they were not applied; None if they were.
    """
    edit = convert.text_edits(
        server.client.capabilities, server.documents, document, edits
    )
    return await _ask_to_apply(server, title, edit)


async def _ask_to_apply(
    server: FimServer, title: str, edit: lsp.WorkspaceEdit
) -> str | None:
    params = lsp.ApplyWorkspaceEditParams(edit, label=f"fim-lsp: {title}")
    try:
        answer = await server.client.ask(
            lsp.WORKSPACE_APPLY_EDIT, params, seconds=_SECONDS
        )
    except NoAnswer:
        answer = None
    if isinstance(answer, Mapping) and answer.get("applied"):
        return None
    why = answer.get("failureReason") if isinstance(answer, Mapping) else None
    detail = f": {one_line(why)}" if isinstance(why, str) and why else ""
    return f"The editor did not apply the edit{detail}."
