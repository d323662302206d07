"""Reasons to stay silent at a place, before any source is asked.

Each function returns the name of a reason (a row of `fim_lsp/reasons.py`) or None.
"""

from __future__ import annotations

import re

from ..privacy import in_secret
from ..settings import CompletionSettings, LanguageRule
from ..text import LARGEST_DOCUMENT, Document, Place, bare_line
from .code.angles import open_angles
from .code.brackets import scan, scan_before
from .code.lines import line_before, rest_of_line
from .code.syntax import HTML, syntax_of
from .decision import Trigger
from .edits import Activity, EditKind
from .window import Window

# Characters of the longest line at the cursor.
MAX_LINE = 5_000
# Visible characters that a document needs before automatic requests are made.
MIN_VISIBLE = 10
# Deletions in a row that mean rewriting: one or two correct a slip.
REWRITING = 3

# What an editor has closed by itself after the cursor, tags too.
CLOSED = r"\s*[)>}\]\"'`]*(?:</[\w:.-]*>)*"
# The end of a line after that: nothing, the end of a header or of a statement.
LINE_ENDS = r"\s*[:{;,]?\s*"
# What may follow the closer of a parameter list: a result type, a clause.
RESULT = (
    r"\s*\)+\s*(?:(?:->|=>|:|throws\b|rethrows\b|async\b|const\b|noexcept\b|override\b"
    r"|final\b|where\b|returns\b)[^;]*|[\w.*&<>,()\[\]\s]*)[{:;=]?\s*"
)
# A header that ends in a brace, an arrow, a colon or nothing, but is no assignment.
NO_RESULT = (
    r"[^=]*[^=!<>]=[^=>].*|.*(?:&&|\|\||[-+*/%?]\s).*"
    r"|.*\b(?:and|or|if|else|in|is|not|as|for|return|throw|unless|while)\b.*"
)
# What calls on after the closer of an argument list: `.trim()`, `?.value`, `[0]`.
CHAIN = r"\s*[)\]}\"'`]+(?:\s*[?!]?\.|\s*::|->|\[)(?:[^=]|=>|[=!]==?)*"
# The end of a tag after the value of an attribute.
TAG_END = r"[\"']\s*/?>.*"
# Further arguments after a string or a callback, up to the end of the call.
ARGUMENTS = r"\s*[)\]}\"'`]+\s*,\s*[^;{}]*[)\]}]+\s*[;,:{]?\s*"

# What a missing piece may follow: an opener, a separator, an operator, a word.
AWAITS = (
    r"(?:[(\[{,=:?&|!<>+*/%-]|\bfor\b[^)]*;"
    r"|\b(?:return|await|yield|throw|new|case|in|of|and|or|not|is|as|if|elif|while"
    r"|unless|except|let|var|val|const|impl|extends|where|select|SELECT|WHERE))\s*\Z"
)
# What may follow a missing piece: a closer, a separator, a word that goes on, an
# operator between two values that is not one of arithmetic.
GAP_ENDS = (
    r"\s*[)\]}>,;]|\s+(?:else|if|for|as|from|then|do|FROM|AS)\b"
    r"|\s+(?:[=:?]|<<|&&|\|\||\?\?)\s"
)
# A tag in which an attribute may begin, and the end of the tag.
IN_TAG = r"<[a-zA-Z][\w.:-]*(?:\s(?:[^<>]|=>)*)?\s\Z"
TAG_CLOSER = r"\s*/?>"
QUOTES = ('"', "'", "`")

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
    reason = _by_document(document, settings, rule, activity, refusal)
    if reason is None and in_secret(document.lines, place.line, place.column):
        reason = "in-secret"
    if reason or trigger is Trigger.INVOKED:
        return reason
    if settings.trigger == "manual" or rule == "manual":
        return "manual"
    return _by_text(document, place) or _by_activity(activity, place)


def fits_mid_line(rest: str) -> bool:
    """Whether an automatic request may be made before `rest` of a line.

    It may before what an editor closes by itself, and before what can follow an
    argument or parameter list that is still empty.
    """
    if re.fullmatch(CLOSED + LINE_ENDS, rest):
        return True
    if re.fullmatch(RESULT, rest) and not re.fullmatch(NO_RESULT, rest):
        return True
    return any(
        re.fullmatch(form, rest) is not None for form in (CHAIN, ARGUMENTS, TAG_END)
    )


def is_gap(before: str, rest: str, language: str) -> bool:
    """Whether something is missing between `before` and `rest` of a line of code.

    That is an expression between an opener or operator and what ends it, the next
    attribute of a tag, or the end of a string.
    """
    syntax = syntax_of(language)
    inside = scan(syntax, before).inside
    if inside != "code" and rest.startswith(QUOTES):
        return inside == "string"
    if re.search(IN_TAG, before) and re.match(TAG_CLOSER, rest):
        return True
    # A tag that is still open counts as a string.
    if inside != "code" and syntax is not HTML:
        return False
    return bool(re.search(AWAITS, before) and re.match(GAP_ENDS, rest))


def ends_statement(window: Window) -> bool:
    """Whether the cursor stands after a whole statement: `;` outside of parentheses.

    What comes next cannot be guessed, so no automatic request is made there.
    """
    line = line_before(window.prefix).rstrip()
    if not line.endswith(";") or rest_of_line(window.suffix).strip():
        return False
    before = scan_before(window)
    if before.cursor.inside != "code":
        return False
    opened = scan(syntax_of(window.language), line).stack
    return not any(opener.closer in (")", "]") for opener in opened)


def _by_document(
    document: Document,
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
    too_large = document.is_too_large or activity.size > LARGEST_DOCUMENT
    return "too-large" if too_large else None


def _by_text(document: Document, place: Place) -> str | None:
    line = bare_line(document.lines[place.line])
    if len(line) > MAX_LINE:
        return "long-line"
    before, after = line[: place.column], line[place.column :]
    if _is_word(before[-1:]) and _is_word(after[:1]):
        return "mid-word"
    # A generic type's bracket that the editor closed may have anything after it.
    in_generic = after.startswith(">") and open_angles(before, document.language)
    gap = in_generic or is_gap(before, after, document.language)
    if not (gap or fits_mid_line(after)):
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
    for line in document.whole:
        visible += len(line) - sum(map(line.count, " \t\r\n"))
        if visible >= MIN_VISIBLE:
            return False
    return True
