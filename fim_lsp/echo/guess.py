"""What most likely follows at a cursor: what followed the same words elsewhere."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .candidates import Candidate, Question, candidates, mass
from .confidence import IDENTIFIER, Features, confidences
from .files import Sources
from .index import BREAK_ID, EDGE_ID
from .lexer import UNRENDERABLE, Cursor, cursor, is_literal, is_word
from .words import only_identifier

# The weight of the possibility that no candidate is right; the longest match weighs 1.
_SOMETHING_ELSE = 0.35
# A continuation is followed while it holds this share of all weight.
_MAJORITY = 0.5
# The most tokens of a guess.
_LONGEST = 48
# Tokens that end a guess: the ends of a line and of a file.
_ENDS = (BREAK_ID, EDGE_ID)
# Characters after which code goes on, but at the end of a line.
_GOES_ON = ".,:=([{<+-*/%&|^~@"


@dataclass(frozen=True, slots=True)
class Guess:
    """A likely continuation at the cursor.

    text: what follows the cursor.
    confidence: how likely it is right, from 0 to 1.
    source: where the text stands, as `path:line`, the line counted from 1.
    support: how many places go on like this.
    ends: the lengths, in characters, of the beginnings of `text` that are sure enough
        and end where code can end, the longest first.  `text` itself may be among them.
    """

    text: str
    confidence: float
    source: str
    support: int
    ends: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A continuation that ends after some token.

    features: what its confidence is computed from.
    agreed: the candidates that go on with all of `text`, the heaviest first.
    """

    text: str
    features: Features
    agreed: tuple[Candidate, ...]

    @property
    def stands(self) -> bool:
        """Whether code can end so: at the end of a line, or not after an operator."""
        return bool(self.features.line_end) or self.text[-1:] not in _GOES_ON


def guess(sources: Sources, question: Question) -> Guess | None:
    """The longest continuation that is sure enough, if code can end somewhere in it;
    else the rest of an identifier that stands nearby; else None.
    """
    every = list(judgements(sources, question))
    probabilities = confidences([judged.features for judged in every])
    sure = [
        (judged, probability)
        for judged, probability in zip(every, probabilities, strict=True)
        if probability >= question.threshold and _is_long_enough(judged.text, question)
    ]
    ends = tuple(len(judged.text) for judged, _ in reversed(sure) if judged.stands)
    if not ends:
        return identifier_guess(question, every)
    best, probability = sure[-1]
    place = best.agreed[0]
    return Guess(
        best.text,
        probability,
        source=f"{place.path}:{place.segment.line_at(place.position) + 1}",
        support=len(best.agreed),
        ends=ends,
    )


def identifier_guess(question: Question, judged: Sequence[Judged]) -> Guess | None:
    """The rest of the only identifier nearby that goes on with the typed letters.

    None where the continuations in `judged` begin with another word.
    """
    here = cursor(question.before)
    identifier = only_identifier(question.before, here)
    if identifier is None or question.threshold > IDENTIFIER:
        return None
    text = identifier.word[len(here.partial) :]
    if not _is_long_enough(text, question) or (judged and judged[0].text != text):
        return None
    line = question.line - identifier.lines_up + 1
    return Guess(text, IDENTIFIER, f"{question.path}:{line}", identifier.count)


def _is_long_enough(text: str, question: Question) -> bool:
    return len(text.strip()) >= question.fewest


def judgements(sources: Sources, question: Question) -> Iterator[Judged]:
    """The likeliest continuation at the cursor, cut after each of its tokens."""
    here = cursor(question.before)
    places = candidates(sources, question, here)
    if not places:
        return
    total = mass(places) + _SOMETHING_ELSE
    words, ids = sources.vocabulary.words, sources.vocabulary.ids
    near = sources.words_of(question.path) | {ids.get(word, -1) for word in here.words}
    steps = list(_walk(places, total))
    text, names, names_nearby, literals = "", 0, 0, 0
    for done, (token, agreed) in enumerate(steps):
        gap = agreed[0].segment.gaps[agreed[0].position + done]
        if token in _ENDS or (done and gap == UNRENDERABLE):
            return
        word = words[token]
        text += _render(word, gap, here if done == 0 else None)
        literals += is_literal(word)
        if is_word(word):
            names += 1
            names_nearby += token in near
        ends = done + 1 < len(steps) and steps[done + 1][0] in _ENDS
        best = agreed[0]
        features = Features(
            share=mass(agreed) / total,
            match=math.log2(1 + best.match),
            support=math.log2(len(agreed)),
            known=names_nearby / names if names else 1.0,
            length=math.log2(done + 1),
            line_end=float(ends),
            line_start=float(here.at_start),
            typed=math.log2(1 + len(here.partial)),
            size=math.log2(1 + len(text)),
            repeats=float(ends and best.match > here.on_line),
            spread=float(len({place.path for place in agreed}) > 1),
            literals=float(literals),
            on_line=math.log2(1 + here.on_line),
            same_file=float(best.path == question.path),
            mid_token=float(bool(here.partial)),
        )
        yield Judged(text, features, agreed)


def _walk(
    places: Sequence[Candidate], total: float
) -> Iterator[tuple[int, tuple[Candidate, ...]]]:
    """Follow the candidates token by token while most of their weight agrees.

    Yields each token with the candidates that agree up to it, the heaviest first.
    The last token may be the end of the line.  `total` is all weight that there is.
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
    """A token with the white space before it.

    word, gap: the token and its white space, in spaces, where it was found.
    first_at: the cursor, for the first token; part of that may be typed already.
    """
    if first_at is None:
        return gap * " " + word
    if first_at.partial or first_at.spaced or first_at.at_start:
        gap = 0
    return gap * " " + word[len(first_at.partial) :]
