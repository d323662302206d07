"""Where the pattern of a template matches, and what its holes hold there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .lexemes import LINE_END, Lexeme, kind_of, texts
from .template import (
    CLOSING,
    OPENING,
    EditTemplate,
    Element,
    Hole,
    TokenEdit,
    indices,
    without_outer_holes,
)

# How often holes may be tried at one place.
MOST_STEPS = 2000


def narrowed(template: EditTemplate, edit: TokenEdit) -> EditTemplate | None:
    """`template` without the context that a further edit does not have.

    None if the template does not describe the edit.
    """
    if template.in_text != edit.in_text:
        return None
    matched = match(template.old, edit.old, 0)
    if matched is None or matched.end != len(edit.old):
        return None
    bindings = dict(matched.bindings)
    left = _kept_context(template.left[::-1], edit.left[::-1], bindings)
    right = _kept_context(template.right, edit.right, bindings)
    if rendered(template.new, bindings) != texts(edit.new):
        return None
    needed = indices((*template.old, *template.new))
    return replace(
        template,
        left=without_outer_holes(left, needed)[::-1],
        right=without_outer_holes(right, needed),
    )


def rendered(
    elements: Sequence[Element], bindings: dict[int, tuple[Lexeme, ...]]
) -> tuple[str, ...] | None:
    """The lexemes of the new side, with holes filled; None if a hole has no content."""
    result: list[str] = []
    for element in elements:
        if isinstance(element, str):
            result.append(element)
        elif element.index not in bindings:
            return None
        elif element.spelling:
            words = texts(bindings[element.index])
            spelled = element.spelling.of(words[0]) if len(words) == 1 else None
            if spelled is None:
                return None
            result.append(spelled)
        else:
            result += texts(bindings[element.index])
    return tuple(result)


@dataclass(frozen=True, slots=True)
class PatternMatch:
    """A match: the index behind its last lexeme, and the contents of its holes."""

    end: int
    bindings: dict[int, tuple[Lexeme, ...]]


class Steps:
    """How often holes may still be tried; several holes could take very long."""

    def __init__(self, left: int) -> None:
        self.left = left


def match(
    pattern: Sequence[Element],
    items: Sequence[Lexeme],
    start: int,
    steps: Steps | None = None,
) -> PatternMatch | None:
    """The match of a pattern at `items[start]`, with holes as short as possible.

    None if there is no match, or if the steps are used up.
    """
    return _match(pattern, 0, items, start, ({}, steps or Steps(MOST_STEPS)))


def _match(
    pattern: Sequence[Element],
    index: int,
    items: Sequence[Lexeme],
    position: int,
    state: tuple[dict[int, tuple[Lexeme, ...]], Steps],
) -> PatternMatch | None:
    bindings, steps = state
    while index < len(pattern):
        element = pattern[index]
        if isinstance(element, Hole):
            following = pattern[index + 1] if index + 1 < len(pattern) else None
            for end in _hole_ends(element, items, position, following):
                steps.left -= 1
                if steps.left < 0:
                    return None
                content = tuple(items[position:end])
                before = bindings.get(element.index)
                if before is not None and texts(before) != texts(content):
                    continue
                bound = {**bindings, element.index: content}
                matched = _match(pattern, index + 1, items, end, (bound, steps))
                if matched:
                    return matched
            return None
        if position >= len(items) or items[position].text != element:
            return None
        index, position = index + 1, position + 1
    return PatternMatch(position, bindings)


def _hole_ends(
    hole: Hole, items: Sequence[Lexeme], start: int, following: Element | None
) -> Iterator[int]:
    """The indices at which a hole may end.

    Brackets in a hole are balanced, and a hole does not reach over the end of its line.
    Angle brackets are brackets if one of them is `following`, the element behind the
    hole.
    """
    if hole.kind:
        if start < len(items) and kind_of(items[start].text) == hole.kind:
            yield start + 1
        return
    opening, closing = OPENING, CLOSING
    if following == ">":
        opening, closing = OPENING + "<", CLOSING + ">"
    depth = 0
    for position in range(start, len(items)):
        text = items[position].text
        if text == LINE_END:
            return
        if text in opening:
            depth += 1
        elif text in closing:
            depth -= 1
            if depth < 0:
                return
        if depth == 0:
            yield position + 1


def _kept_context(
    context: Sequence[Element],
    items: Sequence[Lexeme],
    bindings: dict[int, tuple[Lexeme, ...]],
) -> tuple[Element, ...]:
    """The beginning of `context` that fits the beginning of `items`.

    bindings: the contents of holes; those of the context are added.
    """
    kept: list[Element] = []
    for element, item in zip(context, items, strict=False):
        if isinstance(element, Hole):
            content = bindings.setdefault(element.index, (item,))
            if kind_of(item.text) != element.kind or texts(content) != (item.text,):
                break
        elif item.text != element:
            break
        kept.append(element)
    return tuple(kept)
