"""The places of a document at which a template matches, and their changes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from ..text import Place, Span, leading_space, smallest
from .context import ANYTHING, MEMBER_SIGNS
from .lexemes import LINE_END, LONGEST_LINE, Lexeme, is_word, lexemes
from .literals import TextMap
from .matching import PatternMatch, Steps, match, rendered
from .template import EditTemplate, Element, Hole
from .variants import QUOTE_VARIANTS


@dataclass(frozen=True, slots=True)
class Site:
    """A place at which a pattern was found: `span` would become `new_text`."""

    span: Span
    new_text: str


@dataclass(frozen=True, slots=True)
class Search:
    """A search for a template in the lines of a document.

    text_map: where strings and comments are.
    steps: how often holes may still be tried.
    """

    language: str
    lines: tuple[str, ...]
    template: EditTemplate
    text_map: TextMap
    steps: Steps


def find(search: Search, place: Place, budget: Iterator[int]) -> Iterator[Site]:
    """The places of the pattern: below `place` downwards, then above it upwards.

    budget: each line that is looked at in vain takes an item; the search ends when no
        item is left.
    """
    template, lines = search.template, search.lines
    anchor = _anchor(template.pattern) or _respelled(template)
    if anchor is None:
        return
    # How many lines the pattern has before the one that holds the anchor.
    before = 0
    wanted: tuple[WantedWord, ...] = ()
    if anchor in template.pattern:
        before = template.pattern[: template.pattern.index(anchor)].count(LINE_END)
        before -= template.pattern[0] == LINE_END
        wanted = _words_by_line(template.pattern, before)

    def has_all_words(number: int) -> bool:
        return all(word.is_in(lines, number) for word in wanted)

    holding = [number for number, line in enumerate(lines) if anchor in line]
    split = bisect_left(holding, place.line)
    in_order = chain(holding[split:], reversed(holding[:split]))
    numbers = filter(has_all_words, in_order)
    above_on_line: list[Site] = []
    for number in numbers:
        in_vain = True
        if number != place.line:
            yield from above_on_line
            above_on_line = []
        for site in _sites_of_block(search, number - before):
            in_vain = False
            if number == place.line and site.span.start < place:
                above_on_line.append(site)
            else:
                yield site
        if in_vain and next(budget, None) is None:
            break
    yield from above_on_line


def _anchor(pattern: Sequence[Element]) -> str | None:
    """The constant of a pattern that is likely to be in the fewest lines."""
    words = [e for e in pattern if isinstance(e, str) and e != LINE_END]
    return max(words, key=lambda word: (is_word(word), len(word)), default=None)


def _respelled(template: EditTemplate) -> str | None:
    """What a template replaces in a name or string, if it does nothing else."""
    hole = template.new[0] if len(template.new) == 1 else ""
    if not isinstance(hole, Hole) or hole.spelling is None:
        return None
    longest = max(hole.spelling.removed, key=len)
    return longest or QUOTE_VARIANTS.get(hole.spelling.style)


@dataclass(frozen=True, slots=True)
class WantedWord:
    """A constant of a pattern.

    offset: how many lines its line is below the one that holds the anchor.
    is_first: whether it begins its line.
    """

    text: str
    offset: int
    is_first: bool

    def is_in(self, lines: Sequence[str], number: int) -> bool:
        """Whether it is in its line if the anchor is in line `number`."""
        number += self.offset
        if not 0 <= number < len(lines):
            return False
        if self.is_first:
            return lines[number].lstrip().startswith(self.text)
        return self.text in lines[number]


def _words_by_line(pattern: Sequence[Element], before: int) -> tuple[WantedWord, ...]:
    """The constants of a pattern.

    before: how many lines the pattern has before the one that holds the anchor.
    """
    offset = -before - (pattern[0] == LINE_END)
    result: list[WantedWord] = []
    for left, element in zip(("", *pattern), pattern, strict=False):
        if element == LINE_END:
            offset += 1
        elif isinstance(element, str):
            result.append(WantedWord(element, offset, is_first=left == LINE_END))
    return tuple(result)


def _sites_of_block(search: Search, first: int) -> Iterator[Site]:
    """The places of the pattern that begin in line `first`."""
    template = search.template
    pattern = template.pattern
    count = max(pattern[1:].count(LINE_END) + (pattern[-1] != LINE_END), 1)
    if not template.right and pattern[-1] == LINE_END:
        count += 1
    if first < 0 or first >= len(search.lines):
        return
    block = search.lines[first : first + count]
    if any(len(line) > LONGEST_LINE for line in block):
        return
    # The lines around show whether lines to be inserted are there already.
    more = template.new.count(LINE_END)
    above = min(more, first)
    below = more if template.old or len(template.left) > 1 else 0
    block = search.lines[first - above : first + count + below]
    items = [
        Lexeme(LINE_END, "", first - above - 1, 0),
        *lexemes(block, search.language, first - above, words_only=template.in_text),
    ]
    position = next(i for i, item in enumerate(items) if item.line == first) - 1
    begins_with = pattern[0] if isinstance(pattern[0], str) else None
    while position < len(items) and items[position].line <= first:
        if begins_with not in (None, items[position].text):
            position += 1
            continue
        matched = match(pattern, items, position, search.steps)
        site = _site(search, items, position, matched) if matched else None
        if site is None or matched is None:
            position += 1
            continue
        yield site
        position = max(matched.end - len(template.right), position + 1)


def _site(
    search: Search, items: Sequence[Lexeme], start: int, matched: PatternMatch
) -> Site | None:
    """The change at a match; None if it changes nothing, or was made already."""
    template = search.template
    first = start + len(template.left)
    end = matched.end - len(template.right)
    if end > len(items) - 1 or first == 0:
        return None
    old = items[first:end]
    following = items[end]
    if not _is_same_kind(search, old or [following]):
        return None
    if rendered(template.new, matched.bindings) is None:
        return None
    if not (template.left or template.old) and items[first - 1].text in MEMBER_SIGNS:
        return None
    if _is_done(template, items, first, end):
        return None
    last = items[first - 1]
    where = _start(last, (old or [following])[0])
    span = Span(where, Place(following.line, following.column))
    text = _new_text(search, matched, old, following)
    return _reduced(search.lines, span, text)


def _start(last: Lexeme, first: Lexeme) -> Place:
    """Where the white space between two lexemes begins."""
    if last.text == LINE_END:
        return Place(first.line, first.column - len(first.lead))
    return Place(last.line, last.end)


def _is_same_kind(search: Search, items: Sequence[Lexeme]) -> bool:
    """Whether a match is in text or in code, as the edits were."""
    first, last = items[0], items[-1]
    end = last.end if last.line == first.line else first.end
    inside = search.text_map.covers(first.line, first.column, end)
    return inside is search.template.in_text


def _is_done(
    template: EditTemplate, items: Sequence[Lexeme], first: int, end: int
) -> bool:
    """Whether the new side is already around a match."""
    if not any(isinstance(element, str) for element in template.new):
        return False  # holes alone would be found everywhere
    right = tuple(element for element in template.right if element != ANYTHING)
    pattern = (*template.left, *template.new, *right)
    shift = len(template.left)
    lowest = max(first - len(template.new), shift)
    for start in range(lowest, first + 1):
        matched = match(pattern, items, start - shift)
        if matched and matched.end - len(right) >= end:
            return True
    return False


def _new_text(
    search: Search,
    matched: PatternMatch,
    old: Sequence[Lexeme],
    following: Lexeme,
) -> str:
    """The new text between the lexeme before the match and `following`."""
    template = search.template
    before = old[0] if old else following
    line = search.lines[before.line]
    indent = leading_space(line)
    line_end = "\r\n" if line.endswith("\r\n") else "\n"
    pieces: list[str] = []
    at_line_start = False
    elements: list[Element | None] = [*template.new, None]
    for index, (element, lead) in enumerate(zip(elements, template.leads, strict=True)):
        if lead is None:
            space = before.lead if index == 0 else following.lead
        elif at_line_start:
            space = indent + lead.removeprefix(template.indent)
        else:
            space = lead
        if not (element == LINE_END and not space.strip()):
            pieces.append(space)
        if element is None:
            break
        pieces.append(_content(search.lines, element, matched, line_end))
        at_line_start = element == LINE_END
    return "".join(pieces)


def _content(
    lines: Sequence[str], element: Element, matched: PatternMatch, line_end: str
) -> str:
    if element == LINE_END:
        return line_end
    if isinstance(element, str):
        return element
    items = matched.bindings[element.index]
    if element.spelling:
        return element.spelling.of(items[0].text) or ""
    return lines[items[0].line][items[0].column : items[-1].end]


def _reduced(lines: Sequence[str], span: Span, text: str) -> Site | None:
    """The smallest change with the same effect; None if there is no effect."""
    start, end = span.start, span.end
    if start.line == end.line:
        old = lines[start.line][start.column : end.column]
    else:
        between = lines[start.line + 1 : end.line]
        first, last = lines[start.line], lines[end.line]
        old = "".join((first[start.column :], *between, last[: end.column]))
    edit = smallest(old, start, text)
    return Site(edit.span, edit.new_text) if edit else None
