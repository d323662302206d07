"""How much of the context of a change a template needs to be particular enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .lexemes import LINE_END, is_word
from .template import CLOSING, OPENING, EditTemplate, Element, Hole, indices
from .variants import QUOTE_VARIANTS

# By how much less a pattern must weigh that only respells a name: not every name can be
# respelled in that way.
RESPELLED = 1.5
# The same for a pattern that only changes quotes, as it matches nothing but strings
# with such quotes.
QUOTES = 2.0
# Signs behind which a name is a part of a longer one.
MEMBER_SIGNS = (".", ":", ">", "-")
# What stands behind an insertion: anything but a closing bracket or the line's end.
ANYTHING = Hole(-1000)


def with_less_context(
    template: EditTemplate, enough: float, enough_alone: float
) -> Iterator[EditTemplate]:
    """A template, then the same with as little context as is enough.

    enough: how much the constants of the pattern must weigh together (see `weight`) if
        it keeps all its context; nothing is yielded if they do not.
    enough_alone: the same if it keeps only a part of its context.
    """
    bonus = _bonus(template)
    if not template.old and LINE_END in template.new:
        # A new line could stand anywhere: only its context says where.
        enough = max(enough, enough_alone)
    if not _says_something(template) or weight(template.pattern) < enough - bonus:
        return
    yield template
    seen = {template}
    for less in _reduced(template, enough_alone - bonus):
        for looser in (less, _loosened(less)):
            if looser not in seen:
                seen.add(looser)
                yield looser


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


def _bonus(template: EditTemplate) -> float:
    """By how much less a template must weigh because it respells what it finds."""
    if template.in_text or len(template.new) != 1:
        return 0.0
    hole = template.new[0]
    if not isinstance(hole, Hole) or hole.spelling is None:
        return 0.0
    if hole.spelling.style in QUOTE_VARIANTS:
        return QUOTES
    return RESPELLED + weight([text for text in hole.spelling.removed if text])


def _reduced(template: EditTemplate, enough: float) -> Iterator[EditTemplate]:
    """The template with just enough context: on both sides, then on either side."""
    least_left, least_right = _least_context(template)
    beside = int(not template.old)
    left = max(least_left, min(len(template.left), beside))
    right = max(least_right, min(len(template.right), beside))
    both = _grown(template, enough, "", left, right)
    if LINE_END in template.new[:1] + template.new[-1:]:
        # Whole lines are inserted behind what is on the left, whatever comes then.
        is_behind = not template.old and template.left[-1:] == template.new[-1:]
        behind = _grown(template, enough, "left", left, 0) if is_behind else None
        if both and not (behind and _is_indented(template)):
            yield both
        if behind and least_right == 0:
            yield behind
        return
    if both:
        yield both
    # What is inserted at a line's end belongs there.
    at_end = template.right[:1] == (LINE_END,)
    if less := _grown(template, enough, "left", left, right):
        yield less
        if not template.old and least_right == 0 and not at_end:
            yield replace(less, right=(ANYTHING,))
    if less := _grown(template, enough, "right", left, right):
        yield less
        if not template.old and least_left == 0:
            yield replace(less, left=())


def _is_indented(template: EditTemplate) -> bool:
    """Whether inserted lines are indented more than the line that follows them.

    Such lines belong to the line above.
    """
    first = template.leads[0] if template.leads else None
    return first is not None and len(first) > len(template.indent)


def _grown(
    template: EditTemplate, enough: float, prefer: str, left: int, right: int
) -> EditTemplate | None:
    """The template with `left` and `right` elements of context, or more if needed.

    prefer: the side, "left" or "right", that alone may get more; empty for both.
    None if that is not enough.
    """
    most_left, most_right = len(template.left), len(template.right)
    while True:
        less = replace(
            template,
            left=template.left[most_left - left :],
            right=template.right[:right],
        )
        if weight(less.pattern) >= enough:
            return less
        more_right = right < most_right and prefer != "left"
        more_left = left < most_left and prefer != "right"
        if more_right and (right <= left or not more_left):
            right += 1
        elif more_left:
            left += 1
        else:
            return None


def _loosened(template: EditTemplate) -> EditTemplate:
    """The template, in whose old side a hole may hold more than one lexeme."""
    return replace(template, old=tuple(map(_any_content, template.old)))


def _any_content(element: Element) -> Element:
    return replace(element, kind="") if isinstance(element, Hole) else element


def _least_context(template: EditTemplate) -> tuple[int, int]:
    """How many elements of context a template must keep on the left and on the right.

    These are the ones up to a hole that is also in the change itself, and up to the
    name of the call whose arguments are deleted.
    """
    needed = indices((*template.old, *template.new))

    def reach(context: Sequence[Element]) -> int:
        holes = (
            number
            for number, element in enumerate(context, 1)
            if isinstance(element, Hole) and element.index in needed
        )
        return max(holes, default=0)

    left, right = reach(template.left[::-1]), reach(template.right)
    for position in _lost_holes(template):
        opener = _opener_of(template, position)
        if opener is not None and opener < len(template.left):
            left, right = max(left, len(template.left) - opener + 1), max(right, 1)
    return left, min(right, len(template.right))


def _says_something(template: EditTemplate) -> bool:
    """Whether a template changes more than white space, and replaces known text.

    Text of which nothing is known is deleted only between the brackets of a call (or of
    type arguments) whose name is known.  A deleted line begins with a known word.
    """
    if {*template.old, *template.new} <= {LINE_END}:
        return False
    lost = _lost_holes(template)
    if not lost:
        return True
    if template.new:
        return any(isinstance(element, str) for element in template.old)
    if LINE_END in template.old and not _begins_with_word(template.old):
        return False
    return all(_opener_of(template, position) is not None for position in lost)


def _begins_with_word(elements: Sequence[Element]) -> bool:
    first = next((e for e in elements if e not in (LINE_END, "@")), None)
    return isinstance(first, str) and is_word(first)


def _lost_holes(template: EditTemplate) -> list[int]:
    """The positions, in `left + old`, of the holes whose content is deleted."""
    kept = indices((*template.left, *template.new, *template.right))
    return [
        position
        for position, element in enumerate(template.old, len(template.left))
        if isinstance(element, Hole) and element.index not in kept
    ]


def _opener_of(template: EditTemplate, position: int) -> int | None:
    """The position, in `left + old`, of the bracket around `position`.

    None if there is no such bracket, or no known name before it.
    """
    elements = (*template.left, *template.old)
    depth = 0
    for index in range(position - 1, 0, -1):
        element = elements[index]
        if not isinstance(element, str):
            continue
        if element in CLOSING:
            depth += 1
        elif element in OPENING or element == "<":
            if depth == 0:
                name = elements[index - 1]
                is_name = isinstance(name, str) and is_word(name)
                return index if is_name else None
            depth -= element != "<"
    return None
