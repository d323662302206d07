"""The rules about closers that the answer writes once too often."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..code.brackets import scan
from ..code.lines import opens_block, width
from ..code.syntax import HTML, syntax_of
from .draft import Around, Draft

CLOSER = r"[)\]}]"
TAG = r"</[a-zA-Z][^<>]*>"
EMPTY_BLOCK = r"\{\s*\}\s*\Z"
# A word that closes a block, alone on its line.
CLOSING_WORD = r"[ \t]*(?:end|fi|done|esac)\b[ \t]*;?[ \t]*"
# Of an answer's closers the last ones are tried, and so many are taken out.
TRIED = 8
MOST_SURPLUS = 3


def surplus_closers(draft: Draft, around: Around) -> Draft:
    """Take out what closes nothing, and what closes a block that goes on below."""
    return _without_surplus(_without_ends(draft, around), around)


def _without_surplus(draft: Draft, around: Around) -> Draft:
    """Without closing brackets that have no partner."""
    syntax = syntax_of(around.window.language)
    if not syntax.checked or around.inside != "code":
        return draft
    if not scan(syntax, draft.text).extra and not _closes_what_goes_on(draft, around):
        return draft
    best, harm = draft, _harm(draft, around)
    for _ in range(MOST_SURPLUS):
        shorter = [(_harm(each, around), each) for each in _without_one(best, around)]
        least = min((key for key, _ in shorter), default=harm)
        if least >= harm:
            break
        harm = least
        best = next(each for key, each in shorter if key == least)
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


def _harm(draft: Draft, around: Around) -> tuple[bool, int]:
    effect = around.balance(draft)
    return effect.broken, effect.unmatched


def _closes_what_goes_on(draft: Draft, around: Around) -> bool:
    """Whether an empty block ends the answer, and its inside stands below."""
    if not (re.search(EMPTY_BLOCK, draft.text) and around.below):
        return False
    last = draft.text.rpartition("\n")[2] if "\n" in draft.text else around.line
    return width(around.below[0]) > width(last)


def _without_one(draft: Draft, around: Around) -> Iterator[Draft]:
    """The draft without one of its closers, the last ones first."""
    tags = syntax_of(around.window.language) is HTML
    closers = list(re.finditer(TAG if tags else CLOSER, draft.text))
    for closer in closers[: -TRIED - 1 : -1]:
        before, after = draft.text[: closer.start()], draft.text[closer.end() :]
        line = before.rpartition("\n")[2] + after.partition("\n")[0]
        if not line.strip(" \t;,") and "\n" in before:
            # Nothing else stands on its line.
            before, after = (
                before.rpartition("\n")[0],
                after[len(after.partition("\n")[0]) :],
            )
        elif not after.strip():
            before = before.rstrip(" \t")
        yield replace(draft, text=before + after)
