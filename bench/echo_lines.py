"""Held-out lines: what echo and its baseline say of lines that nobody has seen."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from time import perf_counter

from fim_lsp.echo.candidates import Question
from fim_lsp.echo.confidence import Features, confidence
from fim_lsp.echo.corpus import Limits, lines_of
from fim_lsp.echo.guess import judgements
from fim_lsp.echo.place import is_silent
from fim_lsp.echo.sources import Sources
from fim_lsp.text import Document, Place

FEWEST = 6
# An open document is searched as it was up to this many lines ago.
_STALE = 20
_LINES_BEFORE = 12
_PER_FILE = 120


@dataclass(frozen=True, slots=True)
class Cut:
    """A continuation that echo considered, and whether it is right."""

    features: Features
    characters: int
    right: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One cursor in a held-out line."""

    unseen: bool  # its line stands nowhere else, and not above
    rest: int  # characters
    cuts: tuple[Cut, ...]
    baseline: tuple[int, bool] | None  # characters, right
    seconds: float


@dataclass(frozen=True, slots=True)
class Score:
    """Of all cursors, where something was shown, was right, and what it saved."""

    cursors: int
    shown: int
    right: int
    saved: int  # characters that were shown rightly
    remaining: int  # characters that stood to be typed


def cases(files: Sequence[Path], *, held: int, tokens: int, seed: int) -> list[Case]:
    """Hide `held` of the files, index the others up to `tokens`, and ask.

    In a hidden file only what stands above the cursor is known.
    """
    chance = Random(seed)
    order = sorted(files)
    chance.shuffle(order)
    texts = {path: lines for path in order if (lines := lines_of(path, Limits()))}
    hidden = list(texts)[:held]
    sources, seen = Sources(), set[str]()
    for path in list(texts)[held:]:
        if sources.tokens >= tokens:
            break
        sources.add(str(path), texts[path])
        seen.update(line.strip() for line in texts[path])
    sources.finish()
    known = sorted(seen)
    return [
        case
        for path in hidden
        for case in _cases_of(path, texts[path], sources, known, chance)
    ]


def _cases_of(
    path: Path, lines: list[str], sources: Sources, known: list[str], chance: Random
) -> Iterator[Case]:
    above: set[str] = set()
    unseen = {}
    for number, line in enumerate(lines):
        code = line.strip()
        if code:
            unseen[number] = code not in above and not _is_among(known, code)
        above.add(code)
    indexed = -_STALE
    document = Document(path.as_uri(), "python", 1, tuple(f"{x}\n" for x in lines))
    for number in sorted(chance.sample(list(unseen), min(_PER_FILE, len(unseen)))):
        if number - indexed >= _STALE:
            indexed = number
            for _ in sources.overlay(str(path), lines[:number]):
                pass
        line = lines[number]
        column = chance.randrange(len(line) - len(line.lstrip()), len(line))
        place = Place(number, column)
        cut = [*document.lines[:number], line[:column]]
        if is_silent(Document(document.uri, "python", 1, tuple(cut)), place):
            continue
        case = _case(path, lines, place, sources, known)
        yield replace(case, unseen=unseen[number])
    sources.forget(str(path))


def _case(
    path: Path, lines: list[str], place: Place, sources: Sources, known: list[str]
) -> Case:
    line = lines[place.line]
    typed, rest = line[: place.column], line[place.column :]
    before = (*lines[max(0, place.line - _LINES_BEFORE) : place.line], typed)
    # The document is as long as its known part: nothing below the cursor counts.
    question = Question(str(path), before, place.line, 0, 0.0, FEWEST)
    start = perf_counter()
    judged = list(judgements(sources, question))
    seconds = perf_counter() - start
    cuts = tuple(
        Cut(found.features, len(found.text.strip()), _is_right(found.text, rest))
        for found in judged
    )
    nearest = nearest_line(typed, lines[: place.line], known)
    baseline = nearest and (len(nearest.strip()), _is_right(nearest, rest))
    return Case(
        unseen=True,
        rest=len(rest),
        cuts=cuts,
        baseline=baseline or None,
        seconds=seconds,
    )


def _is_right(text: str, rest: str) -> bool:
    """Whether the rest of the line begins so, with whole words."""
    after = rest[len(text) : len(text) + 1]
    mid_word = (text[-1:] + after).isidentifier() and text[-1:] and after
    return rest.startswith(text) and not mid_word


def _is_among(ordered: list[str], text: str) -> bool:
    at = bisect_left(ordered, text)
    return ordered[at : at + 1] == [text]


def nearest_line(typed: str, above: list[str], known: list[str]) -> str | None:
    """The rest of the nearest line that begins alike: Vim's whole-line completion."""
    start = typed.lstrip()
    if not start:
        return None
    for line in reversed(above):
        if line.strip().startswith(start):
            return line.strip()[len(start) :]
    at = bisect_left(known, start)
    if at < len(known) and known[at].startswith(start):
        return known[at][len(start) :]
    return None


def score(found: Sequence[Case], threshold: float) -> Score:
    """What echo shows at a threshold."""
    shown = []
    for case in found:
        sure = [
            cut
            for cut in case.cuts
            if cut.characters >= FEWEST and confidence(cut.features) >= threshold
        ]
        shown += sure[-1:]
    right = [cut for cut in shown if cut.right]
    return Score(
        cursors=len(found),
        shown=len(shown),
        right=len(right),
        saved=sum(cut.characters for cut in right),
        remaining=sum(case.rest for case in found),
    )


def score_baseline(found: Sequence[Case]) -> Score:
    """What the nearest line shows."""
    shown = [case.baseline for case in found if case.baseline]
    shown = [(size, right) for size, right in shown if size >= FEWEST]
    right = [size for size, is_right in shown if is_right]
    return Score(
        cursors=len(found),
        shown=len(shown),
        right=len(right),
        saved=sum(right),
        remaining=sum(case.rest for case in found),
    )
