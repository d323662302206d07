"""textDocument/inlineCompletion: ghost text."""

from __future__ import annotations

from lsprotocol import types as lsp

from ...completion.request import Ask
from .. import convert
from ..server import FimServer


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
