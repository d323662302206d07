"""The rule about closers that the answer writes although nothing needs them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ...text import leading_space
from ..code.brackets import scan
from ..code.lines import opens_block, statement_indent, width
from ..code.syntax import HTML, syntax_of
from .draft import Around, Draft
from .unbalanced import breaks

CLOSER = r"[)\]}]"
# What else may stand on the line of a closer that is too many: closers and openers.
NOTHING_ELSE = r"(?=[)\]}>;,:\s{]*(?:\n|\Z))"
# What may stand after the opener of a block, closers of another kind among it.
AFTER_OPENER = " \t\n)]};,"
TAG = r"</[a-zA-Z][^<>]*>"
EMPTY_BLOCK = r"\{\s*\}\s*\Z"
# A word that closes a block, alone on its line.
CLOSING_WORD = r"[ \t]*(?:end|fi|done|esac)\b[ \t]*;?[ \t]*"
# The most closers of an answer that are tried, from the last one backwards.
TRIED = 8
# The most closers that are taken out.
MOST_SURPLUS = 3
# Lines at the end that are left out to mend what stands before them.
DROPPED_LINES = 6


def surplus_closers(draft: Draft, around: Around) -> Draft:
    """Take out what closes nothing, and what closes a block that goes on below.

    Where last lines leave more broken than that mends, they go as well: a stream has
    shown what stands before them already, mended.
    """
    whole = _without_surplus(_without_ends(draft, around), around)
    if not breaks(whole, around):
        return whole
    lines = whole.text.split("\n")
    for count in range(len(lines) - 1, max(0, len(lines) - 1 - DROPPED_LINES), -1):
        text = "\n".join(lines[:count]).rstrip()
        shorter = _without_surplus(replace(whole, text=text), around)
        if shorter.text != text and not breaks(shorter, around):
            return shorter
        if not breaks(shorter, around):
            # The rule about brackets gives the same result.
            return whole
    return whole


def _without_surplus(draft: Draft, around: Around) -> Draft:
    """Without closing brackets that have no partner."""
    if not syntax_of(around.window.language).checked or around.inside != "code":
        return draft
    if not _closers(draft, around):
        return draft
    best, harm = draft, _harm(draft, around)
    for _ in range(MOST_SURPLUS):
        shorter = [
            (key, candidate)
            for candidate, is_brace in _without_one(best, around)
            # A brace may close what is opened before the window, or end beyond it.
            if (key := _harm(candidate, around))[2] <= harm[2] or is_brace
        ]
        least = min((key for key, _ in shorter), default=harm)
        if least >= harm:
            break
        harm = least
        best = next(candidate for key, candidate in shorter if key == least)
    return draft if harm[0] else best


def _without_ends(draft: Draft, around: Around) -> Draft:
    """Cut at a word that ends a block where no block of its depth is open."""
    lines = draft.text.split("\n")
    full = [*around.window.prefix.split("\n")[:-1], around.line + lines[0], *lines[1:]]
    above = len(full) - len(lines)
    for number, line in enumerate(lines[1:], 1):
        if not re.fullmatch(CLOSING_WORD, line):
            continue
        depth = width(line)
        header = next(
            (at for at in _upwards(full, above + number) if width(full[at]) <= depth),
            None,
        )
        if header is None:
            continue
        body = next(_upwards(full, above + number))
        empty = body == header and not opens_block(full[header], around.window.language)
        if width(full[header]) < depth or empty:
            return Draft("\n".join(lines[:number]), draft.replace)
    return draft


def _upwards(lines: list[str], below: int) -> Iterator[int]:
    """The numbers of the lines above line `below` that are not blank."""
    return (at for at in range(below - 1, -1, -1) if lines[at].strip())


def _harm(draft: Draft, around: Around) -> tuple[bool, int, int]:
    effect = around.balance(draft)
    return effect.broken, effect.misfits, effect.unmatched


def _without_one(draft: Draft, around: Around) -> Iterator[tuple[Draft, bool]]:
    """The draft without one of the closers that may be too many, last ones first; and
    whether that closer is a brace.
    """
    for closer in reversed(_closers(draft, around)[-TRIED:]):
        before, after = draft.text[: closer.start()], draft.text[closer.end() :]
        line, line_break, rest = after.partition("\n")
        if "\n" in before and not (before.rpartition("\n")[2] + line).strip(" \t;,"):
            # Nothing else stands on its line.
            before, after = before.rpartition("\n")[0], line_break + rest
        elif not after.strip():
            before = before.rstrip(" \t")
        yield replace(draft, text=before + after), closer.group() == "}"


def _closers(draft: Draft, around: Around) -> list[re.Match[str]]:
    """The closers that close nothing of the draft, or a block that goes on below."""
    syntax = syntax_of(around.window.language)
    own = scan(syntax, draft.text)
    # What the draft opens at its end is a block; an opener before that needs a closer.
    if own.inside != "code" or len(own.stack) > 1:
        return []
    if own.stack and draft.text[own.stack[-1].at + 1 :].strip(AFTER_OPENER):
        return []
    alone = set(own.alone)
    if _closes_what_goes_on(draft, around):
        alone.add(draft.text.rindex("}"))
    closer = re.compile((TAG if syntax is HTML else CLOSER) + NOTHING_ELSE)
    return [match for at in sorted(alone) if (match := closer.match(draft.text, at))]


def _closes_what_goes_on(draft: Draft, around: Around) -> bool:
    """Whether an empty block ends the answer, and its inside stands below."""
    if not (re.search(EMPTY_BLOCK, draft.text) and around.below):
        return False
    *above, last = (around.window.prefix + draft.text).split("\n")
    return len(leading_space(around.below[0])) > statement_indent(above, last)
