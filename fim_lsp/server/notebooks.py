"""The open notebooks: which cells stand in each of them, in which order.

The texts of cells are open documents like any other.  A cell of whose text nothing is
known (it was not opened, or was closed) counts as empty.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from lsprotocol import types as lsp

from ..completion.cells import CellText, cell_among
from ..text import Cell, Document

log = logging.getLogger(__name__)

# All cells of all notebooks.
SYNC = lsp.NotebookDocumentSyncOptions(
    notebook_selector=[lsp.NotebookDocumentFilterWithNotebook(notebook="*")]
)


@dataclass(slots=True)
class _Notebook:
    """One open notebook.

    cells: the cells in order, by the keys of their documents; a client that moves a
        cell in two steps may name a cell twice for a while, and its first place counts.
    fresh: the cells that were given what stands around them, and for which that is
        still true.
    texts: the texts of the cells by key, in order, as they were when they were last
        read; `is_read` tells that this is how they are now.
    """

    uri: str
    cells: list[tuple[str, bool]]
    fresh: set[str] = field(default_factory=set)
    texts: dict[str, CellText] = field(default_factory=dict)
    is_read: bool = False


class Notebooks:
    """Which cells the open notebooks have, and what stands around each cell.

    documents: the open documents by key, which is the URI without escapes.
    """

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._open: dict[str, _Notebook] = {}
        # The notebook of each cell, by the cell's key.
        self._of: dict[str, _Notebook] = {}
        self._outdated: set[str] = set()

    # What the client tells.

    def open(self, uri: str, cells: Sequence[lsp.NotebookCell]) -> None:
        notebook = self._open[unquote(uri)] = _Notebook(uri, _cells(cells))
        self._claim(notebook, notebook.cells)

    def is_open(self, uri: str) -> bool:
        return unquote(uri) in self._open

    def close(self, uri: str) -> list[str]:
        """Forget a notebook; the keys of its cells."""
        notebook = self._open.pop(unquote(uri), None)
        keys = [key for key, of in self._of.items() if of is notebook]
        for key in keys:
            del self._of[key]
        return keys

    def rearrange(self, uri: str, change: lsp.NotebookCellArrayChange) -> None:
        """Replace cells of an open notebook; numbers beyond its end mean its end."""
        notebook = self._open[unquote(uri)]
        end = change.start + change.delete_count
        if end > len(notebook.cells):
            log.warning("A change names cells beyond the end of a notebook.")
        gone, new = notebook.cells[change.start : end], _cells(change.cells or ())
        notebook.cells[change.start : end] = new
        kept = {key for key, _ in notebook.cells}
        for key, _ in gone:
            if key not in kept and self._of.get(key) is notebook:
                del self._of[key]
                self._outdated.add(key)
        self._claim(notebook, new)

    def set_kinds(self, uri: str, cells: Iterable[lsp.NotebookCell]) -> None:
        """Note the kinds of cells of an open notebook; all else of them is ignored."""
        notebook = self._open[unquote(uri)]
        kinds = dict(_cells(cells))
        now = [(key, kinds.get(key, kind)) for key, kind in notebook.cells]
        if now != notebook.cells:
            notebook.cells = now
            self._outdate(notebook)

    def text_changed(self, key: str) -> None:
        """A document, perhaps a cell, was opened, changed or closed."""
        if notebook := self._of.get(key):
            self._outdate(notebook, but=key)

    # What is known of a cell.

    def uri_of(self, uri: str) -> str:
        """The URI of the notebook that a document is a cell of; else its own."""
        notebook = self._of.get(unquote(uri)) if self._of else None
        return notebook.uri if notebook else uri

    def knows(self, key: str, document: Document) -> bool:
        """Whether `document` has been given what stands around it now."""
        notebook = self._of.get(key)
        if notebook is None:
            return document.cell is None
        return document.cell is not None and key in notebook.fresh

    def cell(self, key: str) -> Cell | None:
        """What stands around a cell now; None for a document that is no cell."""
        notebook = self._of.get(key)
        if notebook is None:
            return None
        notebook.fresh.add(key)
        if not notebook.is_read:
            notebook.texts, notebook.is_read = self._texts(notebook), True
        return cell_among(notebook.uri, notebook.texts, key)

    def take_outdated(self) -> tuple[str, ...]:
        """The URIs of the cells whose surroundings have changed since the last call."""
        if not self._outdated:
            return ()
        outdated, self._outdated = self._outdated, set()
        documents = (self._documents.get(key) for key in outdated)
        return tuple(document.uri for document in documents if document)

    def _texts(self, notebook: _Notebook) -> dict[str, CellText]:
        """The cells whose text is known, by key, in order."""
        texts: dict[str, CellText] = {}
        for key, is_markup in notebook.cells:
            document = self._documents.get(key)
            if document is None or key in texts:
                continue
            text = notebook.texts.get(key)
            if text is None or not text.is_of(document, is_markup=is_markup):
                text = CellText(document, is_markup=is_markup)
            texts[key] = text
        return texts

    def _claim(self, notebook: _Notebook, cells: Sequence[tuple[str, bool]]) -> None:
        for key, _ in cells:
            self._of[key] = notebook
        self._outdate(notebook)

    def _outdate(self, notebook: _Notebook, but: str | None = None) -> None:
        """Something has changed around all cells of a notebook, `but` one."""
        notebook.is_read = False
        outdated = {key for key in notebook.fresh if key != but}
        notebook.fresh -= outdated
        self._outdated |= outdated


def _cells(cells: Iterable[lsp.NotebookCell]) -> list[tuple[str, bool]]:
    """The keys of cells, and whether each is for reading."""
    markup = lsp.NotebookCellKind.Markup
    return [(unquote(cell.document), cell.kind == markup) for cell in cells]
