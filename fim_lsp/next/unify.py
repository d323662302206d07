"""The template that two edits have in common, by anti-unification.

Lexemes that are equal in both edits stay; lexemes that differ become holes.  The
content of a hole on the new side must also be on the old side or around it, perhaps in
another spelling; otherwise the edits have no template in common.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from ..text import common_ends
from .lexemes import LINE_END, Lexeme, kind_of, texts
from .spelling import spelling_between
from .template import (
    CLOSING,
    CONTEXT,
    KINDS,
    OPENING,
    EditTemplate,
    Element,
    Hole,
    TokenEdit,
    indices,
    template_of,
    without_outer_holes,
)

# The content of a hole in the two edits.
Content = tuple[tuple[str, ...], tuple[str, ...]]
# The contents of the holes of the old side.
Bindings = list[Content]
# The contents of all holes, by the hole's index.
Contents = dict[int, Content]


def generalise(one: TokenEdit, other: TokenEdit) -> EditTemplate | None:
    """The template that two edits have in common; None if they have none."""
    if one.in_text != other.in_text:
        return None
    for old, bindings in _alignments(texts(one.old), texts(other.old)):
        contents = dict(enumerate(bindings))
        left = _common_context(one.left[::-1], other.left[::-1], contents)
        right = _common_context(one.right, other.right, contents)
        new = _explained(texts(one.new), texts(other.new), contents)
        if new is not None:
            needed = indices((*old, *new))
            left = without_outer_holes(left, needed)[::-1]
            right = without_outer_holes(right, needed)
            return template_of(one, old, new, left, right)
    return None


def _common_context(
    one: Sequence[Lexeme], other: Sequence[Lexeme], contents: Contents
) -> tuple[Element, ...]:
    """The common part of two contexts, from the change outwards.

    A hole stands for names, numbers or strings that differ.  If a hole of `contents`
    has the same content in both edits, it is that hole; else it is a new one with a
    negative index, which is added to `contents`.
    """
    elements: list[Element] = []
    for first, second in zip(one[:CONTEXT], other[:CONTEXT], strict=False):
        kind = kind_of(first.text)
        if first.text == second.text:
            elements.append(first.text)
        elif kind in KINDS and kind == kind_of(second.text):
            content = (first.text,), (second.text,)
            same = (index for index, pair in contents.items() if pair == content)
            index = next(same, min([0, *contents]) - 1)
            contents[index] = content
            elements.append(Hole(index, kind))
        else:
            break
    return tuple(elements)


def _alignments(
    one: tuple[str, ...], other: tuple[str, ...]
) -> Iterator[tuple[tuple[Element, ...], Bindings]]:
    """Patterns that two old sides have in common, with the contents of their holes."""
    if one == other:
        yield one, []
        return
    seen = set()
    for blocks in (_equal_blocks(one, other), _equal_ends(one, other)):
        aligned = _with_holes(one, other, blocks)
        if aligned and aligned[0] not in seen:
            seen.add(aligned[0])
            yield aligned


def _equal_blocks(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, ...]]:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return [tuple(block) for block in matcher.get_matching_blocks()]


def _equal_ends(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, ...]]:
    """Only the common beginning and the common end, as blocks."""
    start, end = common_ends(one, other)
    return [
        (0, 0, start),
        (len(one) - end, len(other) - end, end),
        (len(one), len(other), 0),
    ]


def _with_holes(
    one: tuple[str, ...], other: tuple[str, ...], blocks: Sequence[tuple[int, ...]]
) -> tuple[tuple[Element, ...], Bindings] | None:
    """The pattern of the equal `blocks` with holes between them, and their contents."""
    elements: list[Element] = []
    bindings: Bindings = []
    end_one = end_other = 0
    for start_one, start_other, size in blocks:
        content = one[end_one:start_one], other[end_other:start_other]
        if any(content):
            # A hole that is empty in one edit would match anywhere.
            if not all(content) or LINE_END in content[0] + content[1]:
                return None
            if not all(map(_is_balanced, content)):
                return None
            if content not in bindings:
                bindings.append(content)
            elements.append(Hole(bindings.index(content), _shared_kind(content)))
        elements += one[start_one : start_one + size]
        end_one, end_other = start_one + size, start_other + size
    return tuple(elements), bindings


def _shared_kind(contents: Sequence[tuple[str, ...]]) -> str:
    """The kind of lexeme, if each content is one lexeme of that kind; else empty."""
    if any(len(content) != 1 for content in contents):
        return ""
    kinds = {kind_of(content[0]) for content in contents}
    return kinds.pop() if len(kinds) == 1 else ""


def _is_balanced(words: Sequence[str]) -> bool:
    depth = 0
    for word in words:
        depth += word in OPENING
        depth -= word in CLOSING
        if depth < 0:
            return False
    return depth == 0


def _explained(
    one: tuple[str, ...], other: tuple[str, ...], contents: Contents
) -> tuple[Element, ...] | None:
    """The new side of the template, made of constants and of holes of `contents`.

    None if there is no such new side.
    """
    elements: list[Element] = []
    i = j = 0
    while i < len(one) or j < len(other):
        hole = _hole_at(one, i, other, j, contents)
        if hole is not None:
            elements.append(hole)
            first, second = contents[hole.index]
            i += 1 if hole.spelling else len(first)
            j += 1 if hole.spelling else len(second)
        elif i < len(one) and j < len(other) and one[i] == other[j]:
            elements.append(one[i])
            i, j = i + 1, j + 1
        else:
            return None
    return tuple(elements)


def _hole_at(
    one: tuple[str, ...], i: int, other: tuple[str, ...], j: int, contents: Contents
) -> Hole | None:
    """The longest hole whose contents are at `one[i:]` and at `other[j:]`."""
    fitting = [
        (len(first) + len(second), index)
        for index, (first, second) in contents.items()
        if one[i : i + len(first)] == first and other[j : j + len(second)] == second
    ]
    if fitting:
        index = max(fitting)[1]
        return Hole(index, _shared_kind(contents[index]))
    if i >= len(one) or j >= len(other) or one[i] == other[j]:
        return None
    for index, (first, second) in contents.items():
        if len(first) != 1 or len(second) != 1:
            continue
        spelling = spelling_between((first[0], one[i]), (second[0], other[j]))
        if spelling:
            return Hole(index, spelling=spelling)
    return None
