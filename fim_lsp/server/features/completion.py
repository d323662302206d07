"""textDocument/completion: the menu, for clients without inline completion."""

from __future__ import annotations

from lsprotocol import types as lsp

from ...completion.decision import Trigger
from ...completion.request import AnswerBy, Ask
from .. import convert
from ..server import FimServer

OPTIONS = lsp.CompletionOptions(trigger_characters=tuple(".:=,([{"))


async def completion(ls: FimServer, params: lsp.CompletionParams) -> lsp.CompletionList:
    documents, client = ls.documents, ls.client.capabilities
    document = documents.get(params.text_document.uri)
    place = documents.place(document, params.position)
    folder = documents.folder(document.uri)
    popup = ls.session.settings.for_folder(folder).completion.popup
    if popup == "never" or (popup == "auto" and not client.needs_menu):
        return lsp.CompletionList(is_incomplete=False, items=[])
    # Clients send the trigger "invoked" for ordinary typing, too.
    ask = Ask(
        document=document,
        place=place,
        trigger=Trigger.AUTOMATIC,
        folder=folder,
        manner=AnswerBy.MENU_WAIT if client.merges_late_items else AnswerBy.MENU_NOW,
    )
    offer = await ls.session.suggest(ask)
    return convert.menu_list(
        documents,
        document,
        place,
        offer.suggestions,
        reads_markdown=client.reads_markdown,
    )
