"""The templates that can be learned from the last settled edits, the surest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .evidence import token_edits
from .lexemes import LINE_END, is_word, texts
from .settled import SettledEdit
from .template import (
    EditTemplate,
    Element,
    Hole,
    TokenEdit,
    exact,
    narrowed,
)
from .unify import generalise
from .variants import QUOTE_VARIANTS

# By how much less a pattern must weigh that only changes quotes, as it matches nothing
# but strings with such quotes.
QUOTES = 2.0
# How many of the last settled edits are compared.
LOOKS_BACK = 6
# By the number of edits that show a pattern: how much its constants must weigh together
# (see `weight`).  One edit alone is never enough.
ENOUGH = (99.0, 99.0, 3.0, 2.0, 1.25)
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
        yield from _with_less_context(within, 2)
    for part in parts:
        shared = _shared(part, others)
        if shared:
            yield from _with_less_context(*shared)
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


def _with_less_context(
    template: EditTemplate, count: int
) -> Iterator[tuple[EditTemplate, float]]:
    """A template, then the same with as little context as is enough.

    count: the number of edits that show the template.
    """
    enough = ENOUGH[min(count, len(ENOUGH) - 1)]
    if _changes_quotes(template):
        enough -= QUOTES
    if not _says_something(template) or weight(template.pattern) < enough:
        return
    confidence = TWICE if count == 2 else OFTEN  # noqa: PLR2004 - see TWICE
    yield template, confidence
    left, right = template.left, template.right
    kept_left = kept_right = 0
    if not template.old:
        kept_left, kept_right = min(len(left), 1), min(len(right), 1)
    while True:
        less = replace(
            template,
            left=left[len(left) - kept_left :],
            right=right[:kept_right],
        )
        if weight(less.pattern) >= enough:
            break
        if kept_right < len(right) and (
            kept_right <= kept_left or kept_left == len(left)
        ):
            kept_right += 1
        else:
            kept_left += 1
    if less != template:
        yield less, confidence
    loose = replace(less, old=tuple(map(_any_content, less.old)))
    if loose != less:
        yield loose, confidence


def _any_content(element: Element) -> Element:
    """The element, as a hole that may hold more than one lexeme if it is a hole."""
    return replace(element, kind="") if isinstance(element, Hole) else element


def _changes_quotes(template: EditTemplate) -> bool:
    """Whether a template only changes the quotes of a string."""
    if len(template.new) != 1:
        return False
    hole = template.new[0]
    return isinstance(hole, Hole) and hole.variant in QUOTE_VARIANTS


def _says_something(template: EditTemplate) -> bool:
    """Whether a template changes more than white space, and replaces known text."""
    if {*template.old, *template.new} <= {LINE_END}:
        return False
    if not template.old or any(isinstance(e, str) for e in template.old):
        return True
    used = {e.index for e in template.new if isinstance(e, Hole)}
    return all(e.index in used for e in template.old if isinstance(e, Hole))


def weight(pattern: Sequence[Element]) -> float:
    """How particular a pattern is: long names count more, signs less, holes nothing."""
    return sum(map(_weight, pattern))


def _weight(element: Element) -> float:
    if isinstance(element, Hole):
        return 0.0
    if element == LINE_END:
        return 0.5
    if is_word(element) or element[0] in "\"'`":
        return min(len(element), 4) * 0.75
    return 0.5


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
