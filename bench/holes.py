"""Holes in real code: what is offered when the model tells the truth, and when not.

Method.  Source files of packages lie in `<corpora>/<language>/`; a parser that is no
part of the product (tree-sitter) must find no error in a file that takes part.  At a
random place a piece of code is cut out: the rest of a line, what stands between the
brackets of a line, or whole lines up to the end of a statement or a block.  The piece
is the *truth*.  The model's reply goes through all that an automatic request goes
through, from the reply to the offer.

* truth: the model says the truth and runs on with what stands below.  `exact`: just
  the truth is offered; `beginning`: a beginning of it; `nothing`; `wrong`: anything
  else.  `new errors`: offers that leave more errors in the file than the hole did.
* closer: one closer too many ends the truth, on its line or on one of its own.
  `wrong`: other text than the truth or a beginning of it is offered; `kept`: lines of
  the truth that are offered, of those offered when the model tells the truth.
* second line below: whole lines end with the second line that stands below the cursor,
  as where a model has left one out; `wrong` and `kept` as above.
* lost: holes whose truth, without running on, is shown without any rule, and is not
  shown, or not to the same length, with the rules.

The corpora come from package registries (`--corpora` takes their folder, README.md says
how to get some); nothing of them is kept in this repository.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from fim_lsp.completion.casefile import CaseOffer
from fim_lsp.completion.code.brackets import scan
from fim_lsp.completion.code.syntax import syntax_of
from fim_lsp.text import leading_space

from .corpora import GRAMMARS, HALF, CodeHole, Errors, Grammar, code_holes, parser
from .tables import NoAnswersError, Part, Table, at_least, at_most

HOLES = 2000
# Characters that a model runs on for.
RUN_ON_CHARS = 300
CLOSERS = ")]}"
# Which of the lines below the cursor is said again.
BELOW = 2
LF = "\n"


@dataclass(slots=True)
class Counts:
    """Holes of one language by what came of them."""

    holes: int = 0
    exact: int = 0
    beginning: int = 0
    nothing: int = 0
    wrong: int = 0
    new_errors: int = 0
    lost: int = 0
    closers: int = 0
    closer_wrong: int = 0
    closer_lines: int = 0
    closer_lines_kept: int = 0
    belows: int = 0
    below_wrong: int = 0
    below_lines: int = 0
    below_lines_kept: int = 0
    examples: list[str] = field(default_factory=list)


def run(corpora: Path, holes: int = HOLES, seed: int = 1) -> Part:
    """Measure every language of which there are sources and a parser."""
    counted: list[tuple[str, Counts]] = []
    for grammar in GRAMMARS:
        errors = parser(grammar)
        counts = measure(grammar, corpora, errors, holes, seed) if errors else Counts()
        if counts.holes:
            counted.append((grammar.language, counts))
    if not counted:
        raise NoAnswersError
    return part(counted)


def part(counted: list[tuple[str, Counts]]) -> Part:
    """The tables of what was counted, by language."""
    truth = Table(
        "The model tells the truth and runs on",
        ("language", "holes", "exact", "beginning", "nothing", "wrong", "new errors"),
        tuple(
            (
                *(name, f"{one.holes:,}", _per_cent(one.exact, one.holes)),
                _per_cent(one.beginning, one.holes),
                _per_cent(one.nothing, one.holes),
                _per_cent(one.wrong, one.holes),
                f"{one.new_errors} ({_per_cent(one.new_errors, one.holes, 2)})",
            )
            for name, one in counted
        ),
    )
    closer = Table(
        "One closer too many; right ones lost by the rules",
        ("language", "replies", "wrong", "right lines kept", "lost"),
        tuple(
            (
                *(name, f"{one.closers:,}", _per_cent(one.closer_wrong, one.closers)),
                _per_cent(one.closer_lines_kept, one.closer_lines),
                _per_cent(one.lost, one.holes, 2),
            )
            for name, one in counted
        ),
    )
    below = Table(
        "The second line below said again, after whole lines",
        ("language", "replies", "wrong", "right lines kept"),
        tuple(
            (
                *(name, f"{one.belows:,}", _per_cent(one.below_wrong, one.belows)),
                _per_cent(one.below_lines_kept, one.below_lines),
            )
            for name, one in counted
        ),
    )
    every = [one for _, one in counted]
    errors = (
        100 * sum(one.new_errors for one in every) / sum(one.holes for one in every)
    )
    return Part(
        (truth, closer, below),
        (
            at_least("languages", len(GRAMMARS), len(every)),
            at_most("new parse errors", 0.1, errors, " %"),
            at_most(
                "wrong with a closer too many",
                2,
                max(100 * one.closer_wrong / max(1, one.closers) for one in every),
                " %",
            ),
            at_least(
                "right lines kept then",
                60,
                min(
                    100 * one.closer_lines_kept / max(1, one.closer_lines)
                    for one in every
                ),
                " %",
            ),
            at_most(
                "wrong with the second line below",
                2,
                max(100 * one.below_wrong / max(1, one.belows) for one in every),
                " %",
            ),
            at_most(
                "right ones lost",
                2,
                max(100 * one.lost / max(1, one.holes) for one in every),
                " %",
            ),
        ),
    )


def measure(
    grammar: Grammar, corpora: Path, errors: Errors, holes: int = HOLES, seed: int = 1
) -> Counts:
    """What comes of the holes of one language."""
    rng = random.Random(f"{grammar.language} {seed}")
    counts = Counts()
    for hole in code_holes(grammar, corpora / grammar.language, rng, errors):
        _judge(hole, counts, rng, errors)
        if counts.holes == holes:
            break
    return counts


def _judge(hole: CodeHole, counts: Counts, rng: random.Random, errors: Errors) -> None:
    counts.holes += 1
    offer = hole.offered(hole.truth + hole.after[:RUN_ON_CHARS])
    verdict = _verdict(hole, offer)
    setattr(counts, verdict, getattr(counts, verdict) + 1)
    with_hole = errors(hole.before + hole.after)
    worse = bool(offer.text) and errors(hole.accepted(offer)) > with_hole
    counts.new_errors += worse
    if worse or verdict == "wrong":
        _note(counts, f"{verdict}{' error' if worse else ''}", hole, hole.truth, offer)
    alone = hole.offered(hole.truth)
    if _verdict(hole, alone) not in ("exact", "beginning") or (
        len(alone.text.rstrip()) < len(hole.visible_truth.rstrip())
    ):
        counts.lost += 1
        _note(counts, "lost", hole, hole.truth, alone)
    _judge_closer(hole, alone, counts, rng)
    _judge_below(hole, alone, counts)


def _judge_closer(
    hole: CodeHole, alone: CaseOffer, counts: Counts, rng: random.Random
) -> None:
    """What comes of the truth with one closer too many; `alone`: without it."""
    if scan(syntax_of(hole.language), hole.before + hole.truth).inside == "comment":
        # In a comment no closer is too many.
        return
    closer = rng.choice(CLOSERS)
    if "\n" in hole.truth and rng.random() < HALF:
        closer = f"\n{leading_space(hole.before.rpartition(LF)[2])}{closer}"
    noisy = hole.offered(hole.truth + closer)
    counts.closers += 1
    bad = _verdict(hole, noisy) == "wrong"
    counts.closer_wrong += bad
    counts.closer_lines += _lines(alone.text)
    counts.closer_lines_kept += (
        0 if bad else min(_lines(noisy.text), _lines(alone.text))
    )
    if bad:
        _note(counts, "closer", hole, hole.truth + closer, noisy)


def _judge_below(hole: CodeHole, alone: CaseOffer, counts: Counts) -> None:
    """What comes of whole lines with the second line below; `alone`: without it."""
    below = [line for line in hole.after.split("\n")[1:] if line.strip()]
    if LF not in hole.truth or not hole.after.startswith(LF) or len(below) < BELOW:
        return
    answer = f"{hole.truth}\n{below[BELOW - 1]}"
    noisy = hole.offered(answer)
    counts.belows += 1
    bad = _verdict(hole, noisy) == "wrong"
    counts.below_wrong += bad
    counts.below_lines += _lines(alone.text)
    counts.below_lines_kept += 0 if bad else min(_lines(noisy.text), _lines(alone.text))
    if bad:
        _note(counts, "below", hole, answer, noisy)


def _verdict(hole: CodeHole, offer: CaseOffer) -> str:
    """How an offer compares with the truth."""
    if not offer.text:
        return "nothing"
    text = hole.accepted(offer)
    whole = hole.before + hole.truth + hole.after
    if text.rstrip() == whole.rstrip() or offer.text.rstrip() == hole.truth.rstrip():
        return "exact"
    covered = hole.after[: offer.replaces]
    begun = offer.text.removesuffix(covered).rstrip()
    return "beginning" if begun and hole.truth.startswith(begun) else "wrong"


def _lines(text: str) -> int:
    return sum(bool(line.strip()) for line in text.split("\n"))


def _note(
    counts: Counts, what: str, hole: CodeHole, answer: str, offer: CaseOffer
) -> None:
    rest = hole.after.partition("\n")[0]
    begun = hole.before.rpartition("\n")[2]
    counts.examples.append(
        f"{what}: {begun!r} | {answer!r} | {rest!r}\n    {offer.text!r}"
        f" {offer.replaces or ''} {offer.rules} {offer.reason or ''}"
    )


def _per_cent(part_: int, whole: int, digits: int = 1) -> str:
    return f"{100 * part_ / whole:.{digits}f} %" if whole else "–"
