"""Shows the pending next edit to the user, in one way at a time.

A client that announces `experimental.fimLspNextEdit` draws the edit itself.  A client
that has sent `textDocument/copilotInlineEdit` asks again.  All others get a hint with a
quick fix.  An edit at the cursor is shown as ghost text instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lsprotocol import types as lsp

from ..session.next_edits import NextEdit
from ..settings import NextEditSettings
from ..text import Document, Edit, Place, Span
from . import convert
from .client import Client
from .documents import Documents

# The notification for clients that draw next edits themselves.
NEXT_EDIT_METHOD = "fim-lsp/nextEdit"
# The source of the hint, which is a diagnostic.
SOURCE = "fim-lsp"
# The code of the hint.
CODE = "next-edit"
# The beginning of the hint's message.
MESSAGE = "next edit: "
# The command that applies the edit.
APPLY = "fim-lsp.applyNextEdit"
# The most characters of the old text, and of the new text, in a hint.
_LONGEST = 60


class NextEditView:
    """Shows the pending edit to one client.

    documents: gives the open documents.
    settings: gives the settings of next edits for the document with a URI.
    """

    def __init__(
        self,
        client: Client,
        documents: Callable[[], Documents],
        settings: Callable[[str], NextEditSettings],
    ) -> None:
        self._client = client
        self._documents = documents
        self._settings = settings
        self._edit: NextEdit | None = None
        # The URI of the document that has a hint.
        self._hinted: str | None = None
        # Whether ghost text shows the edit.
        self._is_ghost = False
        # Whether the client asks for inline edits by itself.
        self.is_asked = False

    def show(self, edit: NextEdit | None) -> None:
        """Show `edit` from now on, or nothing if it is None."""
        self._edit, self._is_ghost = edit, False
        if self._client.capabilities.shows_next_edit:
            data = edit_json(self._documents(), edit) if edit else None
            self._client.notify(NEXT_EDIT_METHOD, data)
        self._hint(edit if edit and self._wants_hint(edit.uri) else None)

    def hide(self) -> None:
        """Hide the edit, because ghost text shows it now."""
        if self._is_ghost:
            return
        self._is_ghost = True
        if self._edit is not None and self._client.capabilities.shows_next_edit:
            self._client.notify(NEXT_EDIT_METHOD, None)
        self._hint(None)

    def show_again(self, edit: NextEdit | None) -> None:
        """Show `edit` in the client's own way, if it was hidden for ghost text."""
        if self._is_ghost:
            self.show(edit)

    def asked(self) -> None:
        """Note that the client asks for inline edits, and so shows edits itself."""
        if not self.is_asked:
            self.is_asked = True
            self.show(self._edit)

    def _wants_hint(self, uri: str) -> bool:
        hint = self._settings(uri).hint
        better = self.is_asked or self._client.capabilities.shows_next_edit
        return hint == "always" or (hint == "auto" and not better)

    def _hint(self, edit: NextEdit | None) -> None:
        """Publish a hint for `edit`, and take the former hint back."""
        if self._hinted is not None and (edit is None or edit.uri != self._hinted):
            self._publish(self._hinted, None, ())
        self._hinted = edit.uri if edit else None
        if edit is not None:
            self._publish(edit.uri, edit.version, (self.hint_of(edit),))

    def _publish(
        self, uri: str, version: int | None, diagnostics: Sequence[lsp.Diagnostic]
    ) -> None:
        params = lsp.PublishDiagnosticsParams(uri, tuple(diagnostics), version)
        self._client.notify(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)

    def hint_of(self, edit: NextEdit) -> lsp.Diagnostic:
        documents = self._documents()
        document = documents.get(edit.uri)
        return lsp.Diagnostic(
            range=documents.range(document, edit.span),
            message=f"{MESSAGE}{in_words(document, edit)}",
            severity=lsp.DiagnosticSeverity.Hint,
            code=CODE,
            source=SOURCE,
        )

    def quick_fixes(
        self, document: Document, range_: lsp.Range
    ) -> list[lsp.CodeAction]:
        """The code actions for the hint in the lines of `range_`, if there is one."""
        edit = self._edit
        if edit is None or edit.uri != document.uri or self._hinted != edit.uri:
            return []
        first, last = edit.span.start.line, edit.span.end.line
        if range_.start.line > last or range_.end.line < first:
            return []
        documents, diagnostic = self._documents(), self.hint_of(edit)
        change = Edit(edit.span, edit.new_text)
        actions = [
            lsp.CodeAction(
                title=f"Next edit: {in_words(document, edit)}",
                kind=lsp.CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                is_preferred=True,
                edit=convert.text_edits(
                    self._client.capabilities, documents, document, (change,)
                ),
            )
        ]
        if edit.remaining > 1:
            title = f"Next edit: all {edit.remaining} places"
            argument = {"id": edit.id, "all": True}
            actions.append(
                lsp.CodeAction(
                    title=title,
                    kind=lsp.CodeActionKind.QuickFix,
                    diagnostics=[diagnostic],
                    command=lsp.Command(title, APPLY, arguments=[argument]),
                )
            )
        return actions


def is_hint(diagnostic: lsp.Diagnostic) -> bool:
    """Whether a diagnostic that the client sends back is a hint for a next edit.

    Some clients keep only the message, and put other words before it.
    """
    if diagnostic.source is None and diagnostic.code is None:
        return MESSAGE in convert.text_of(diagnostic.message)
    return diagnostic.source == SOURCE and diagnostic.code == CODE


def edit_json(documents: Documents, edit: NextEdit) -> dict[str, Any]:
    """The pending edit as JSON."""
    document = documents.get(edit.uri)
    return {
        "id": edit.id,
        "uri": edit.uri,
        "version": edit.version,
        "range": convert.range_json(documents.range(document, edit.span)),
        "newText": edit.new_text,
        "oldText": edit.old_text,
        "source": edit.source,
        "confidence": edit.confidence,
        "remaining": edit.remaining,
    }


def at_cursor(document: Document, edit: NextEdit, place: Place) -> tuple[Span, str]:
    """The edit, extended to begin at the cursor: the span, and its new text."""
    line = document.lines[place.line]
    between = line[place.column : edit.span.start.column]
    return Span(place, edit.span.end), between + edit.new_text


def is_at_cursor(document: Document, edit: NextEdit, place: Place) -> bool:
    """Whether the edit is on the cursor's line, and not before the cursor."""
    return (
        edit.uri == document.uri
        and edit.version == document.version
        and edit.span.start.line == edit.span.end.line == place.line
        and place <= edit.span.start
    )


def in_words(document: Document, edit: NextEdit) -> str:
    """The edit as "`old` → `new`", extended to whole words."""
    line = document.lines[edit.span.start.line]
    start, end = edit.span.start.column, edit.span.end.column
    before = _word_before(line[:start])
    same_line = edit.span.start.line == edit.span.end.line
    after = _word_after(line[end:]) if same_line else ""
    old = f"{before}{edit.old_text}{after}"
    new = f"{before}{edit.new_text}{after}"
    return f"`{_short(old)}` → `{_short(new)}`"


def _word_before(text: str) -> str:
    return text[len(text.rstrip(_WORD)) :] if text else ""


def _word_after(text: str) -> str:
    return text[: len(text) - len(text.lstrip(_WORD))]


_WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"


def _short(text: str) -> str:
    first, *more = text.strip("\r\n").splitlines() or [""]
    cut = more or len(first) > _LONGEST
    return first[:_LONGEST] + ("…" if cut else "")
