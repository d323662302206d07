"""What an action works on: a range of a document, and the problems reported for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..text import Document, Span, text_between

Severity = Literal["error", "warning", "information", "hint"]


@dataclass(frozen=True, slots=True)
class Related:
    """A place that explains a diagnostic, often in another file."""

    uri: str
    span: Span | None
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A problem that was reported; without a span it concerns the whole file."""

    span: Span | None
    message: str
    source: str = ""
    code: str = ""
    severity: Severity = "error"
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """The range that the user selected, empty at a cursor, and what is reported."""

    document: Document
    span: Span
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.span.start == self.span.end

    @property
    def text(self) -> str:
        return text_between(self.document, self.span)
