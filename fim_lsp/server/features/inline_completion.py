"""textDocument/inlineCompletion: ghost text."""

from __future__ import annotations

from lsprotocol import types as lsp

from ...completion.decision import Suggestion
from ...completion.request import Ask
from .. import convert
from ..next_edit_view import at_cursor, is_at_cursor
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
    items = convert.inline_list(documents, document, offer.suggestions)
    edit = ls.session.next_edits.pending.edit
    if edit and not offer.suggestions and is_at_cursor(document, edit, ask.place):
        ls.next_edit_view.hide()
        span, text = at_cursor(document, edit, ask.place)
        suggestion = Suggestion(text, span, edit.id)
        items = convert.inline_list(documents, document, (suggestion,))
    else:
        ls.next_edit_view.show_again(edit)
    return items
