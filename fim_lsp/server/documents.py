"""The open documents, the workspace folders, and what their positions count.

pygls keeps documents too, but splits their lines wrongly and re-reads all of them with
each key; here a version of a document is a frozen value.
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

log = logging.getLogger(__name__)

# Larger files are not worth reading for a client that forgot to open them.
_LARGEST_UNOPENED = 12_000_000  # bytes
# Documents whose workspace folder is remembered.
FOLDERS_KEPT = 256


class Documents:
    """Open documents by URI; clients escape URIs in several ways."""

    def __init__(
        self, encoding: Encoding = "utf-16", folders: Iterable[str] = ()
    ) -> None:
        self.encoding: Encoding = encoding
        self._open: dict[str, Document] = {}
        self._folders: dict[str, Path] = {}
        # Asked for at every key.
        self._folder_of: LRUCache[str, Path | None] = LRUCache(FOLDERS_KEPT)
        self.change_folders(added=folders, removed=())

    # Documents.

    @property
    def open_ones(self) -> tuple[Document, ...]:
        return tuple(self._open.values())

    def open(self, item: lsp.TextDocumentItem) -> Document:
        opened = _document(item.uri, str(item.language_id), item.version, item.text)
        self._open[unquote(item.uri)] = opened
        return opened

    def change(
        self, params: lsp.DidChangeTextDocumentParams
    ) -> tuple[Document, Document, tuple[Edit, ...]] | None:
        """Before, after, and the edits between; None where it is not open."""
        identifier = params.text_document
        before = self._open.get(unquote(identifier.uri))
        if before is None:
            log.warning("A document was changed that is not open; ignored.")
            return None
        after, edits = replace(before, version=identifier.version), []
        for change in params.content_changes:
            is_part = isinstance(change, lsp.TextDocumentContentChangePartial)
            if is_part and after.too_large:
                continue  # the text that it changes was not kept
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
        self._open[unquote(identifier.uri)] = after
        return before, after, tuple(edits)

    def close(self, uri: str) -> None:
        self._open.pop(unquote(uri), None)

    def find(self, uri: str) -> Document | None:
        return self._open.get(unquote(uri))

    def get(self, uri: str) -> Document:
        """The open document, else what is on disk, as far as that can be read."""
        return self.find(uri) or _document(uri, "plaintext", 0, _read(path_of(uri)))

    def exists(self, uri: str) -> bool:
        """Whether the document is open, or a file."""
        path = path_of(uri)
        return self.find(uri) is not None or (path is not None and path.is_file())

    # Places.

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
        """The innermost workspace folder that holds the document."""
        if uri not in self._folder_of:
            self._folder_of[uri] = self._find_folder(uri)
        return self._folder_of[uri]

    def _find_folder(self, uri: str) -> Path | None:
        if (path := path_of(uri)) is None:
            # What has no path of its own belongs to the only folder there is.
            return self.folders[0] if len(self._folders) == 1 else None
        holding = (each for each in self.folders if path.is_relative_to(each))
        return max(holding, key=lambda each: len(each.parts), default=None)


def _document(uri: str, language: str, version: int, text: str) -> Document:
    """A document; without its text where that is too large to be worked on."""
    if len(text) <= LARGEST_DOCUMENT:
        return document(uri, language, version, text)
    log.info("A document of %d characters is too large to be completed.", len(text))
    return replace(document(uri, language, version, ""), too_large=True)


def _read(path: Path | None) -> str:
    try:
        if path is None or not path.is_file():
            return ""
        if path.stat().st_size > _LARGEST_UNOPENED:
            return ""
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""
