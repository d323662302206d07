"""The same reply gives the same offer, however its pieces arrive."""

from __future__ import annotations

import asyncio
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp.completion.code.lines import opens_block
from fim_lsp.completion.network import LONGEST, SHORTEST
from tests.harness.case_engine import TimedPiece, through_engine
from tests.harness.cases import CaseFile, case_files, read_case

CASES = [read_case(path) for path in case_files()]
LINES = [case for case in CASES if "\n" in case.case.answer]


@st.composite
def streams(draw: st.DrawFn, longest: float) -> tuple[CaseFile, list[TimedPiece]]:
    """A case file, its answer cut anywhere, and pauses of `longest` seconds in all.

    The longest pause often comes where a line has just ended.
    """
    case = draw(st.sampled_from(LINES if longest else CASES))
    answer = case.case.answer
    places = st.integers(0, len(answer))
    breaks = [at + 1 for at, char in enumerate(answer) if char == "\n"]
    pause_at = draw(st.sampled_from(breaks)) if breaks else 0
    drawn = draw(st.sets(places, max_size=20))
    cuts = sorted(drawn | {0, len(answer), pause_at})
    pieces = [(start, answer[start:end]) for start, end in itertools.pairwise(cuts)]
    shares = [
        20 if start == pause_at else draw(st.integers(0, 3)) for start, _ in pieces
    ]
    whole = sum(shares) or 1
    return case, [
        (longest * share / whole, piece)
        for share, (_, piece) in zip(shares, pieces, strict=True)
    ]


@given(st.sampled_from([0.0, SHORTEST * 0.95]).flatmap(streams))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_cuts_and_pauses_that_are_waited_for_change_nothing(
    stream: tuple[CaseFile, list[TimedPiece]],
) -> None:
    case, pieces = stream
    offered = asyncio.run(through_engine(case.case, pieces))
    expected = asyncio.run(through_engine(case.case))
    assert (offered.text, offered.replaces) == (expected.text, expected.replaces)


@given(streams(longest=LONGEST * 10))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_longer_pauses_leave_a_beginning_of_whole_statements_or_nothing(
    stream: tuple[CaseFile, list[TimedPiece]],
) -> None:
    case, pieces = stream
    offered = asyncio.run(through_engine(case.case, pieces))
    expected = asyncio.run(through_engine(case.case))
    if (offered.text, offered.replaces) == (expected.text, expected.replaces):
        return
    assert expected.text.startswith(offered.text)
    assert expected.text[len(offered.text) :].startswith("\n") or not offered.text
    assert not opens_block(offered.text.rpartition("\n")[2], case.case.language)
