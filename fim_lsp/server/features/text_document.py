"""textDocument/didOpen, didChange, didClose, didSave; workspace folders."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types as lsp

from ...settings import PROJECT_FILE, user_file
from ...text import path_of
from ..server import FimServer


def did_open(ls: FimServer, params: lsp.DidOpenTextDocumentParams) -> None:
    opened(ls, (params.text_document,))
    surroundings_changed(ls)


def did_change(ls: FimServer, params: lsp.DidChangeTextDocumentParams) -> None:
    changed(ls, params)
    surroundings_changed(ls)


def did_close(ls: FimServer, params: lsp.DidCloseTextDocumentParams) -> None:
    closed(ls, params.text_document.uri)
    surroundings_changed(ls)


def did_save(ls: FimServer, params: lsp.DidSaveTextDocumentParams) -> None:
    """Read the settings again if a settings file was saved."""
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


# What the cells of notebooks have in common with other documents.


def opened(ls: FimServer, items: Iterable[lsp.TextDocumentItem]) -> None:
    """Documents were opened together; all are there before the first is reported."""
    items = tuple(items)
    for item in items:
        ls.documents.open(item)
    for item in items:
        document = ls.documents.get(item.uri)
        folder = ls.documents.folder(document.uri)
        ls.session.opened(document, folder)
        ls.session.warm_model(document, folder)


def changed(ls: FimServer, params: lsp.DidChangeTextDocumentParams) -> None:
    if change := ls.documents.change(params):
        before, after, edits = change
        ls.session.changed(before, after, edits, ls.documents.folder(after.uri))


def closed(ls: FimServer, uri: str) -> None:
    # The session knows a document by the URI it was opened with.
    document = ls.documents.find(uri)
    ls.documents.close(uri)
    ls.reported.forget(document.uri if document else uri)
    ls.session.closed(document.uri if document else uri)


def surroundings_changed(ls: FimServer) -> None:
    """Report the cells around which another cell was changed, added or removed."""
    for uri in ls.documents.notebooks.take_outdated():
        ls.session.engine.surroundings_changed(uri, ls.documents.find)
