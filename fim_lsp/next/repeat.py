"""`repeat`: where the same change is likely to be wanted again; no model is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import cast

from ..text import Document, Place
from .evidence import token_edits
from .lexemes import LINE_END, is_word, lexemes, texts
from .literals import TextMap
from .settled import SettledEdit
from .sites import Search, Site, find
from .template import (
    EditTemplate,
    Element,
    Hole,
    Steps,
    TokenEdit,
    exact,
    narrowed,
)
from .unify import generalise
from .variants import QUOTE_VARIANTS

# A longer document is searched in a thread, so that nothing else waits for it.
LONG_DOCUMENT = 20_000
# So many places of one pattern are counted, and changed together at most.
MOST_SITES = 200
# So many lines that hold all words of a pattern are looked at in vain: of the pattern
# with all of its context, of that with the least, and of each further one.
CANDIDATES = (150, 400, 150)
# As many where all places of one pattern are wanted.
MOST_CANDIDATES = 400
# What it counts that strings get other quotes: they say by themselves where they fit.
QUOTES = 2.0
# How often holes may be tried in one document.
MOST_STEPS = 50_000
# How many settled edits back the same change is recognised.
LOOKS_BACK = 6
# What the constants of a pattern must weigh together (see `_weight`), by the number
# of edits that show it.
ENOUGH = (99.0, 99.0, 3.0, 2.0, 1.25)
# What one edit must weigh that is taken for a renaming.
SHORTEST_NAME = 4
# In how many other places a name must stand that is taken for renamed.
OTHER_PLACES = 2


@dataclass(frozen=True, slots=True)
class Repeated:
    """What `repeat` proposes: the nearest site, all of them, by which template."""

    site: Site
    sites: tuple[Site, ...]
    template: EditTemplate
    confidence: float


# What `repeat` comes to: a proposal with an empty reason, or None with the reason.
Repetition = tuple[Repeated | None, str]


def repetition(
    document: Document,
    edits: Sequence[SettledEdit],
    place: Place,
    is_refused: Callable[[EditTemplate], bool] = lambda _template: False,
) -> Repetition:
    """The next change of the kind of the last of `edits`, nearest below `place`.

    Returns it with an empty reason, or None with the reason's name: "nothing-settled",
    "no-pattern", "refused-pattern", "nothing-left".
    """
    steps = _steps(document, edits, place, is_refused)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return cast("Repetition", end.value)


async def find_repetition(
    document: Document,
    edits: Sequence[SettledEdit],
    place: Place,
    refused: frozenset[Hashable],
) -> Repetition:
    """As `repetition`, in steps between which requests are answered; a long document is
    searched in a thread.

    refused: keys of templates that the user has dismissed.
    """

    def is_refused(template: EditTemplate) -> bool:
        return template.key in refused

    if len(document.lines) > LONG_DOCUMENT:
        return await asyncio.to_thread(repetition, document, edits, place, is_refused)
    steps = _steps(document, edits, place, is_refused)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return cast("Repetition", end.value)
        await asyncio.sleep(0)


def _steps(
    document: Document,
    edits: Sequence[SettledEdit],
    place: Place,
    is_refused: Callable[[EditTemplate], bool],
) -> Generator[None, None, Repetition]:
    """The search of `repetition`; it pauses after each place that it finds."""
    if not edits or not edits[-1].teaches:
        return None, "nothing-settled"
    reason = "no-pattern"
    whole = _search_in(document)
    for number, (template, confidence) in enumerate(_templates(edits)):
        budget = iter(range(CANDIDATES[min(number, len(CANDIDATES) - 1)]))
        if is_refused(template):
            reason = "refused-pattern"
            continue
        places: list[Site] = []
        for site in islice(find(whole(template), place, budget), MOST_SITES):
            places.append(site)
            yield
        sites = tuple(places)
        if confidence == RENAMING:
            sites = _renamed(document, edits[-1], template, sites)
            if not sites:
                continue
        if sites:
            return Repeated(sites[0], sites, template, confidence), ""
        if reason == "no-pattern":
            reason = "nothing-left"
    return None, reason


def sites_of(
    document: Document, template: EditTemplate, place: Place
) -> tuple[Site, ...]:
    """The places of a template in a document, nearest below `place` first."""
    search = _search_in(document)(template)
    budget = iter(range(MOST_CANDIDATES))
    return tuple(islice(find(search, place, budget), MOST_SITES))


def _search_in(document: Document) -> Callable[[EditTemplate], Search]:
    """Searches for templates in a document, which share what is known of it."""
    lines = document.lines[:]
    text_map, steps = TextMap(lines, document.language), Steps(MOST_STEPS)

    def search(template: EditTemplate) -> Search:
        return Search(document.language, lines, template, text_map, steps)

    return search


# Confidence: the same change twice, more often, and one that looks like a renaming.
TWICE, OFTEN, RENAMING = 0.8, 0.9, 0.6


def _templates(edits: Sequence[SettledEdit]) -> Iterator[tuple[EditTemplate, float]]:
    """Templates that the last edit shares with others, the surest first."""
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
    """The template of a change that was made several times in one line."""
    if len(parts) > 1 and len({(texts(p.old), texts(p.new)) for p in parts}) == 1:
        return generalise(parts[0], parts[1])
    return None


def _shared(
    edit: TokenEdit, others: Sequence[Sequence[TokenEdit]]
) -> tuple[EditTemplate, int] | None:
    """The template that `edit` shares with others, and how many edits it has."""
    template, count = None, 1
    for each in others:
        for other in each:
            found = narrowed(template, other) if template else generalise(edit, other)
            if found is not None:
                template, count = found, count + 1
                break
    return (template, count) if template else None


def _with_less_context(
    template: EditTemplate, count: int
) -> Iterator[tuple[EditTemplate, float]]:
    """`template`, then with as little context as says enough for `count` edits."""
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
    """A hole that may hold more than the one lexeme that it held so far."""
    return replace(element, kind="") if isinstance(element, Hole) else element


def _changes_quotes(template: EditTemplate) -> bool:
    """Whether a string gets other quotes, and nothing else changes."""
    if len(template.new) != 1:
        return False
    hole = template.new[0]
    return isinstance(hole, Hole) and hole.variant in QUOTE_VARIANTS


def _says_something(template: EditTemplate) -> bool:
    """Whether a template changes more than white space, and knows what it replaces."""
    if {*template.old, *template.new} <= {LINE_END}:
        return False
    if not template.old or any(isinstance(e, str) for e in template.old):
        return True
    used = {e.index for e in template.new if isinstance(e, Hole)}
    return all(e.index in used for e in template.old if isinstance(e, Hole))


def weight(pattern: Sequence[Element]) -> float:
    """How much a pattern says: long names more, signs less, holes nothing."""
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
    """Whether one name became another one that the edit did not have before."""
    if len(edit.old) != 1 or len(edit.new) != 1 or edit.in_text:
        return False
    old, new = edit.old[0].text, edit.new[0].text
    return (
        is_word(old)
        and is_word(new)
        and len(old) >= SHORTEST_NAME
        and new not in texts((*edit.left, *edit.right))
    )


def _renamed(
    document: Document,
    edit: SettledEdit,
    template: EditTemplate,
    sites: tuple[Site, ...],
) -> tuple[Site, ...]:
    """The places where a name still stands that was changed once; none where that was
    no renaming: the name stands hardly anywhere else, or the new one does.

    Names behind a dot are left out where the others are enough, unless a name behind
    a dot was changed.
    """
    if len(sites) < OTHER_PLACES or not _is_new(document, template.new[0]):
        return ()
    change = token_edits(edit)[0]
    if change.left[-1].text == ".":
        return tuple(site for site in sites if _is_behind_dot(document, site))
    plain = tuple(site for site in sites if not _is_behind_dot(document, site))
    return plain if len(plain) >= OTHER_PLACES else sites


def _is_behind_dot(document: Document, site: Site) -> bool:
    start = _word_start(document.lines[site.span.start.line], site.span.start.column)
    return document.lines[site.span.start.line][:start].endswith(".")


def _word_start(line: str, column: int) -> int:
    """Where the word begins in which `column` is."""
    while column and (line[column - 1].isalnum() or line[column - 1] == "_"):
        column -= 1
    return column


def _is_new(document: Document, name: Element) -> bool:
    """Whether a name stands once in the document: where it was just written."""
    assert isinstance(name, str)
    holding = (line for line in document.lines if name in line)
    uses = sum(
        texts(lexemes([line], document.language)).count(name)
        for line in islice(holding, MOST_CANDIDATES)
    )
    return uses == 1
