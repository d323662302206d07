"""The open documents, the workspace folders, and places in the client's encoding.

pygls also keeps documents, but it splits lines wrongly and reads the whole text again
after each key.  Here a version of a document is a frozen value.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from cachetools import LRUCache
from lsprotocol import types as lsp

from ..text import (
    LARGEST_DOCUMENT,
    Document,
    Edit,
    Encoding,
    Place,
    Span,
    apply,
    difference,
    document,
    path_of,
    place_at,
    position_of,
)
from .notebooks import Notebooks

log = logging.getLogger(__name__)

# The size in bytes up to which a file is read that the client did not open.
_LARGEST_UNOPENED = 12_000_000
# The number of documents whose workspace folder is remembered.
FOLDERS_KEPT = 256


class Documents:
    """The open documents, found by URI, however the client escapes it.

    The cells of notebooks are among them, each with what stands around it.
    """

    def __init__(
        self, encoding: Encoding = "utf-16", folders: Iterable[str] = ()
    ) -> None:
        self.encoding: Encoding = encoding
        # By URI, with nothing escaped.
        self._open: dict[str, Document] = {}
        self.notebooks = Notebooks(self._open)
        self._folders: dict[str, Path] = {}
        # Folders are asked for at every key.
        self._folder_of: LRUCache[str, Path | None] = LRUCache(FOLDERS_KEPT)
        self.change_folders(added=folders, removed=())

    # Documents.

    @property
    def open_ones(self) -> tuple[Document, ...]:
        return tuple(self._open.values())

    def open(self, item: lsp.TextDocumentItem) -> None:
        key = unquote(item.uri)
        self._open[key] = _document(
            item.uri, str(item.language_id), item.version, item.text
        )
        self.notebooks.text_changed(key)

    def change(
        self, params: lsp.DidChangeTextDocumentParams
    ) -> tuple[Document, Document, tuple[Edit, ...]] | None:
        """The document before and after, and the edits; None if it is not open."""
        identifier = params.text_document
        before = self.find(identifier.uri)
        if before is None:
            log.warning("A change of a document that is not open was ignored.")
            return None
        after, edits = replace(before, version=identifier.version), []
        for change in params.content_changes:
            is_part = isinstance(change, lsp.TextDocumentContentChangePartial)
            if is_part and after.too_large:
                continue  # the text before the change was not kept
            too_large = len(change.text) > LARGEST_DOCUMENT
            if too_large:
                edit = difference(after, "")
            elif isinstance(change, lsp.TextDocumentContentChangePartial):
                edit = Edit(self.span(after, change.range), change.text)
            else:
                edit = difference(after, change.text)
            after = replace(
                apply(after, (edit,), identifier.version), too_large=too_large
            )
            edits.append(edit)
        key = unquote(identifier.uri)
        self._open[key] = after
        self.notebooks.text_changed(key)
        return before, after, tuple(edits)

    def close(self, uri: str) -> None:
        key = unquote(uri)
        self._open.pop(key, None)
        self.notebooks.text_changed(key)

    def find(self, uri: str) -> Document | None:
        """The open document; None if it is not open."""
        key = unquote(uri)
        document = self._open.get(key)
        if document is None or self.notebooks.knows(key, document):
            return document
        self._open[key] = replace(document, cell=self.notebooks.cell(key))
        return self._open[key]

    def get(self, uri: str) -> Document:
        """The open document, else the file as far as it can be read."""
        return self.find(uri) or _document(uri, "plaintext", 0, _read(path_of(uri)))

    def exists(self, uri: str) -> bool:
        """Whether the document is open, or a file."""
        path = path_of(uri)
        return self.find(uri) is not None or (path is not None and path.is_file())

    # Places, in units of the client's encoding.

    def place(self, document: Document, position: lsp.Position) -> Place:
        return place_at(
            document.lines, position.line, position.character, self.encoding
        )

    def span(self, document: Document, range_: lsp.Range) -> Span:
        return Span(
            self.place(document, range_.start), self.place(document, range_.end)
        )

    def range(self, document: Document, span: Span) -> lsp.Range:
        return lsp.Range(
            lsp.Position(*position_of(document.lines, span.start, self.encoding)),
            lsp.Position(*position_of(document.lines, span.end, self.encoding)),
        )

    # Folders.

    @property
    def folders(self) -> Sequence[Path]:
        return tuple(self._folders.values())

    def change_folders(self, added: Iterable[str], removed: Iterable[str]) -> None:
        self._folder_of.clear()
        for uri in removed:
            self._folders.pop(unquote(uri), None)
        for uri in added:
            if (path := path_of(uri)) is not None:
                self._folders[unquote(uri)] = path

    def folder(self, uri: str) -> Path | None:
        """The innermost workspace folder of a document; of a cell, its notebook's."""
        uri = self.notebooks.uri_of(uri)
        if uri not in self._folder_of:
            self._folder_of[uri] = self._find_folder(uri)
        return self._folder_of[uri]

    def _find_folder(self, uri: str) -> Path | None:
        if (path := path_of(uri)) is None:
            # A document without a path belongs to the folder, if there is only one.
            return self.folders[0] if len(self._folders) == 1 else None
        holding = (folder for folder in self.folders if path.is_relative_to(folder))
        return max(holding, key=lambda folder: len(folder.parts), default=None)


def _document(uri: str, language: str, version: int, text: str) -> Document:
    """A document, without its text if that is longer than is completed."""
    if len(text) <= LARGEST_DOCUMENT:
        return document(uri, language, version, text)
    log.info("A document of %d characters is too large to be completed.", len(text))
    return replace(document(uri, language, version, ""), too_large=True)


def _read(path: Path | None) -> str:
    """The text of a file; empty if there is none, or it is too large or unreadable."""
    try:
        if path is None or not path.is_file():
            return ""
        if path.stat().st_size > _LARGEST_UNOPENED:
            return ""
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""
