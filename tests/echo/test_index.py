from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp.echo.index import (
    BREAK_ID,
    CANDIDATES,
    EDGE_ID,
    LONGEST_MATCH,
    Segment,
    Vocabulary,
    add,
    find,
    finish,
)

_LINES = st.lists(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=6).map(" ".join),
    min_size=1,
    max_size=12,
)


def _segment(vocabulary: Vocabulary, *files: list[str]) -> Segment:
    segment = Segment()
    for number, lines in enumerate(files):
        add(segment, vocabulary, f"{number}.txt", lines)
    for _ in finish(segment):
        pass
    return segment


def _agreement(ids: list[int], position: int, context: list[int]) -> int:
    match = 0
    while (
        match < min(position, len(context), LONGEST_MATCH)
        and ids[position - 1 - match] == context[-1 - match]
    ):
        match += 1
    return match


@given(_LINES, _LINES, st.lists(st.sampled_from("abcd"), min_size=2, max_size=9))
@settings(max_examples=30, deadline=None)
def test_the_places_found_agree_with_the_longest_possible_context(
    one: list[str], two: list[str], words: list[str]
) -> None:
    """The same as looking at every position."""
    vocabulary = Vocabulary()
    segment = _segment(vocabulary, one, two)
    context = [vocabulary.ids.get(word, -1) for word in words]
    ids = list(segment.ids)
    every = sorted(
        (_agreement(ids, position, context) for position in range(len(ids))),
        reverse=True,
    )
    hits = find([segment], context, lambda *_: True)
    assert [hit.match for hit in hits] == [m for m in every if m >= 2][:CANDIDATES]
    assert all(_agreement(ids, h.position, context) == h.match for h in hits)


def test_a_match_never_reaches_over_the_edge_of_a_file() -> None:
    vocabulary = Vocabulary()
    segment = _segment(vocabulary, ["a b"], ["c d e"])
    context = [vocabulary.ids[word] for word in "bcd"]
    (hit,) = find([segment], context, lambda *_: True)
    assert (hit.match, segment.path_at(hit.position)) == (2, "1.txt")
    assert EDGE_ID not in [vocabulary.ids[word] for word in "abcde"]


def test_blank_lines_do_not_shift_line_numbers() -> None:
    vocabulary = Vocabulary()
    segment = _segment(vocabulary, ["a", "", "", "b c"])
    at = list(segment.ids).index(vocabulary.ids["c"])
    assert segment.line_at(at) == 3
    assert list(segment.ids).count(BREAK_ID) == 2


def test_the_span_of_a_file_is_its_own_tokens() -> None:
    vocabulary = Vocabulary()
    segment = _segment(vocabulary, ["a"], ["b"])
    start, end = segment.span_of("1.txt")
    assert vocabulary.ids["b"] in segment.ids[start:end]
    assert vocabulary.ids["a"] not in segment.ids[start:end]
    assert segment.span_of("2.txt") == (0, 0)
