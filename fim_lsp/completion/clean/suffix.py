"""The rules about the text that follows the cursor on its line."""

from __future__ import annotations

import re

from ..code.angles import open_angles, unmatched_angles
from ..code.syntax import HTML, syntax_of
from .draft import Around, Draft
from .unbalanced import fits

# One of these at the end of an answer is enough to be a repetition.
ENDINGS = ")]}>\"'`;,"
CLOSERS = ")]}>\"'`"
# A tag with the value of an attribute that is not closed yet.
ATTRIBUTE = r"<[a-zA-Z][^<>]*=([\"'])[^\"'<>]*\Z"
SEPARATORS = (";", ",")
# What follows a generic argument in a call that the editor closed.
GENERIC_CALL = ">()"


def repeats_suffix(draft: Draft, around: Around) -> Draft:
    """Cut where the rest of the line begins again.

    Of all ends of the answer that begin the rest, the longest one that leaves the
    fewest brackets alone: `bar()` before `)` does not repeat the closer.
    """
    text = draft.text
    cuts = _overlaps(text, around.rest) if draft.replace == 0 else []
    if not cuts:
        return draft
    candidates = [*(Draft(text[:-cut]) for cut in cuts), draft]
    return min(candidates, key=lambda candidate: _harm(candidate, around))


def covers_closers(draft: Draft, around: Around) -> Draft:
    """Let the range cover closers that stand elsewhere in the answer.

    `foo($0)` and the answer `a);`: the closer that the editor inserted is
    replaced, because otherwise the text would not stay balanced.
    """
    if count := _rest_of_attribute(draft, around):
        return Draft(draft.text, count)
    closers = len(around.rest) - len(around.rest.lstrip(CLOSERS))
    alone = fits(draft, around) and not _unmatched_angles(draft, around)
    if not closers or draft.replace or alone:
        return draft
    counts = [*range(1, closers + 1)]
    if around.rest.startswith(GENERIC_CALL) and GENERIC_CALL[:-1] in draft.text:
        counts = [len(GENERIC_CALL)]
    for count in counts:
        if around.rest[count - 1] not in draft.text:
            break
        covering = Draft(draft.text, count)
        if fits(covering, around) and not _unmatched_angles(covering, around):
            return covering
    return draft


def _rest_of_attribute(draft: Draft, around: Around) -> int:
    """The characters after the cursor that a tag's end in the answer replaces.

    The cursor stands in the value of an attribute, whose quote the answer writes.
    """
    value = re.search(ATTRIBUTE, around.line)
    in_html = syntax_of(around.window.language) is HTML
    if value is None or not in_html or draft.replace:
        return 0
    quote = value[1]
    if not around.rest.startswith(quote) or draft.text.count(quote) % 2 == 0:
        return 0
    return 1 + (draft.text.endswith(">") and around.rest.startswith(">", 1))


def doubled_separator(draft: Draft, around: Around) -> Draft:
    """Drop a last `;` or `,` that follows the cursor as well."""
    following = around.rest[draft.replace :].lstrip(" ")
    text = draft.text.rstrip(" ")
    while text.endswith(SEPARATORS) and following.startswith(text[-1]):
        text = text[:-1]
    return draft if text == draft.text.rstrip(" ") else Draft(text, draft.replace)


def _harm(draft: Draft, around: Around) -> tuple[bool, int]:
    unmatched = around.balance(draft).unmatched
    return not fits(draft, around), unmatched + _unmatched_angles(draft, around)


def _unmatched_angles(draft: Draft, around: Around) -> int:
    """Generic brackets without a partner, if the cursor stands inside of one."""
    if not open_angles(around.line, around.window.language):
        return 0
    return unmatched_angles(around.line + draft.text + around.rest[draft.replace :])


def _overlaps(text: str, rest: str) -> list[int]:
    """How many characters at the end of `text` repeat the rest, longest first."""
    lengths: set[int] = set()
    for start in dict.fromkeys((rest.rstrip(), rest.strip())):
        for length in range(min(len(start), len(text)), 0, -1):
            again = start[:length]
            bare = again.strip()
            enough = len(bare) > 1 or bare in ENDINGS or again == start
            if bare and enough and text.endswith(again):
                lengths.add(length)
    return sorted(lengths, reverse=True)
