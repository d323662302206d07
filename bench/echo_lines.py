"""Held-out lines: what echo and its baseline say of lines that nobody has seen."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import process_time

from fim_lsp.echo.candidates import Question
from fim_lsp.echo.confidence import Features, confidence
from fim_lsp.echo.corpus import ReadLimits, lines_of
from fim_lsp.echo.files import Sources
from fim_lsp.echo.guess import judgements
from fim_lsp.echo.place import is_silent
from fim_lsp.text import Place, document

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
    seconds: float  # of processor time


@dataclass(frozen=True, slots=True)
class Score:
    """Of all cursors, where something was shown, was right, and what it saved."""

    cursors: int
    shown: int
    right: int
    saved: int  # characters that were shown rightly
    remaining: int  # characters that stood to be typed


@dataclass(frozen=True, slots=True)
class Spot:
    """A line to be typed between what stands above and below it in its file."""

    line: str
    above: Sequence[str]
    below: Sequence[str] = ()


def cases(files: Sequence[Path], *, held: int, tokens: int, seed: int) -> list[Case]:
    """Hide `held` of the files, index the others up to `tokens`, and ask.

    In a hidden file only what stands above the cursor is known.
    """
    chance = Random(seed)
    order = sorted(files)
    chance.shuffle(order)
    texts = {
        str(path): found for path in order if (found := lines_of(path, ReadLimits()))
    }
    hidden = list(texts)[:held]
    index = Index({path: texts[path] for path in list(texts)[held:]}, tokens)
    every: list[Case] = []
    for path in hidden:
        lines = texts[path]
        spots = [Spot(line, lines[:at]) for at, line in enumerate(lines)]
        every += index.cases(path, spots, chance)
    return every


class Index:
    """What was known before: files by their paths, up to so many tokens of them."""

    def __init__(self, texts: Mapping[str, Sequence[str]], tokens: int) -> None:
        self._sources = Sources()
        seen = set[str]()
        for path, lines in texts.items():
            if self._sources.tokens >= tokens:
                break
            self._sources.add(path, list(lines))
            seen.update(line.strip() for line in lines)
        self._sources.finish()
        self._known = sorted(seen)

    def cases(self, path: str, spots: Sequence[Spot], chance: Random) -> list[Case]:
        """Cursors in some of the spots of one file, which come in their order."""
        wanted = [spot for spot in spots if spot.line.strip()]
        chosen = sorted(chance.sample(range(len(wanted)), min(_PER_FILE, len(wanted))))
        indexed = -_STALE
        found = []
        for spot in map(wanted.__getitem__, chosen):
            number = len(spot.above)
            if number - indexed >= _STALE:
                indexed = number
                for _ in self._sources.overlay(path, [*spot.above, *spot.below]):
                    pass
            case = self._case(path, spot, chance)
            found += [case] if case else []
        self._sources.forget(path)
        return found

    def _case(self, path: str, spot: Spot, chance: Random) -> Case | None:
        line, number = spot.line, len(spot.above)
        column = chance.randrange(len(line) - len(line.lstrip()), len(line))
        typed, rest = line[:column], line[column:]
        text = "".join(f"{above}\n" for above in spot.above) + typed
        shown = document(Path(path).as_uri(), "python", 1, text)
        if is_silent(shown, Place(number, column)):
            return None
        question = Question(
            path=path,
            before=(*spot.above[-_LINES_BEFORE:], typed),
            line=number,
            line_count=number + 1 + len(spot.below),
            threshold=0.0,
            fewest=FEWEST,
        )
        start = process_time()
        judged = list(judgements(self._sources, question))
        seconds = process_time() - start
        cuts = tuple(
            Cut(found.features, len(found.text.strip()), _is_right(found.text, rest))
            for found in judged
        )
        code = line.strip()
        elsewhere = (text.strip() for text in (*spot.above, *spot.below))
        nearest = nearest_line(typed, spot.above, self._known)
        return Case(
            unseen=not _is_among(self._known, code) and code not in elsewhere,
            rest=len(rest),
            cuts=cuts,
            baseline=(len(nearest.strip()), _is_right(nearest, rest))
            if nearest
            else None,
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


def nearest_line(typed: str, above: Sequence[str], known: list[str]) -> str | None:
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
