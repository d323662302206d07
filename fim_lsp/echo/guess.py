"""What most likely follows at a cursor, by what followed the same words before."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .candidates import Candidate, Question, candidates, mass
from .confidence import Features, confidence
from .files import Sources
from .index import BREAK_ID, EDGE_ID
from .lexer import UNRENDERABLE, Cursor, cursor, is_word

# The weight of "something else", where the best match weighs 1.
_SOMETHING_ELSE = 0.35
# A continuation is followed while it holds this much of all weight.
_MAJORITY = 0.5
# Tokens of the longest guess.
_LONGEST = 48
# Tokens after which no guess goes on.
_ENDS = (BREAK_ID, EDGE_ID)


@dataclass(frozen=True, slots=True)
class Guess:
    """`text` follows the cursor; `source` is `path:line` of where it stands, and
    `support` the number of places that say the same.
    """

    text: str
    confidence: float
    source: str
    support: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A guess that ends after some token, with what its confidence rests on."""

    text: str
    features: Features
    agreed: tuple[Candidate, ...]


def guess(sources: Sources, question: Question) -> Guess | None:
    """The longest continuation that is sure enough, or None."""
    best = None
    for judged in judgements(sources, question):
        sure = confidence(judged.features)
        if sure >= question.threshold and len(judged.text.strip()) >= question.fewest:
            best = judged, sure
    if best is None:
        return None
    judged, sure = best
    place = judged.agreed[0]
    source = f"{place.path}:{place.segment.line_at(place.position) + 1}"
    return Guess(judged.text, sure, source, len(judged.agreed))


def judgements(sources: Sources, question: Question) -> Iterator[Judged]:
    """The likeliest continuation, cut after each of its tokens."""
    here = cursor(question.before)
    places = candidates(sources, question, here)
    if not places:
        return
    total = mass(places) + _SOMETHING_ELSE
    words, ids = sources.vocabulary.words, sources.vocabulary.ids
    near = sources.words_of(question.path) | {ids.get(word, -1) for word in here.words}
    steps = list(_walk(places, total))
    text, names, known = "", 0, 0
    for done, (token, agreed) in enumerate(steps):
        gap = agreed[0].segment.gaps[agreed[0].position + done]
        if token in _ENDS or (done and gap == UNRENDERABLE):
            return
        text += _render(words[token], gap, here if done == 0 else None)
        if is_word(words[token]):
            names += 1
            known += token in near
        ends = done + 1 < len(steps) and steps[done + 1][0] in _ENDS
        best = agreed[0]
        features = Features(
            share=mass(agreed) / total,
            match=math.log2(1 + best.match),
            support=math.log2(len(agreed)),
            known=known / names if names else 1.0,
            length=math.log2(done + 1),
            line_end=float(ends),
            line_start=float(here.at_start),
            typed=math.log2(1 + len(here.partial)),
            size=math.log2(1 + len(text)),
            repeats=float(ends and best.match > here.on_line),
            spread=float(len({place.path for place in agreed}) > 1),
        )
        yield Judged(text, features, agreed)


def _walk(
    places: Sequence[Candidate], total: float
) -> Iterator[tuple[int, tuple[Candidate, ...]]]:
    """Follow the candidates while most of the weight agrees.

    Yields each token with the candidates that agree up to it, the heaviest first;
    the last token may be the end of the line.
    """
    agreed = tuple(places)
    for offset in range(_LONGEST):
        branches: dict[int, list[Candidate]] = defaultdict(list)
        for candidate in agreed:
            token = candidate.segment.ids[candidate.position + offset]
            branches[token].append(candidate)
        token, branch = max(branches.items(), key=lambda item: mass(item[1]))
        if mass(branch) < _MAJORITY * total:
            return
        agreed = tuple(branch)
        yield token, agreed
        if token in _ENDS:
            return


def _render(word: str, gap: int, first_at: Cursor | None) -> str:
    """A token with the white space of the place where it stands.

    Of the first one, `first_at` the cursor, some may be typed already.
    """
    if first_at is None:
        return gap * " " + word
    if first_at.partial or first_at.spaced or first_at.at_start:
        gap = 0
    return gap * " " + word[len(first_at.partial) :]
