"""textDocument/inlineCompletion, and what some clients tell about its items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsprotocol import types as lsp

from ...completion.request import Ask
from .. import convert
from ..language_server import FimServer

DID_SHOW = "textDocument/didShowCompletion"
DID_PARTIALLY_ACCEPT = "textDocument/didPartiallyAcceptCompletion"


async def inline_completion(
    ls: FimServer, params: lsp.InlineCompletionParams
) -> lsp.InlineCompletionList:
    documents = ls.documents
    document = documents.get(params.text_document.uri)
    ask = Ask(
        document=document,
        place=documents.place(document, params.position),
        trigger=convert.trigger(params.context),
        folder=documents.folder(document.uri),
        selected=convert.selected(documents, document, params.context),
    )
    offer = await ls.session.suggest(ask)
    return convert.inline_list(documents, document, offer.suggestions)


def did_show(ls: FimServer, params: Any) -> None:
    """How much of an item was accepted is read off the text; this is only a sight."""
    if (id_ := _suggestion_id(params)) is not None:
        ls.session.shown(id_)


def _suggestion_id(params: Any) -> str | None:
    """The first argument of the command that the item carries."""
    value = params
    for key in ("item", "command", "arguments"):
        value = value.get(key) if isinstance(value, Mapping) else None
    first = value[0] if isinstance(value, list) and value else None
    return first if isinstance(first, str) else None
