"""Templates of changes: a pattern of lexemes, and the lexemes that replace it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .lexemes import LINE_END, Lexeme, kind_of, texts
from .spelling import Spelling

# Lexemes of context that are kept on either side of the changed ones.
CONTEXT = 6
# Brackets that open, and in the same order those that close.
OPENING, CLOSING = "([{", ")]}"
# How often holes may be tried at one place.
MOST_STEPS = 2000
# Kinds of lexemes of which one may replace another in the context of a change.
KINDS = frozenset({"word", "number", "string"})


@dataclass(frozen=True, slots=True)
class Hole:
    """A part of a template that differs from edit to edit.

    index: the hole's number; holes with the same number have the same content.  It is
        negative if the hole is only in the context.
    kind: the kind of the one lexeme in the hole; empty if the hole may hold several
        lexemes with balanced brackets.
    spelling: the other spelling in which the new side has the content; None for the
        same spelling.
    """

    index: int
    kind: str = ""
    spelling: Spelling | None = None


Element = str | Hole


@dataclass(frozen=True, slots=True)
class TokenEdit:
    """One edit as lexemes: `left + old + right` became `left + new + new_right`.

    right, new_right: the same lexemes, at their places before and after the edit.
    in_text: whether only a string or a comment was changed.
    """

    left: tuple[Lexeme, ...]
    old: tuple[Lexeme, ...]
    new: tuple[Lexeme, ...]
    right: tuple[Lexeme, ...]
    new_right: tuple[Lexeme, ...]
    in_text: bool = False


@dataclass(frozen=True, slots=True)
class EditTemplate:
    """A pattern `left + old + right`, in which `old` becomes `new`.

    leads: the white space before each element of `new`, and before the lexeme that
        follows; None leaves the white space of the place as it is.
    indent: the indentation of the line on which the edit began; the indentation in
        `leads` counts from it.
    in_text: whether the pattern matches in strings and comments, and not in code.
    """

    left: tuple[Element, ...]
    old: tuple[Element, ...]
    right: tuple[Element, ...]
    new: tuple[Element, ...]
    leads: tuple[str | None, ...]
    indent: str
    in_text: bool = False

    @property
    def key(self) -> tuple[tuple[Element, ...], tuple[Element, ...]]:
        """The key under which it is remembered that the user refused the change."""
        return self.old, self.new

    @property
    def pattern(self) -> tuple[Element, ...]:
        return (*self.left, *self.old, *self.right)


def exact(edit: TokenEdit) -> EditTemplate:
    """The template of one edit, which matches its old lexemes in any context."""
    return template_of(edit, texts(edit.old), texts(edit.new), (), ())


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


def template_of(
    edit: TokenEdit,
    old: tuple[Element, ...],
    new: tuple[Element, ...],
    left: tuple[Element, ...],
    right: tuple[Element, ...],
) -> EditTemplate:
    before = (*edit.old, *edit.right[:1])
    after = (*edit.new, *edit.new_right[:1])
    first = before[0].lead if before else ""
    leads: list[str | None] = [item.lead for item in after]
    # White space that the edit did not change is left alone at other places, too.
    if leads and leads[0] == first:
        leads[0] = None
    if edit.old and edit.right and edit.new_right[0].lead == edit.right[0].lead:
        leads[1:] = [*leads[1:-1], None] if len(leads) > 1 else []
    kept = _leads_of_elements(new, texts(edit.new), leads)
    return EditTemplate(left, old, right, new, kept, _indent(edit), edit.in_text)


def _leads_of_elements(
    new: Sequence[Element], words: Sequence[str], leads: Sequence[str | None]
) -> tuple[str | None, ...]:
    """The leads of elements, of which a hole may stand for several lexemes."""
    # `position` is where an element is in `words`.  A hole reaches up to the next
    # constant.
    result: list[str | None] = []
    position = 0
    for index, element in enumerate(new):
        result.append(leads[position] if position < len(leads) else "")
        if isinstance(element, str) or element.kind or element.spelling:
            position += 1
            continue
        following = next((e for e in new[index + 1 :] if isinstance(e, str)), None)
        position += 1
        while position < len(words) and words[position] != following:
            position += 1
    result.append(leads[-1] if leads else "")
    return tuple(result)


def _indent(edit: TokenEdit) -> str:
    """The indentation of the line on which an edit begins, before the edit."""
    line = [*edit.left, *edit.old, *edit.right]
    number = (edit.old or edit.right or edit.left)[0].line
    return next((item.lead for item in line if item.line == number), "")


def indices(elements: Sequence[Element]) -> frozenset[int]:
    """The numbers of the holes among some elements."""
    return frozenset(e.index for e in elements if isinstance(e, Hole))


def without_outer_holes(
    elements: Sequence[Element], needed: frozenset[int]
) -> tuple[Element, ...]:
    """The elements without the holes at their end, up to a hole that is `needed`."""
    size = len(elements)
    while size:
        last = elements[size - 1]
        if not isinstance(last, Hole) or last.index in needed:
            break
        size -= 1
    return tuple(elements[:size])


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
