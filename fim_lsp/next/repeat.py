"""`repeat`: finds places for the same change again, without asking a model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Hashable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import cast

from ..text import Document, Place
from .evidence import token_edits
from .learned import RENAMING, TWICE, templates_of
from .lexemes import lexemes, texts
from .line_run import LineRun, line_run
from .literals import TextMap
from .matching import Steps
from .settled import SettledEdit
from .sites import Search, Site, find
from .template import EditTemplate, Element

# A longer document is searched in a thread, so that nothing else waits for it.
LONG_DOCUMENT = 20_000
# The most places of a pattern that are counted and changed together.
MOST_SITES = 200
# The most lines with all words of a pattern that are looked at in vain: for the pattern
# with all context, for the one with the least context, and for each further one.
CANDIDATES = (100, 400, 150)
# The same limit if all places of one pattern are looked for.
MOST_CANDIDATES = 400
# How often holes may be tried in one document.
MOST_STEPS = 50_000
# The fewest other places of a name that was changed once, so that the change counts as
# a renaming.
OTHER_PLACES = 2
# The most other places of such a name.  A name in more places, such as that of a
# module, is more often replaced in one of them than renamed.
MOST_OTHER_PLACES = 50


@dataclass(frozen=True, slots=True)
class Refusals:
    """What the user does not want.

    keys: the keys of templates that the user has dismissed.
    lines: the lines at which the user has undone such a change.
    """

    keys: frozenset[Hashable] = frozenset()
    lines: frozenset[int] = frozenset()

    def allow(self, site: Site) -> bool:
        """Whether the user has not undone a change at a site."""
        return site.span.start.line not in self.lines


@dataclass(frozen=True, slots=True)
class Repeated:
    """What `repeat` proposes: a template, its nearest site, and all sites.

    is_run: whether the site is the next line of a run of changed lines, so that the
        template does not find it.
    """

    site: Site
    sites: tuple[Site, ...]
    template: EditTemplate
    confidence: float
    is_run: bool = False


# The answer of `repeat`: a proposal with an empty reason, or None with a reason.
RepeatAnswer = tuple[Repeated | None, str]


def repetition(
    document: Document,
    edits: Sequence[SettledEdit],
    place: Place,
    refusals: Refusals = Refusals(),
) -> RepeatAnswer:
    """The next change of the same kind as the last of `edits`, nearest below `place`.

    Without such a change, None and the name of a reason: "nothing-settled",
    "no-pattern", "refused-pattern" or "nothing-left".
    """
    steps = _steps(document, edits, place, refusals)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return cast("RepeatAnswer", end.value)


async def find_repetition(
    document: Document,
    edits: Sequence[SettledEdit],
    place: Place,
    refusals: Refusals,
) -> RepeatAnswer:
    """As `repetition`, but without keeping the event loop busy.

    Other tasks run between the steps of the search; a long document is searched in a
    thread.
    """
    if len(document.lines) > LONG_DOCUMENT:
        return await asyncio.to_thread(repetition, document, edits, place, refusals)
    steps = _steps(document, edits, place, refusals)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return cast("RepeatAnswer", end.value)
        await asyncio.sleep(0)


def _steps(
    document: Document,
    edits: Sequence[SettledEdit],
    place: Place,
    refusals: Refusals,
) -> Generator[None, None, RepeatAnswer]:
    """The search of `repetition`; it pauses after each place that it finds."""
    if not edits or not edits[-1].teaches:
        return None, "nothing-settled"
    run = line_run(document, edits)
    following = _next_of_run(document, run) if run and run.site else None
    if following and following.template.key in refusals.keys:
        return None, "refused-pattern"
    if run and run.is_comment:
        return (following, "") if following else (None, "nothing-left")
    repeated, reason = yield from _by_template(document, edits, place, refusals)
    repeated = repeated or following
    return (repeated, "") if repeated else (None, reason)


def _by_template(
    document: Document,
    edits: Sequence[SettledEdit],
    place: Place,
    refusals: Refusals,
) -> Generator[None, None, RepeatAnswer]:
    """The places of the first template of the last edit that has any."""
    reason = "no-pattern"
    whole = _search_in(document)
    for number, (template, confidence) in enumerate(templates_of(edits)):
        budget = iter(range(CANDIDATES[min(number, len(CANDIDATES) - 1)]))
        if template.key in refusals.keys:
            reason = "refused-pattern"
            continue
        places: list[Site] = []
        allowed = filter(refusals.allow, find(whole(template), place, budget))
        for site in islice(allowed, MOST_SITES):
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


def _next_of_run(document: Document, run: LineRun) -> Repeated:
    """The next line of a run of changed lines, as a proposal."""
    assert run.site is not None
    old, new = (
        texts(lexemes([text], document.language))[:-1] for text in (run.old, run.new)
    )
    template = EditTemplate((), old, (), new, (), "")
    return Repeated(run.site, (run.site,), template, TWICE, is_run=True)


def sites_of(
    document: Document, template: EditTemplate, place: Place, refusals: Refusals
) -> tuple[Site, ...]:
    """The places of a template in a document, nearest below `place` first."""
    search = _search_in(document)(template)
    budget = iter(range(MOST_CANDIDATES))
    allowed = filter(refusals.allow, find(search, place, budget))
    return tuple(islice(allowed, MOST_SITES))


def _search_in(document: Document) -> Callable[[EditTemplate], Search]:
    """A function that makes searches in a document; they share one `TextMap`."""
    lines = document.lines[:]
    text_map, steps = TextMap(lines, document.language), Steps(MOST_STEPS)

    def search(template: EditTemplate) -> Search:
        return Search(document.language, lines, template, text_map, steps)

    return search


def _renamed(
    document: Document,
    edit: SettledEdit,
    template: EditTemplate,
    sites: tuple[Site, ...],
) -> tuple[Site, ...]:
    """The places of the old name after a renaming; none if it was not a renaming.

    A change was no renaming if the old name is hardly anywhere else, or in very many
    places, or if the new name is somewhere else.  If a name behind a dot was changed,
    only names behind a dot count; else they count only if there are too few others.
    """
    is_likely = OTHER_PLACES <= len(sites) <= MOST_OTHER_PLACES
    if not is_likely or not _is_new(document, template.new[0]):
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
    """The column at which the word around `column` begins."""
    while column and (line[column - 1].isalnum() or line[column - 1] == "_"):
        column -= 1
    return column


def _is_new(document: Document, name: Element) -> bool:
    """Whether a name is only once in the document: where it was just written."""
    assert isinstance(name, str)
    holding = (line for line in document.lines if name in line)
    uses = sum(
        texts(lexemes([line], document.language)).count(name)
        for line in islice(holding, MOST_CANDIDATES)
    )
    return uses == 1
