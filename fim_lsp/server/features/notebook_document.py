"""notebookDocument/didOpen, didChange, didSave, didClose: cells are documents."""

from __future__ import annotations

import logging

from lsprotocol import types as lsp

from ..server import FimServer
from .text_document import changed, closed, opened, surroundings_changed

log = logging.getLogger(__name__)


def did_open(ls: FimServer, params: lsp.DidOpenNotebookDocumentParams) -> None:
    """A notebook was opened; one that is open already is closed first."""
    notebook = params.notebook_document
    _close(ls, notebook.uri)
    ls.documents.notebooks.open(notebook.uri, notebook.cells)
    opened(ls, params.cell_text_documents)
    surroundings_changed(ls)


def did_change(ls: FimServer, params: lsp.DidChangeNotebookDocumentParams) -> None:
    uri, cells = params.notebook_document.uri, params.change.cells
    notebooks = ls.documents.notebooks
    if not notebooks.is_open(uri):
        log.warning("A change of a notebook that is not open was ignored.")
        return
    if cells is None:
        return
    if structure := cells.structure:
        notebooks.rearrange(uri, structure.array)
        for identifier in structure.did_close or ():
            closed(ls, identifier.uri)
        opened(ls, structure.did_open or ())
    notebooks.set_kinds(uri, cells.data or ())
    for content in cells.text_content or ():
        changed(ls, lsp.DidChangeTextDocumentParams(content.document, content.changes))
    surroundings_changed(ls)


def did_save(ls: FimServer, params: lsp.DidSaveNotebookDocumentParams) -> None:
    """Nothing depends on what a notebook is on disk."""
    del ls, params


def did_close(ls: FimServer, params: lsp.DidCloseNotebookDocumentParams) -> None:
    """A notebook was closed, and with it all its cells, whether named or not."""
    _close(ls, params.notebook_document.uri)
    for identifier in params.cell_text_documents:
        closed(ls, identifier.uri)
    surroundings_changed(ls)


def _close(ls: FimServer, uri: str) -> None:
    for key in ls.documents.notebooks.close(uri):
        closed(ls, key)
