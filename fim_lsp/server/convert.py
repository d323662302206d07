"""Converts between the values of lsprotocol and those of the other rooms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from ..chat.actions import MenuEntry
from ..chat.fences import fenced
from ..chat.selection import Diagnostic, Related, Selection, Severity
from ..completion.decision import Decision, Suggestion, Trigger
from ..completion.request import Selected
from ..text import Document, Edit, Place, Span
from .capabilities import ClientCapabilities
from .documents import Documents

if TYPE_CHECKING:  # a server that only completes needs no chat
    from ..chat.answer import Result

# The command by which a client reports that a suggestion was accepted.
ACCEPTED = "fim-lsp.accepted"
# The command that runs a chat action.
ACT = "fim-lsp.act"
# The most characters of an item's label in a menu.
_LONGEST_LABEL = 60
# By the protocol's number, the severity of a diagnostic.
_SEVERITIES: Mapping[int, Severity] = {
    1: "error",
    2: "warning",
    3: "information",
    4: "hint",
}
# The word, perhaps empty, at the end of a text.
_WORD = re.compile(r"\w*\Z")


# Completion.


def trigger(context: lsp.InlineCompletionContext) -> Trigger:
    invoked = context.trigger_kind == lsp.InlineCompletionTriggerKind.Invoked
    return Trigger.INVOKED if invoked else Trigger.AUTOMATIC


def selected(
    documents: Documents, document: Document, context: lsp.InlineCompletionContext
) -> Selected | None:
    if (info := context.selected_completion_info) is None:
        return None
    return Selected(documents.span(document, info.range), info.text)


def inline_list(
    documents: Documents, document: Document, suggestions: Iterable[Suggestion]
) -> lsp.InlineCompletionList:
    return lsp.InlineCompletionList(
        [
            lsp.InlineCompletionItem(
                insert_text=suggestion.text,
                range=documents.range(document, suggestion.span),
                command=_accepted(suggestion),
            )
            for suggestion in suggestions
        ]
    )


def menu_list(
    documents: Documents,
    document: Document,
    place: Place,
    suggestions: Iterable[Suggestion],
    *,
    reads_markdown: bool,
) -> lsp.CompletionList:
    """Suggestions for a completion menu.

    The list says that it is incomplete, so that the client asks again at the next key.
    """
    items = [
        _menu_item(
            documents,
            document,
            place,
            suggestion,
            number,
            reads_markdown=reads_markdown,
        )
        for number, suggestion in enumerate(suggestions)
    ]
    return lsp.CompletionList(is_incomplete=True, items=items)


def _menu_item(
    documents: Documents,
    document: Document,
    place: Place,
    suggestion: Suggestion,
    number: int,
    *,
    reads_markdown: bool,
) -> lsp.CompletionItem:
    line = document.lines[place.line]
    match = _WORD.search(line[: place.column])
    word = match[0] if match else ""
    start = min(Place(place.line, place.column - len(word)), suggestion.span.start)
    text = line[start.column : suggestion.span.start.column] + suggestion.text
    first, *more = text.strip().splitlines() or [""]
    label = first[:_LONGEST_LABEL] + (
        "…" if more or len(first) > _LONGEST_LABEL else ""
    )
    span = Span(start, suggestion.span.end)
    return lsp.CompletionItem(
        label=label,
        kind=lsp.CompletionItemKind.Text,
        detail="fim-lsp",
        documentation=lsp.MarkupContent(
            lsp.MarkupKind.Markdown, fenced(text, document.language)
        )
        if reads_markdown
        else text,
        sort_text=f"\N{NO-BREAK SPACE}{number}",
        # Helix hides an item whose filter text is empty.
        filter_text=word or first or label,
        insert_text_format=lsp.InsertTextFormat.PlainText,
        insert_text_mode=lsp.InsertTextMode.AsIs,
        text_edit=lsp.TextEdit(documents.range(document, span), text),
        command=_accepted(suggestion),
    )


def _accepted(suggestion: Suggestion) -> lsp.Command:
    return lsp.Command(title="Accepted", command=ACCEPTED, arguments=[suggestion.id])


# Chat actions.


def selection(
    documents: Documents,
    document: Document,
    range_: lsp.Range,
    diagnostics: Sequence[lsp.Diagnostic],
) -> Selection:
    return Selection(
        document,
        documents.span(document, range_),
        tuple(diagnostic(documents, document, theirs) for theirs in diagnostics),
    )


def code_action(
    documents: Documents,
    offered: MenuEntry,
    document: Document,
    diagnostics: Sequence[Any],
) -> lsp.CodeAction:
    """An entry of the menu.

    diagnostics: raw JSON, which comes back as an argument of the command.
    """
    span = documents.range(document, offered.span)
    argument: dict[str, Any] = {
        "action": offered.action.id,
        "uri": document.uri,
        "range": range_json(span),
    }
    if offered.diagnostics:
        argument["diagnostics"] = list(diagnostics)
    return lsp.CodeAction(
        title=offered.title,
        kind=offered.action.kind,
        command=lsp.Command(title=offered.title, command=ACT, arguments=[argument]),
    )


def range_json(range_: lsp.Range) -> dict[str, Any]:
    return {
        "start": {"line": range_.start.line, "character": range_.start.character},
        "end": {"line": range_.end.line, "character": range_.end.character},
    }


def diagnostic(
    documents: Documents, document: Document, theirs: lsp.Diagnostic
) -> Diagnostic:
    return Diagnostic(
        span=documents.span(document, theirs.range),
        message=text_of(theirs.message),
        source=theirs.source or "",
        code=str(theirs.code) if theirs.code is not None else "",
        severity=_SEVERITIES.get(int(theirs.severity or 1), "error"),
        related=tuple(
            _related(documents, information)
            for information in theirs.related_information or ()
        ),
    )


def _related(
    documents: Documents, information: lsp.DiagnosticRelatedInformation
) -> Related:
    """Related information; its span is known only if its document is open."""
    uri, range_ = information.location.uri, information.location.range
    other = documents.find(uri)
    span = documents.span(other, range_) if other else None
    return Related(uri, span, information.message)


def text_of(message: str | lsp.MarkupContent) -> str:
    return message if isinstance(message, str) else message.value


def workspace_edit(
    client: ClientCapabilities, documents: Documents, result: Result
) -> lsp.WorkspaceEdit:
    """The edits of `result`, or its new file, in the form that the client knows."""
    if result.new_file is not None:
        return _new_file(client, result.new_file.as_uri(), result.new_text)
    document = result.document
    text_edits = [
        lsp.TextEdit(documents.range(document, edit.span), edit.new_text)
        for edit in result.edits
    ]
    if not client.versioned_edits:
        return lsp.WorkspaceEdit(changes={document.uri: text_edits})
    # A file that is not open has no version.
    is_open = documents.find(document.uri) is not None
    identifier = lsp.OptionalVersionedTextDocumentIdentifier(
        uri=document.uri, version=document.version if is_open else None
    )
    return lsp.WorkspaceEdit(
        document_changes=[lsp.TextDocumentEdit(identifier, text_edits)]
    )


def text_edits(
    client: ClientCapabilities,
    documents: Documents,
    document: Document,
    edits: Iterable[Edit],
) -> lsp.WorkspaceEdit:
    """Edits of an open document, in the form that the client knows."""
    items = [lsp.TextEdit(documents.range(document, e.span), e.new_text) for e in edits]
    if not client.versioned_edits:
        return lsp.WorkspaceEdit(changes={document.uri: items})
    identifier = lsp.OptionalVersionedTextDocumentIdentifier(
        uri=document.uri, version=document.version
    )
    return lsp.WorkspaceEdit(document_changes=[lsp.TextDocumentEdit(identifier, items)])


def plain(value: Any) -> Any:
    """The params of a method that lsprotocol does not know, as plain data."""
    if hasattr(value, "_asdict"):
        return {name: plain(part) for name, part in value._asdict().items()}
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value


def _new_file(client: ClientCapabilities, uri: str, text: str) -> lsp.WorkspaceEdit:
    """An edit that creates a file with its text; it never replaces a file."""
    note = "fim-lsp.new-file" if client.annotates_changes else None
    start = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
    annotations = {
        "fim-lsp.new-file": lsp.ChangeAnnotation(
            label=f"New file {Path(uri).name}", needs_confirmation=False
        )
    }
    return lsp.WorkspaceEdit(
        document_changes=[
            lsp.CreateFile(
                uri=uri,
                options=lsp.CreateFileOptions(overwrite=False, ignore_if_exists=False),
                annotation_id=note,
            ),
            lsp.TextDocumentEdit(
                lsp.OptionalVersionedTextDocumentIdentifier(uri=uri, version=None),
                [lsp.TextEdit(start, text)],
            ),
        ],
        change_annotations=annotations if note else None,
    )


# Reports.


def decision_json(decision: Decision) -> dict[str, Any]:
    """A decision as `fim-lsp.why` answers it."""
    tokens, cost, sure = decision.tokens, decision.cost, decision.confidence
    return {
        "time": decision.time,
        "uri": decision.uri,
        "line": decision.place.line,
        "character": decision.place.column,
        "trigger": decision.trigger.value,
        "outcome": decision.outcome.value,
        "reason": decision.reason,
        "rules": list(decision.rules),
        "source": decision.source,
        "origin": decision.origin,
        "milliseconds": {
            "firstToken": decision.timings.first_token,
            "total": decision.timings.total,
        },
        "tokens": tokens and tokens.data(),
        "cost": cost and cost.data(),
        "confidence": sure and {"meanLogprob": sure.mean, "lowestLogprob": sure.lowest},
        "shown": decision.shown,
        "accepted": decision.accepted,
    }
