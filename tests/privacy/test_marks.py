from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fim_lsp.privacy import redact_around
from fim_lsp.privacy.marks import Mark, marks
from fim_lsp.privacy.rules import token_rules

MARKERS = sorted({marker for rule in token_rules() for marker in rule.markers})
PIECES = st.one_of(
    st.sampled_from([*MARKERS, *(m.upper() for m in MARKERS), "\n", " = ", "İ", "K"]),
    st.text(max_size=5),
    st.just("x" * 400),
)


@given(st.lists(PIECES, max_size=12))
def test_each_marker_of_each_rule_is_found_anywhere(pieces: list[str]) -> None:
    text = "".join(pieces)
    lowered = "".join(char.lower()[:1] for char in text)
    expected = {
        Mark(number, marker, at)
        for number, rule in enumerate(token_rules())
        for marker in rule.markers
        for haystack in [lowered if rule.ignore_case else text]
        if marker in haystack
        for at in range(len(text))
        if haystack.startswith(marker, at)
    }
    assert set(marks(text)) == expected


def test_a_password_is_hidden_whose_host_stands_lines_above_the_cursor() -> None:
    before = "machine example.com\n  login me\n  password "
    hidden = redact_around(f"{before}x4hunter2", "\nmachine other.com\n")
    assert hidden == (f"{before}***", "\nmachine other.com\n")
