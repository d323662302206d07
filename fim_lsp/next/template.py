"""Templates of changes: a pattern of lexemes, and the lexemes that replace it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from .lexemes import Lexeme, is_word, texts
from .spelling import Spelling

# Lexemes of context that are kept on either side of the changed ones.
CONTEXT = 6
# Brackets that open, and in the same order those that close.
OPENING, CLOSING = "([{", ")]}"
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
    def key(self) -> Hashable:
        """The key under which it is remembered that the user refused the change.

        Templates of the same change have the same key, even if one of them describes
        more of the text around the change, or has holes where another has words.
        """
        old, new = (
            Counter(e for e in side if isinstance(e, str))
            for side in (self.old, self.new)
        )
        changed = tuple(
            tuple(sorted(words.elements())) for words in (old - new, new - old)
        )
        spellings = frozenset(e.spelling for e in self.new if isinstance(e, Hole))
        if any(is_word(word) for words in changed for word in words):
            return changed, spellings
        sides = (
            tuple(e if isinstance(e, str) else "" for e in side)
            for side in (self.old, self.new)
        )
        return changed, spellings, *sides

    @property
    def pattern(self) -> tuple[Element, ...]:
        return (*self.left, *self.old, *self.right)


def exact(edit: TokenEdit) -> EditTemplate:
    """The template of one edit, which matches its old lexemes in any context."""
    return template_of(edit, texts(edit.old), texts(edit.new), (), ())


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
