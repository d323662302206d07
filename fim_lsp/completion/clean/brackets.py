"""Whether inserting would break brackets and quotes that were balanced.

The window is scanned with a stack that knows strings and comments; Python is
tokenized as well, around the cursor, where the window shows enough of it.  Text
that was not balanced before may be closed by an answer, and never broken further.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Callable
from dataclasses import replace

from ..scanner import Opener, Scan, scan
from ..shape import rest_of_line
from ..syntax import PYTHON, syntax_of
from ..window import Window
from .values import Around, Balance, Draft

# Text without any of these on one line cannot unbalance anything.
DIRECTIVE = r"#\s*(?:if|el|end|def|undef|inc|pragma)"
TELLING = r"[()\[\]{}<>\"'`\\/#\n]|--"


def broken_brackets(draft: Draft, around: Around) -> Draft | None:
    """Cut back line by line to what leaves the brackets whole, else drop.

    A single line that only opens a block which the answer goes on to fill is
    kept: closing it is the next answer's business.
    """
    shorter = draft
    while shorter.text.strip():
        if not breaks(shorter, around):
            return shorter
        shorter = replace(shorter, text=shorter.text.rpartition("\n")[0].rstrip())
    text = draft.text.lstrip()
    space = draft.text[: len(draft.text) - len(text)]
    first = replace(draft, text=space + text.partition("\n")[0].rstrip())
    goes_on = around.continues or len(first.text) < len(draft.text)
    return first if goes_on and _opens_block(first, around) else None


def breaks(draft: Draft, around: Around) -> bool:
    """Whether inserting `draft` breaks what was balanced."""
    plain = not draft.replace and not re.search(TELLING, draft.text)
    return not plain and around.balance(draft).broken


def fits(draft: Draft, around: Around) -> bool:
    """Whether a draft of one line breaks nothing, or only opens a block."""
    if not breaks(draft, around):
        return True
    return around.continues and _opens_block(draft, around)


def _opens_block(line: Draft, around: Around) -> bool:
    """Whether all that `line` leaves open is the block that begins at its end."""
    if not (syntax_of(around.window.language).blocks and line.text.endswith("{")):
        return False
    return not breaks(replace(line, text=line.text + "}"), around)


def balance_at(window: Window) -> Callable[[Draft], Balance]:
    """A function that tells what inserting a draft does to the brackets.

    What comes before the cursor's line is scanned once, and only when asked.
    """
    syntax = syntax_of(window.language)
    known: list[tuple[Scan, Scan]] = []

    def balance(draft: Draft) -> Balance:
        if not syntax.checked:
            return Balance(broken=False, unmatched=0)
        if not known:
            start = window.prefix.rfind("\n") + 1
            outer = None if window.at_start else ()
            before = scan(syntax, window.prefix[:start], beyond=outer)
            known.append((before, _inserted(window, before, Draft(""))))
        before, there = known[0]
        after = _inserted(window, before, draft)
        broken = _worse(there, after, window, draft) or (
            syntax is PYTHON and "\n" in draft.text and _untokenized(window, draft)
        )
        return Balance(broken, len(after.stack) + after.extra + after.cut)

    return balance


def _inserted(window: Window, before: Scan, draft: Draft) -> Scan:
    """Scan the cursor's line and all below it, with `draft` inserted."""
    text = window.prefix[before.resume :] + draft.text + window.suffix[draft.replace :]
    return scan(
        syntax_of(window.language),
        text,
        stack=before.stack,
        beyond=None if window.at_start else before.beyond,
        offset=before.resume,
        extra=before.extra,
        misfits=before.misfits,
        cut=before.cut,
    )


def _worse(before: Scan, after: Scan, window: Window, draft: Draft) -> bool:
    """Whether `after` lost a partner that `before` had.

    An answer may close what nothing below closes, and open what goes on below.
    """
    if after.extra > before.extra or after.cut > before.cut:
        return True
    if (after.inside == "string") > (before.inside == "string"):
        return True
    if after.misfits < before.misfits or after.extra < before.extra:
        # What follows says that something was missing, and now it is there.
        return False
    if len(after.beyond) > len(before.beyond):
        return True
    cursor = len(window.prefix)
    shift = len(draft.text) - draft.replace
    there = {
        opener.at if opener.at < cursor else opener.at + shift: opener
        for opener in before.stack
    }
    new = [opener for opener in after.stack if there.pop(opener.at, None) is None]
    end = cursor + shift
    return not (
        all(_dangles(opener, window) for opener in there.values())
        and all(
            _goes_on_below(opener, window, draft.text)
            for opener in new
            if opener.at < end
        )
    )


def _dangles(opener: Opener, window: Window) -> bool:
    """Whether nothing below closes `opener`, as far as the window shows.

    Where it is cut, the indentation tells: a line that stands no further right
    than the opener's own, and closes nothing, comes after its end.
    """
    if window.at_end:
        return True
    if opener.at >= len(window.prefix):
        return False
    if opener.closer != "}" and opener.at > window.prefix.rfind("\n"):
        # Opened on the cursor's line, most likely just now.
        return True
    for line in window.suffix.split("\n")[1:]:
        bare = line.strip()
        if not bare or bare[0] in ")]}" or re.match(DIRECTIVE, bare):
            continue
        if len(line) - len(line.lstrip()) <= opener.indent:
            return True
    return False


def _goes_on_below(opener: Opener, window: Window, text: str) -> bool:
    """Whether the lines below look like the inside of `opener`, which `text` opens.

    They stand further right, but for a label (`public:`), and no statement has
    ended or begun since.
    """
    blocks = syntax_of(window.language).blocks
    ended = opener.closer in ")]" and text.rstrip().endswith(";" if blocks else ":")
    if window.at_end or opener.at < len(window.prefix) or ended:
        return False
    below = window.suffix.split("\n")[1:]
    first = next((line for line in below if line.strip()), "")
    if blocks and opener.closer == "}" and re.fullmatch(r"\s*\w+:\s*", first):
        return True
    return len(first) - len(first.lstrip()) > opener.indent


def _untokenized(window: Window, draft: Draft) -> bool:
    """Whether the statements around the cursor tokenized, and would not after."""
    start = _statement_start(window)
    end = _statement_end(window)
    if start is None or end is None:
        return False
    before, after = window.prefix[start:], window.suffix[:end]
    inserted = before + draft.text + window.suffix[draft.replace : end]
    return not tokenizes(inserted) and tokenizes(before + after)


def _statement_start(window: Window) -> int | None:
    """Where the top-level statement at the cursor begins; None where it is cut.

    It may be a line inside a string, where nothing tokenizes, before or after.
    """
    line = window.prefix.rfind("\n") + 1
    starts = [
        found.start() for found in re.finditer(r"(?m)^[@\w]", window.prefix[:line])
    ]
    if starts:
        return starts[-1]
    return 0 if window.at_start else None


def _statement_end(window: Window) -> int | None:
    """Where the next top-level statement begins; None where the window is cut."""
    below = len(rest_of_line(window.suffix))
    found = re.search(r"(?m)^(?=[@\w])", window.suffix[below + 1 :])
    if found:
        return below + 1 + found.start()
    return len(window.suffix) if window.at_end else None


def tokenizes(text: str) -> bool:
    """Whether Python's tokenizer gets through `text`."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.ERRORTOKEN and not token.string.isspace():
                return False
    except (tokenize.TokenError, SyntaxError):
        return False
    return True
