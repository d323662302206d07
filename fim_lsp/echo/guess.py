"""What most likely follows at a cursor, by what followed in the same words before."""

from __future__ import annotations

import math
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from .index import BREAK_ID, CANDIDATES, EDGE_ID, Hit, Segment, find
from .sources import Sources
from .tokens import UNRENDERABLE, Cursor, cursor, is_word

# How much more a place in the same file, and in the same folder, counts.
_SAME_FILE = 4.0
_SAME_FOLDER = 2.0
# The weight of what no candidate says, beside 1 for the best match.
_SOMETHING_ELSE = 0.35
# A continuation is followed while it holds this much of all weight.
_MAJORITY = 0.5
_LONGEST = 48


@dataclass(frozen=True, slots=True)
class Question:
    """A place to complete.

    `before` are the lines up to the cursor, as many as may matter; `line` and
    `line_count` say where in how long a document, by which the document's own
    stale copy of the line being typed is told from repetitions.
    """

    path: str
    before: tuple[str, ...]
    line: int
    line_count: int


@dataclass(frozen=True, slots=True)
class Features:
    """What a guess's confidence is judged by."""

    share: float  # of the weight, by the last token
    match: float  # log2 of 1 + tokens before the cursor that agree
    support: float  # log2 of the places that say so
    known: float  # share of its identifiers that the file already has
    length: float  # log2 of its tokens
    line_end: float  # 1 when it reaches the end of its line
    line_start: float  # 1 when nothing but indentation stands before the cursor


@dataclass(frozen=True, slots=True)
class Guess:
    """`text` goes on at the cursor; `source` is `path:line` where it stands."""

    text: str
    confidence: float
    source: str
    support: int


# Fitted by `python -m bench.echo --calibrate` on held-out lines of the standard
# library.  The first is added, the others multiply the features in their order.
BIAS = -3.0
COEFFICIENTS = Features(
    share=3.0,
    match=0.5,
    support=0.1,
    known=1.0,
    length=-0.3,
    line_end=0.2,
    line_start=-0.5,
)


def confidence(features: Features) -> float:
    """How likely the guess is right, by a logistic function of its features."""
    logit = BIAS + sum(
        getattr(COEFFICIENTS, name) * getattr(features, name)
        for name in Features.__slots__
    )
    return 1 / (1 + math.exp(-logit))


def guess(sources: Sources, question: Question) -> Guess | None:
    """What follows at the cursor, or None where nothing was ever seen to."""
    found = judged(sources, question)
    return found and found[0]


def judged(sources: Sources, question: Question) -> tuple[Guess, Features] | None:
    """The guess with the features that its confidence rests on."""
    here = cursor(question.before)
    hits = _hits(sources, question, here)
    if not hits:
        return None
    weights = _weights(hits, question.path)
    agreed, tokens, mass, ended = _walk(hits, weights)
    text = _render(sources, agreed[0], tokens, here)
    if not text.strip():
        return None
    total = sum(weights) + _SOMETHING_ELSE
    words = sources.vocabulary.words
    names = {i for i in tokens if is_word(words[i])}
    near = {sources.vocabulary.ids.get(word) for word in here.words}
    known = len(names & (sources.words_of(question.path) | near))
    features = Features(
        share=mass / total,
        match=math.log2(1 + agreed[0].match),
        support=math.log2(len(agreed)),
        known=known / len(names) if names else 1.0,
        length=math.log2(len(tokens)),
        line_end=float(ended),
        line_start=float(here.at_start),
    )
    best = agreed[0]
    path = best.segment.path_at(best.position)
    source = f"{path}:{best.segment.line_at(best.position) + 1}"
    return Guess(text, confidence(features), source, len(agreed)), features


def _hits(sources: Sources, question: Question, here: Cursor) -> list[Hit]:
    """The candidates: each position is that of the token at the cursor."""
    ids, words = sources.vocabulary.ids, sources.vocabulary.words
    context = [ids.get(word, -1) for word in here.words]
    line_count = sources.line_counts.get(question.path, question.line_count)
    drift = abs(question.line_count - line_count)

    def is_itself(segment: Segment, position: int, path: str) -> bool:
        return path == question.path and (
            abs(segment.line_at(position) - question.line) <= drift
        )

    def accept(segment: Segment, position: int) -> bool:
        if not words[segment.ids[position]].startswith(here.partial):
            return False
        if here.at_start:
            if segment.indent_change(position) != here.indent_change:
                return False
        elif here.spaced and not segment.gaps[position]:
            return False
        path = segment.path_at(position)
        return not (
            sources.is_covered(segment, path) or is_itself(segment, position, path)
        )

    segments = sources.segments(question.path)
    hits = find(segments, context, accept)
    whole = ids.get(here.partial) if here.partial else None
    if whole is not None:
        after = find(
            segments, [*context, whole], lambda s, position: accept(s, position - 1)
        )
        seen = {(id(hit.segment), hit.position) for hit in hits}
        hits += [
            Hit(hit.segment, hit.position - 1, hit.match - 1)
            for hit in after
            if hit.match > 1 and (id(hit.segment), hit.position - 1) not in seen
        ]
        hits.sort(key=lambda hit: -hit.match)
    return hits[:CANDIDATES]


def _weights(hits: Sequence[Hit], path: str) -> list[float]:
    best = max(hit.match for hit in hits)
    return [
        2.0 ** (hit.match - best) * _nearness(hit.segment.path_at(hit.position), path)
        for hit in hits
    ]


def _nearness(path: str, other: str) -> float:
    if path == other:
        return _SAME_FILE
    return _SAME_FOLDER if os.path.dirname(path) == os.path.dirname(other) else 1.0


def _walk(
    hits: list[Hit], weights: list[float]
) -> tuple[list[Hit], list[int], float, bool]:
    """Follow the candidates while most of the weight agrees.

    Returns those that agree to the end, the heaviest first; the tokens; the weight
    of those that agree; and whether the end is that of the line.
    """
    total = sum(weights) + _SOMETHING_ELSE
    alive = sorted(zip(weights, hits, strict=True), key=lambda pair: -pair[0])
    tokens: list[int] = []
    mass = 0.0
    while len(tokens) < _LONGEST:
        branches: dict[int, list[tuple[float, Hit]]] = defaultdict(list)
        for weight, hit in alive:
            branches[hit.segment.ids[hit.position + len(tokens)]].append((weight, hit))
        token, branch = max(branches.items(), key=lambda item: _mass(item[1]))
        if _mass(branch) < _MAJORITY * total:
            break
        alive, mass = branch, _mass(branch)
        if token in (EDGE_ID, BREAK_ID):
            return [hit for _, hit in alive], tokens, mass, True
        tokens.append(token)
    return [hit for _, hit in alive], tokens, mass, False


def _mass(branch: Sequence[tuple[float, Hit]]) -> float:
    return sum(weight for weight, _ in branch)


def _render(sources: Sources, hit: Hit, tokens: Sequence[int], here: Cursor) -> str:
    """The tokens with the white space of the place where they stand."""
    words = sources.vocabulary.words
    parts: list[str] = []
    for offset, token in enumerate(tokens):
        gap = hit.segment.gaps[hit.position + offset]
        if offset == 0:
            gap = 0 if here.partial or here.spaced or here.at_start else gap
            parts.append(gap * " " + words[token][len(here.partial) :])
        elif gap == UNRENDERABLE:
            break
        else:
            parts.append(gap * " " + words[token])
    return "".join(parts)
