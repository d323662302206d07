"""Diagnostics as the client last sent them along.

A client tells a server of another one's diagnostics only where code actions are asked
for, and only of those that stand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cachetools import LRUCache

from ..chat.selection import Diagnostic
from ..text import Document

_DOCUMENTS, _EACH = 64, 100


@dataclass(slots=True)
class _Noted:
    """What was reported of one version; keys in the order in which they came."""

    version: int
    diagnostics: dict[Diagnostic, None] = field(default_factory=dict)


class Diagnostics:
    """The diagnostics of the documents that were looked at last."""

    def __init__(self) -> None:
        self._noted: LRUCache[str, _Noted] = LRUCache(_DOCUMENTS)

    def note(self, document: Document, diagnostics: Iterable[Diagnostic]) -> None:
        """Add to what is known of this version; an edit makes the rest doubtful."""
        noted = self._noted.get(document.uri)
        if noted is None or noted.version != document.version:
            noted = _Noted(document.version)
        for diagnostic in diagnostics:
            if len(noted.diagnostics) < _EACH:
                noted.diagnostics[diagnostic] = None
        self._noted[document.uri] = noted

    def of(self, document: Document) -> tuple[Diagnostic, ...]:
        noted = self._noted.get(document.uri)
        if noted is None or noted.version != document.version:
            return ()
        return tuple(noted.diagnostics)

    @property
    def by_uri(self) -> Mapping[str, tuple[Diagnostic, ...]]:
        return {uri: tuple(noted.diagnostics) for uri, noted in self._noted.items()}

    def forget(self, uri: str) -> None:
        self._noted.pop(uri, None)
