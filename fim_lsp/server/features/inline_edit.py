"""textDocument/copilotInlineEdit, textDocument/didFocus and didShowInlineEdit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import convert
from ..convert import ACCEPTED
from ..server import FimServer


async def copilot_inline_edit(ls: FimServer, params: Any) -> dict[str, Any]:
    """The next edit, if it is for the version of the document that the client has."""
    ls.next_edit_view.asked()
    raw = convert.plain(params)
    uri, version = _identifier(raw)
    document = ls.documents.find(uri)
    if document is None or document.version != version:
        return {"edits": []}
    folder = ls.documents.folder(document.uri)
    if await ls.session.privacy.check(document.uri, folder):
        return {"edits": []}
    edit, _reason = await ls.session.next_edits.next(document, None, folder)
    document = ls.documents.find(uri)
    if edit is None or document is None or document.version != version:
        return {"edits": []}
    if edit.version != version:
        return {"edits": []}
    range_ = convert.range_json(ls.documents.range(document, edit.span))
    command = {"title": "Accept", "command": ACCEPTED, "arguments": [edit.id]}
    identifier = {"uri": uri, "version": version}
    item = {
        "text": edit.new_text,
        "textDocument": identifier,
        "range": range_,
        "command": command,
    }
    return {"edits": [item]}


def did_focus(ls: FimServer, params: Any) -> None:
    """Ignored: the next edit does not depend on the document with the focus."""
    del ls, params


def did_show_inline_edit(ls: FimServer, params: Any) -> None:
    """Ignored: an edit is counted as shown when it is proposed."""
    del ls, params


def _identifier(raw: Any) -> tuple[str, int | None]:
    document = raw.get("textDocument") if isinstance(raw, Mapping) else None
    if not isinstance(document, Mapping):
        return "", None
    uri, version = document.get("uri"), document.get("version")
    return (
        uri if isinstance(uri, str) else "",
        version if isinstance(version, int) else None,
    )
