"""The templates that can be learned from the last settled edits, the surest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .context import with_less_context
from .evidence import token_edits
from .lexemes import is_word, texts
from .matching import narrowed
from .settled import SettledEdit
from .template import EditTemplate, TokenEdit, exact
from .unify import generalise

# How many of the last settled edits are compared.
LOOKS_BACK = 6
# By the number of edits that show a pattern: how much its constants must weigh together
# (see `weight`) with all its context, and with less of it.  One edit alone is never
# enough.
ENOUGH = ((99.0, 99.0), (99.0, 99.0), (1.5, 3.0), (1.5, 2.0), (1.25, 1.25))
# The same where the pattern is only a part of what was changed.
ENOUGH_OF_PART = ((99.0, 99.0), (99.0, 99.0), (5.0, 5.0), (3.0, 3.0), (2.0, 2.0))
# The same where one edit shows the pattern twice: if it replaces something, and if it
# only inserts something.
ENOUGH_WITHIN = ((3.0, 3.0),)
ENOUGH_WITHIN_INSERTED = ((5.0, 5.0),)
# The fewest characters of a name whose change may be a renaming.
SHORTEST_NAME = 4
# The confidence in a change that was made twice.
TWICE = 0.8
# The confidence in a change that was made more than twice.
OFTEN = 0.9
# The confidence in a change that looks like a renaming.
RENAMING = 0.6


def templates_of(edits: Sequence[SettledEdit]) -> Iterator[tuple[EditTemplate, float]]:
    """Templates of the last edit, each with its confidence, the surest first."""
    newest, *older = [edit for edit in reversed(edits) if edit.teaches][:LOOKS_BACK]
    parts = token_edits(newest)
    if not parts:
        return
    others = [token_edits(edit) for edit in older]
    if within := _within(parts[1:]):
        enough = ENOUGH_WITHIN if within.old else ENOUGH_WITHIN_INSERTED
        yield from _sure((within, 2), enough)
    wholes = [other[:1] for other in others]
    if shared := _shared(parts[0], wholes):
        yield from _sure(shared, ENOUGH)
    for part in parts:
        if shared := _shared(part, others):
            yield from _sure(shared, ENOUGH_OF_PART)
            return
    if len(parts) == 1 and _is_name_change(parts[0]):
        yield exact(parts[0]), RENAMING


def _within(parts: Sequence[TokenEdit]) -> EditTemplate | None:
    """The template of a change that was made several times in one edit."""
    if len(parts) > 1 and len({(texts(p.old), texts(p.new)) for p in parts}) == 1:
        return generalise(parts[0], parts[1])
    return None


def _shared(
    edit: TokenEdit, others: Sequence[Sequence[TokenEdit]]
) -> tuple[EditTemplate, int] | None:
    """The template that an edit has in common with others, and the number of edits."""
    template, count = None, 1
    for parts in others:
        for part in parts:
            common = narrowed(template, part) if template else generalise(edit, part)
            if common is not None:
                template, count = common, count + 1
                break
    return (template, count) if template else None


def _sure(
    shared: tuple[EditTemplate, int], enough: Sequence[tuple[float, float]]
) -> Iterator[tuple[EditTemplate, float]]:
    """The template with all its context, then with less, and the confidence in it.

    enough: how much the pattern must weigh, by the number of edits that show it.
    """
    template, count = shared
    confidence = TWICE if count == 2 else OFTEN  # noqa: PLR2004 - see TWICE
    weights = enough[min(count, len(enough) - 1)]
    for less in with_less_context(template, *weights):
        yield less, confidence


def _is_name_change(edit: TokenEdit) -> bool:
    """Whether one name became another that was not in the edited lines before."""
    if len(edit.old) != 1 or len(edit.new) != 1 or edit.in_text:
        return False
    old, new = edit.old[0].text, edit.new[0].text
    return (
        is_word(old)
        and is_word(new)
        and len(old) >= SHORTEST_NAME
        and new not in texts((*edit.left, *edit.right))
    )
