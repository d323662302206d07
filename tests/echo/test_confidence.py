from __future__ import annotations

import math
from dataclasses import replace

import pytest

from fim_lsp.echo.confidence import HABIT, Features, confidences

# The rest of a line on which one of two places agrees.
_UNSURE = Features(
    share=0.5,
    match=1.0,
    support=0.0,
    known=0.5,
    length=2.0,
    line_end=1.0,
    line_start=0.0,
    typed=0.0,
    size=4.0,
    repeats=1.0,
    spread=0.0,
    literals=1.0,
    on_line=1.0,
    same_file=0.0,
    mid_token=0.0,
)


def _places(count: int, share: float) -> Features:
    return replace(_UNSURE, support=math.log2(count), share=share)


@pytest.mark.parametrize(
    ("features", "is_sure"),
    [
        pytest.param(_places(20, 0.95), True, id="many agree"),
        pytest.param(_places(20, 0.6), False, id="others say something else"),
        pytest.param(_places(3, 0.95), False, id="few places"),
        pytest.param(
            replace(_places(20, 0.95), repeats=0.0), False, id="part of a line"
        ),
    ],
)
def test_a_whole_line_that_many_places_agree_on_is_sure(
    features: Features, *, is_sure: bool
) -> None:
    (probability,) = confidences([features])
    assert (probability == HABIT) is is_sure


def test_a_beginning_is_at_least_as_sure_as_what_it_begins() -> None:
    beginning = replace(_UNSURE, repeats=0.0, line_end=0.0)
    (alone,) = confidences([beginning])
    (with_the_rest, rest) = confidences([beginning, _places(20, 0.95)])
    assert alone < with_the_rest == rest == HABIT


def test_without_continuations_there_is_no_confidence() -> None:
    assert confidences([]) == []
