"""What echo, and a simple baseline, offer in lines of files that echo does not know."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import process_time

from fim_lsp.completion.decision import Trigger
from fim_lsp.completion.fitting import Fitting
from fim_lsp.completion.replies import Match, Reply, Sampling
from fim_lsp.completion.sources import ECHO
from fim_lsp.completion.window import cut_window
from fim_lsp.echo.candidates import FEWEST_CHARACTERS, question_at
from fim_lsp.echo.confidence import IDENTIFIER, Features, confidences
from fim_lsp.echo.corpus import ReadLimits, lines_of
from fim_lsp.echo.files import Sources
from fim_lsp.echo.guess import identifier_guess, judgements
from fim_lsp.echo.place import is_silent
from fim_lsp.text import Document, Place, document

# An open document is searched as it was up to this many lines ago.
_STALE = 20
# Cursors in one file.
_PER_FILE = 120
# The characters before and after the cursor by which a guess is made to fit.
_PREFIX, _SUFFIX = 8_000, 512
# Lines that are shown at most; a guess has one.
_MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """What an editor would show: its visible characters, and whether it is right."""

    characters: int
    right: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """A continuation that echo considered.

    raw: the continuation as it is.
    stands: whether code can end so.
    offered: what is left once it is made to fit; no characters where it cannot fit.
    """

    features: Features
    raw: Shown
    stands: bool
    offered: Shown


@dataclass(frozen=True, slots=True)
class Case:
    """One cursor in a held-out line.

    unseen: the line stands neither in the files that are known nor above the cursor.
    rest: the characters that follow the cursor on its line.
    cuts: the continuations that echo considered, the shortest first.
    identifier: the rest of the only identifier nearby, as it would be offered.
    baseline: the rest of the nearest line that begins alike.
    seconds: the processor time of the question.
    """

    unseen: bool
    rest: int
    cuts: tuple[Cut, ...]
    identifier: Shown | None
    baseline: Shown | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Score:
    """What was shown at some cursors.

    cursors, shown, right: how many cursors there were, at how many of them something
        was shown, and at how many it was right.
    saved, remaining: the characters that were shown rightly, and those that stood to
        be typed.
    """

    cursors: int
    shown: int
    right: int
    saved: int
    remaining: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A line to be typed between what stands above and below it in its file."""

    line: str
    above: Sequence[str]
    below: Sequence[str] = ()


def cases(
    files: Sequence[Path],
    *,
    held: int,
    tokens: int,
    seed: int,
    language: str = "python",
    per_file: int = _PER_FILE,
) -> list[Case]:
    """Hide `held` of the files, index the others up to `tokens`, and ask.

    In a hidden file only what stands above the cursor is known.
    """
    chance = Random(seed)
    order = sorted(files)
    chance.shuffle(order)
    texts = {
        str(path): lines for path in order if (lines := lines_of(path, ReadLimits()))
    }
    hidden = list(texts)[:held]
    known = {path: texts[path] for path in list(texts)[held:]}
    index = Index(known, tokens, language)
    every: list[Case] = []
    for path in hidden:
        lines = texts[path]
        spots = [Spot(line, lines[:at]) for at, line in enumerate(lines)]
        every += index.cases(path, spots, chance, per_file)
    return every


class Index:
    """The files that are known, by their paths, up to so many tokens of them."""

    def __init__(
        self, texts: Mapping[str, Sequence[str]], tokens: int, language: str = "python"
    ) -> None:
        self._language = language
        self._fitting = Fitting()
        self._sources = Sources()
        seen = set[str]()
        for path, lines in texts.items():
            if self._sources.tokens >= tokens:
                break
            self._sources.add(path, list(lines))
            seen.update(line.strip() for line in lines)
        self._sources.finish()
        self._known = sorted(seen)

    def cases(
        self,
        path: str,
        spots: Sequence[Spot],
        chance: Random,
        most: int = _PER_FILE,
    ) -> list[Case]:
        """Cursors in at most `most` of the spots of one file, which come in order."""
        wanted = [spot for spot in spots if spot.line.strip()]
        chosen = sorted(chance.sample(range(len(wanted)), min(most, len(wanted))))
        indexed = -_STALE
        every = []
        for spot in map(wanted.__getitem__, chosen):
            number = len(spot.above)
            if number - indexed >= _STALE:
                indexed = number
                for _ in self._sources.overlay(path, [*spot.above, *spot.below]):
                    pass
            case = self._case(path, spot, chance)
            every += [case] if case else []
        self._sources.forget(path)
        return every

    def _case(self, path: str, spot: Spot, chance: Random) -> Case | None:
        line, number = spot.line, len(spot.above)
        column = chance.randrange(len(line) - len(line.lstrip()), len(line))
        typed, rest = line[:column], line[column:]
        text = "\n".join((*spot.above, typed, *spot.below))
        shown = document(Path(path).as_uri(), self._language, 1, text)
        place = Place(number, column)
        if is_silent(shown, place):
            return None
        question = question_at(shown, place, Path(path), 0.0)
        start = process_time()
        judged = list(judgements(self._sources, question))
        identifier = identifier_guess(question, judged)
        seconds = process_time() - start
        cuts = (
            Cut(
                judgement.features,
                _shown(judgement.text, rest),
                judgement.stands,
                _shown(self._fitted(judgement.text, shown, place), rest),
            )
            for judgement in judged
        )
        code = line.strip()
        elsewhere = (other.strip() for other in (*spot.above, *spot.below))
        nearest = nearest_line(typed, spot.above, self._known)
        return Case(
            unseen=not _is_among(self._known, code) and code not in elsewhere,
            rest=len(rest),
            cuts=tuple(cuts),
            identifier=_shown(self._fitted(identifier.text, shown, place), rest)
            if identifier
            else None,
            baseline=_shown(nearest, rest) if nearest else None,
            seconds=seconds,
        )

    def _fitted(self, text: str, shown: Document, place: Place) -> str:
        """What an editor gets of `text`: nothing where it would unbalance brackets."""
        window = cut_window(shown, place, prefix_chars=_PREFIX, suffix_chars=_SUFFIX)
        reply = Reply("", window, Sampling(ECHO, "", 0.0), text, end="ours")
        match, trigger = Match(reply, ""), Trigger.AUTOMATIC
        return self._fitting.serve(match, window, trigger, _MOST_LINES).text


def _shown(text: str, rest: str) -> Shown:
    """Right is what the rest of the line begins with, if it ends with a whole word."""
    after = rest[len(text) : len(text) + 1]
    mid_word = (text[-1:] + after).isidentifier() and text[-1:] and after
    return Shown(len(text.strip()), rest.startswith(text) and not mid_word)


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
    """What echo shows where a guess needs a confidence of `threshold`."""
    return _score(found, [offer_of(case, threshold) for case in found])


def offer_of(case: Case, threshold: float) -> Shown | None:
    """The longest sure continuation that fits, else the only identifier nearby."""
    probabilities = confidences([cut.features for cut in case.cuts])
    sure = [
        cut
        for cut, probability in zip(case.cuts, probabilities, strict=True)
        if cut.raw.characters >= FEWEST_CHARACTERS and probability >= threshold
    ]
    ends = [cut.offered for cut in sure if cut.stands]
    if not ends:
        return case.identifier if threshold <= IDENTIFIER else None
    return next((shown for shown in reversed(ends) if shown.characters), None)


def score_baseline(found: Sequence[Case]) -> Score:
    """What the nearest line shows."""
    return _score(found, [case.baseline for case in found])


def _score(found: Sequence[Case], offers: Sequence[Shown | None]) -> Score:
    shown = [offer for offer in offers if offer and offer.characters]
    right = [offer for offer in shown if offer.right]
    return Score(
        cursors=len(found),
        shown=len(shown),
        right=len(right),
        saved=sum(offer.characters for offer in right),
        remaining=sum(case.rest for case in found),
    )
