"""The places in the workspace whose preceding tokens agree with those before the
cursor, and how much each place counts.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..text import Document, Place
from .files import Sources
from .index import CANDIDATES, Hit, Segment, find
from .lexer import Cursor

# Lines above the cursor whose words are looked at.
LINES_ABOVE = 40
# The fewest visible characters of a guess that is worth showing.
FEWEST_CHARACTERS = 4

# The factor by which a place in the same file counts more.
_SAME_FILE = 4.0
# The factor by which a place in the same folder counts more.
_SAME_FOLDER = 2.0
# The factor by which a place counts more for each further token that agrees.
_PER_TOKEN = 4.0


@dataclass(frozen=True, slots=True)
class Question:
    """A place to complete.

    path: the file that holds the cursor.
    before: the last lines above the cursor, and the cursor's line up to it.
    line, line_count: let the matcher skip the stale on-disk copy of the line that is
        being typed.
    threshold: the least confidence, from 0 to 1, of a guess.
    fewest: the least number of visible characters of a guess.
    """

    path: str
    before: tuple[str, ...]
    line: int
    line_count: int
    threshold: float
    fewest: int


def question_at(
    document: Document, place: Place, path: Path, threshold: float
) -> Question:
    """The question to ask at a place of a document that is the file `path`."""
    lines = document.lines
    before = lines[max(0, place.line - LINES_ABOVE) : place.line]
    return Question(
        path=str(path),
        before=(*before, lines[place.line][: place.column]),
        line=place.line,
        line_count=len(lines),
        threshold=threshold,
        fewest=FEWEST_CHARACTERS,
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place whose text may go on at the cursor.

    position: where in `segment` the token stands that would follow the cursor.
    match: how many tokens before `position` agree with those before the cursor.
    weight: how much this place counts beside the other candidates.
    path: the file of the place.
    """

    segment: Segment
    position: int
    match: int
    weight: float
    path: str


def candidates(sources: Sources, question: Question, here: Cursor) -> list[Candidate]:
    """The candidates for the cursor `here`, the heaviest first; at most CANDIDATES."""
    hits = _hits(sources, question, here)
    best = max((hit.match for hit in hits), default=0)
    weighed = []
    for hit in hits:
        path = hit.segment.path_at(hit.position)
        weight = _PER_TOKEN ** (hit.match - best) * _nearness(path, question.path)
        weighed.append(Candidate(hit.segment, hit.position, hit.match, weight, path))
    return sorted(weighed, key=lambda candidate: -candidate.weight)


def _hits(sources: Sources, question: Question, here: Cursor) -> list[Hit]:
    """The places with the longest matches, the longest first.

    A word that ends at the cursor may be the beginning of a longer word, or complete.
    Both are looked up; a complete word makes the context more specific.
    """
    accept = _acceptance(sources, question, here)
    segments = sources.segments(question.path)
    ids = sources.vocabulary.ids
    context = [ids.get(word, -1) for word in here.words]
    hits = find(segments, context, accept)
    whole = ids.get(here.partial) if here.partial else None
    if whole is not None:
        seen = {(hit.segment, hit.position) for hit in hits}
        after = find(segments, [*context, whole], lambda s, p: accept(s, p - 1))
        hits += [
            Hit(hit.segment, hit.position - 1, hit.match - 1)
            for hit in after
            if hit.match > 1 and (hit.segment, hit.position - 1) not in seen
        ]
        hits.sort(key=lambda hit: -hit.match)
    return hits[:CANDIDATES]


def _acceptance(
    sources: Sources, question: Question, here: Cursor
) -> Callable[[Segment, int], bool]:
    """A test whether the token at a position may stand at the cursor: it begins with
    what is typed of it, its white space fits, and it is not the cursor's own line.
    """
    words = sources.vocabulary.words
    line_count = sources.line_counts.get(question.path, question.line_count)
    drift = abs(question.line_count - line_count)
    at_start = here.at_start

    def accept(segment: Segment, position: int) -> bool:
        if not words[segment.ids[position]].startswith(here.partial):
            return False
        if at_start:
            if segment.indent_change(position) != here.indent_change:
                return False
        elif here.spaced and not segment.gaps[position]:
            return False
        path = segment.path_at(position)
        if path == question.path:
            itself = abs(segment.line_at(position) - question.line) <= drift
            return not itself and not sources.is_covered(segment, path)
        return not sources.is_covered(segment, path)

    return accept


def _nearness(path: str, other: str) -> float:
    """The factor by which a place in `path` counts for a cursor in `other`."""
    if path == other:
        return _SAME_FILE
    same_folder = os.path.dirname(path) == os.path.dirname(other)  # noqa: PTH120 — faster, and called for every candidate
    return _SAME_FOLDER if same_folder else 1.0


def mass(branch: Sequence[Candidate]) -> float:
    """The sum of the candidates' weights."""
    return sum(candidate.weight for candidate in branch)
