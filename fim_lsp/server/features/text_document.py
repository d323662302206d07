"""textDocument/didOpen, didChange, didClose, didSave; workspace folders."""

from __future__ import annotations

from lsprotocol import types as lsp

from ...settings import PROJECT_FILE, user_file
from ...text import path_of
from ..server import FimServer


def did_open(ls: FimServer, params: lsp.DidOpenTextDocumentParams) -> None:
    document = ls.documents.open(params.text_document)
    folder = ls.documents.folder(document.uri)
    ls.session.opened(document, folder)
    ls.session.warm_model(document, folder)


def did_change(ls: FimServer, params: lsp.DidChangeTextDocumentParams) -> None:
    if changed := ls.documents.change(params):
        before, after, edits = changed
        ls.session.changed(before, after, edits, ls.documents.folder(after.uri))


def did_close(ls: FimServer, params: lsp.DidCloseTextDocumentParams) -> None:
    uri = params.text_document.uri
    # The session knows a document by the URI it was opened with.
    document = ls.documents.find(uri)
    ls.documents.close(uri)
    ls.reported.forget(document.uri if document else uri)
    ls.session.closed(document.uri if document else uri)


def did_save(ls: FimServer, params: lsp.DidSaveTextDocumentParams) -> None:
    """Settings in a file that was just saved take effect, and are checked, at once."""
    path = path_of(params.text_document.uri)
    if path is not None and path.name in {PROJECT_FILE, user_file().name}:
        ls.reread_settings()


def did_change_folders(
    ls: FimServer, params: lsp.DidChangeWorkspaceFoldersParams
) -> None:
    ls.documents.change_folders(
        added=[folder.uri for folder in params.event.added],
        removed=[folder.uri for folder in params.event.removed],
    )
