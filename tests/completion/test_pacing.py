"""How long an automatic request waits."""

from __future__ import annotations

import pytest

from fim_lsp.completion.pacing import Pacing
from fim_lsp.completion.window import cut_window
from tests.harness.marked import parse


def delay(
    marked: str,
    gap: float = 0.2,
    *,
    fixed: float | None = None,
    loopback: bool = False,
    waited: float = 0.0,
) -> float:
    pacing = Pacing()
    for key in range(30):
        pacing.key(key * gap)
    found = parse(marked)
    window = cut_window(
        found.document, found.place, prefix_chars=8000, suffix_chars=512
    )
    return pacing.delay(window, fixed=fixed, loopback=loopback, waited=waited)


@pytest.mark.parametrize(
    ("marked", "gap", "seconds"),
    [
        ("value$0 = 1\n", 0.2, 0.2),  # inside a line, after a word
        ("value$0\nmore\n", 0.2, 0.16),  # at the line's end
        ("value.$0\nmore\n", 0.2, 0.11),  # and not after a word
        ("value.$0", 0.2, 0.1),  # and at the document's end
        ("value$0 = 1\n", 0.05, 0.1),  # a fast typist counts as 100 ms a key
        ("value$0 = 1\n", 0.39, 0.39),  # a slow one waits longer
        ("def f():$0\n", 0.2, 0.05),  # a block opens
        ("def f():\n    $0\n", 0.2, 0.05),  # a new line
    ],
)
def test_the_wait_follows_the_typist_and_the_place(
    marked: str, gap: float, seconds: float
) -> None:
    assert delay(marked, gap) == pytest.approx(seconds)


def test_pauses_are_no_rhythm() -> None:
    assert delay("value$0 = 1\n", 5.0) == pytest.approx(0.2)


def test_what_the_editor_waited_counts() -> None:
    assert delay("value$0 = 1\n", waited=0.15) == pytest.approx(0.05)
    assert delay("value$0 = 1\n", waited=9.0) == 0


def test_a_model_on_this_machine_is_asked_sooner() -> None:
    assert delay("value$0 = 1\n", loopback=True) == pytest.approx(0.15)


def test_a_fixed_number_holds_everywhere() -> None:
    assert delay("def f():$0\n", fixed=0.5) == 0.5
