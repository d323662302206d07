"""Reasons to stay silent at a place, before anything is asked of anyone.

Each function returns the name of a reason (see `decision.REASONS`) or None.
"""

from __future__ import annotations

from ..settings import CompletionSettings, LanguageRule
from ..text import Document, Place
from .decision import Trigger
from .edits import Activity, EditKind
from .shape import fits_mid_line

MAX_CHARS = 3_000_000
MAX_LINE = 5_000
MIN_VISIBLE = 10
REWRITING = 3  # deletions in a row

SILENT_KINDS = {
    EditKind.UNDONE: "undo",
    EditKind.BULK: "bulk-edit",
    EditKind.SEVERAL: "several-places",
}


def gate_place(
    document: Document,
    place: Place,
    trigger: Trigger,
    settings: CompletionSettings,
    *,
    activity: Activity,
    refusal: str | None,
) -> str | None:
    """The reason to say nothing here; `refusal` is what privacy says of the file."""
    rule = settings.languages.get(document.language, settings.languages.get("*", True))
    reason = _by_document(settings, rule, activity, refusal)
    if reason or trigger is Trigger.INVOKED:
        return reason
    if settings.trigger == "manual" or rule == "manual":
        return "manual"
    return _by_text(document, place) or _by_activity(activity, place)


def _by_document(
    settings: CompletionSettings,
    rule: LanguageRule,
    activity: Activity,
    refusal: str | None,
) -> str | None:
    if not settings.enabled:
        return "disabled"
    if rule is False:
        return "language-off"
    if refusal:
        return refusal
    return "too-large" if activity.size > MAX_CHARS else None


def _by_text(document: Document, place: Place) -> str | None:
    line = document.lines[place.line].rstrip("\r\n")
    if len(line) > MAX_LINE:
        return "long-line"
    before, after = line[: place.column], line[place.column :]
    if _is_word(before[-1:]) and _is_word(after[:1]):
        return "mid-word"
    if not fits_mid_line(after):
        return "mid-code"
    if _nearly_empty(document):
        return "nearly-empty"
    return None


def _by_activity(activity: Activity, place: Place) -> str | None:
    if activity.kind in SILENT_KINDS:
        return SILENT_KINDS[activity.kind]
    # One or two deletions correct a slip; three in a row are rewriting.
    if 0 < activity.deletions < REWRITING:
        return "deletion"
    if activity.accepted_line == place.line:
        return "after-accept"
    return None


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _nearly_empty(document: Document) -> bool:
    visible = 0
    for line in document.lines:
        visible += len(line) - sum(map(line.count, " \t\r\n"))
        if visible >= MIN_VISIBLE:
            return False
    return True
