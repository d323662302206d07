"""fim-lsp.nextEdit, applyNextEdit, dismissNextEdit."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from lsprotocol import types as lsp

from ...text import Place
from ..apply_edit import apply_edits
from ..client import NoAnswer
from ..next_edit_view import edit_json
from .call import Command


async def next_edit(call: Command) -> Any:
    """`[{"uri", "position"?, "show"?}]`: finds the next edit and shows its place."""
    server, session = call.server, call.server.session
    uri = call.text("uri") or session.next_edits.last_edited
    documents = server.documents
    document = documents.find(uri) if uri else None
    if document is None:
        return {"edit": None, "reason": "nothing-settled"}
    folder = documents.folder(document.uri)
    place = _place(call, document.uri)
    refusal = await session.privacy.check(document.uri, folder)
    if refusal:
        return {"edit": None, "reason": refusal}
    edit, reason = await session.next_edits.next(document, place, folder)
    if edit is None:
        return {"edit": None, "reason": reason}
    data = edit_json(documents, edit)
    if call.option("show") is not False and server.client.capabilities.shows_documents:
        params = lsp.ShowDocumentParams(
            uri=edit.uri,
            take_focus=True,
            selection=documents.range(documents.get(edit.uri), edit.span),
        )
        with suppress(NoAnswer):
            await server.client.ask(lsp.WINDOW_SHOW_DOCUMENT, params)
    return {"edit": data, "reason": None}


async def apply_next_edit(call: Command) -> Any:
    """`[{"id", "all"?}]`: applies the pending edit, or all edits of its pattern."""
    server, next_edits = call.server, call.server.session.next_edits
    pending = next_edits.pending.edit
    id_ = _id(call) or (pending.id if pending else "")
    edits = next_edits.edits_of(id_, all_=call.option("all") is True)
    if edits is None or pending is None:
        return {"applied": False, "reason": "stale-id"}
    if not server.client.capabilities.applies_edits:
        return {"applied": False, "reason": "no-edits-applied"}
    document = server.documents.get(pending.uri)
    async with server.applying:
        if server.documents.get(pending.uri).version != document.version:
            return {"applied": False, "reason": "contradicted"}
        refusal = await apply_edits(server, "next edit", document, edits)
    if refusal:
        return {"applied": False, "reason": "no-edits-applied", "message": refusal}
    server.session.accepted(id_)
    return {"applied": True, "reason": None, "count": len(edits)}


async def dismiss_next_edit(call: Command) -> Any:
    """`[{"id"}]`: drops the pending edit; such edits are not proposed again."""
    return {"dismissed": call.server.session.next_edits.dismiss(_id(call))}


def _id(call: Command) -> str | None:
    """The argument `id`; None if it is missing, and an unknown id if it is no text."""
    given = call.option("id")
    return call.text("id") if given is None or isinstance(given, str) else "no text"


def _place(call: Command, uri: str) -> Place | None:
    """The place of the argument `position`; None if it is missing or wrong."""
    given = call.option("position")
    documents = call.server.documents
    if not isinstance(given, dict):
        return None
    line, character = given.get("line"), given.get("character")
    if not isinstance(line, int) or not isinstance(character, int):
        return None
    position = lsp.Position(max(line, 0), max(character, 0))
    return documents.place(documents.get(uri), position)
