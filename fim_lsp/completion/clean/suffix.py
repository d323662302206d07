"""The rules about the text that follows the cursor on its line."""

from __future__ import annotations

from .brackets import fits
from .draft import Around, Draft

# One of these at the end of an answer is enough to be a repetition.
ENDINGS = ")]}>\"'`;,"
CLOSERS = ")]}>\"'`"


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


def _harm(draft: Draft, around: Around) -> tuple[bool, int]:
    return not fits(draft, around), around.balance(draft).unmatched


def covers_closers(draft: Draft, around: Around) -> Draft:
    """Let the range cover closers that stand elsewhere in the answer.

    `foo($0)` and the answer `a);`: the closer that the editor inserted is
    replaced, since only so does the text stay balanced.
    """
    closers = len(around.rest) - len(around.rest.lstrip(CLOSERS))
    if not closers or draft.replace or fits(draft, around):
        return draft
    for count in range(1, closers + 1):
        if around.rest[count - 1] not in draft.text:
            break
        covering = Draft(draft.text, count)
        if fits(covering, around):
            return covering
    return draft


def _overlaps(text: str, rest: str) -> list[int]:
    """How many characters at the end of `text` repeat the rest, longest first."""
    found: list[int] = []
    for start in dict.fromkeys((rest.rstrip(), rest.strip())):
        for length in range(min(len(start), len(text)), 0, -1):
            again = start[:length]
            bare = again.strip()
            enough = len(bare) > 1 or bare in ENDINGS or again == start
            if bare and enough and text.endswith(again):
                found.append(length)
    return sorted(set(found), reverse=True)
