"""The diagnostics of other language servers and linters, as the client sends them.

A client sends diagnostics only when it asks for code actions, and only those of the
place in question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cachetools import LRUCache

from ..chat.selection import Diagnostic
from ..text import Document

# The number of documents whose diagnostics are kept.
_DOCUMENTS = 64
# The most diagnostics that are kept of one document.
_EACH = 100


@dataclass(slots=True)
class _Noted:
    """The diagnostics of one version of a document, in the order of arrival."""

    version: int
    diagnostics: dict[Diagnostic, None] = field(default_factory=dict)


class Diagnostics:
    """Keeps the diagnostics of the documents that were used last."""

    def __init__(self) -> None:
        self._noted: LRUCache[str, _Noted] = LRUCache(_DOCUMENTS)

    def note(self, document: Document, diagnostics: Iterable[Diagnostic]) -> None:
        """Add diagnostics of this version; those of an older version are dropped."""
        noted = self._noted.get(document.uri)
        if noted is None or noted.version != document.version:
            noted = _Noted(document.version)
        for diagnostic in diagnostics:
            if len(noted.diagnostics) < _EACH:
                noted.diagnostics[diagnostic] = None
        self._noted[document.uri] = noted

    def of(self, document: Document) -> tuple[Diagnostic, ...]:
        """The diagnostics of this version of the document."""
        noted = self._noted.get(document.uri)
        if noted is None or noted.version != document.version:
            return ()
        return tuple(noted.diagnostics)

    @property
    def by_uri(self) -> Mapping[str, tuple[Diagnostic, ...]]:
        """The diagnostics of all documents, of any version."""
        return {uri: tuple(noted.diagnostics) for uri, noted in self._noted.items()}

    def forget(self, uri: str) -> None:
        self._noted.pop(uri, None)
