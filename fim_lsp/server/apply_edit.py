"""Has the editor apply the result of a chat action, as one edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True)
class Presence:
    """Where a document was when an action began: open, on the disk, or both."""

    is_open: bool
    is_file: bool


def presence(server: FimServer, uri: str) -> Presence:
    """Where the document with a URI is now."""
    path = path_of(uri)
    is_file = path is not None and path.is_file()
    return Presence(server.documents.find(uri) is not None, is_file)


async def apply(server: FimServer, title: str, result: Result, was: Presence) -> Result:
    """The result as it was applied, or a result that says why it was not.

    Results are applied one at a time, each to the text that the one before has left.

    was: where the document was when the action began.  If it is closed now, or its
        file is gone, the user has closed or renamed it, and an edit would bring it
        back.
    """
    async with server.applying:
        uri = result.document.uri
        now, presence_now = server.documents.get(uri), presence(server, uri)
        if was.is_file and not presence_now.is_file:
            return _nothing(result, _gone(uri))
        if was.is_open and not presence_now.is_open and presence_now.is_file:
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
    return _gone(now.uri)


def _gone(uri: str) -> str:
    path = path_of(uri)
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
