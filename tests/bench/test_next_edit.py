"""The measurement of next edits, on invented traces."""

from __future__ import annotations

from bench.next_edit import chosen, measure_quiet, measure_repetitive
from bench.next_edit_traces import LineEdit, generated, is_quiet, repeated, signature


def test_invented_patterns_are_recognised_and_the_rest_is_quiet() -> None:
    repeating, still = chosen(generated(seed=2), 24, 24)
    counts, others = measure_repetitive(repeating), measure_quiet(still)
    assert counts.offered >= 0.6 * counts.chances
    assert counts.right >= 0.8 * counts.offered
    assert others.traces_with_offers <= 0.05 * others.traces


def test_edits_of_one_pattern_take_away_and_add_the_same() -> None:
    edits = [
        LineEdit(n, (f"x{n} = get({n})\n",), (f"x{n} = fetch({n})\n",))
        for n in (1, 5, 9)
    ]
    assert signature(edits[0]) == (("get",), ("fetch",))
    assert repeated(edits) == (0, 1, 2)
    assert repeated(edits[:2]) == ()


def test_a_trace_is_quiet_where_no_two_edits_share_anything() -> None:
    traces = [trace for trace in generated(seed=2) if not trace.repeated][:50]
    assert any(map(is_quiet, traces))
