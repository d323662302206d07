"""Edits: never outside the selection, the smallest, and moved along only if certain."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp.chat.edits import inserting, reanchor, replacing
from fim_lsp.text import (
    Document,
    Edit,
    Place,
    Span,
    apply,
    document,
    split_lines,
    text_between,
)

from ..harness.places import nearest

_TEXTS = st.text(st.sampled_from("ab \t\n\r}😀\x0c"), max_size=60)
_LINES = st.lists(
    st.text(st.sampled_from("ab \t}"), max_size=8), min_size=1, max_size=8
).filter(lambda lines: bool(lines[0].strip() and lines[-1].strip()))
_PLACES = st.builds(Place, st.integers(0, 12), st.integers(0, 12))


def _document(text: str) -> Document:
    return document("file:///a.py", "python", 1, text)


def _span(target: Document, one: Place, other: Place) -> Span:
    start, end = sorted((nearest(target, one), nearest(target, other)))
    return Span(start, end)


def _outside(target: Document, span: Span) -> tuple[str, str]:
    last = Place(len(target.lines) - 1, len(target.lines[-1]))
    before = text_between(target, Span(Place(0, 0), span.start))
    return before, text_between(target, Span(span.end, last))


@settings(max_examples=400, deadline=None)
@given(_TEXTS, _PLACES, _PLACES, _LINES)
def test_text_outside_the_selection_never_changes(
    text: str, one: Place, other: Place, lines: list[str]
) -> None:
    before = _document(text)
    span = _span(before, one, other)
    edits = replacing(before, span, lines)
    head, tail = _outside(before, span)
    after = apply(before, edits, 2)
    assert after.text.startswith(head)
    assert after.text.endswith(tail)
    assert len(after.text) >= len(head) + len(tail)
    assert tuple(after.lines) == split_lines(after.text)
    assert all(span.start <= edit.span.start for edit in edits)
    assert all(edit.span.end <= span.end for edit in edits)


@settings(max_examples=200, deadline=None)
@given(_TEXTS, _PLACES, _PLACES, _LINES)
def test_every_line_of_the_answer_arrives(
    text: str, one: Place, other: Place, lines: list[str]
) -> None:
    before = _document(text)
    after = apply(before, replacing(before, _span(before, one, other), lines), 2)
    words = "".join("".join(lines).split())
    assert words in "".join(after.text.split())


@settings(max_examples=200, deadline=None)
@given(_TEXTS, _PLACES, _PLACES, _LINES)
def test_inserting_takes_nothing_away(
    text: str, one: Place, other: Place, lines: list[str]
) -> None:
    before = _document(text)
    (edit,) = inserting(before, _span(before, one, other), lines)
    assert edit.span.start == edit.span.end


def test_only_the_changed_lines_are_in_the_edits() -> None:
    before = _document("a\nb\nc\nd\ne\n")
    edits = replacing(before, Span(Place(0, 0), Place(5, 0)), ["a", "B", "c", "e", "f"])
    assert edits == (
        Edit(Span(Place(4, 1), Place(4, 1)), "\nf"),
        Edit(Span(Place(3, 0), Place(4, 0)), ""),
        Edit(Span(Place(1, 0), Place(1, 1)), "B"),
    )


@pytest.mark.parametrize("common", ["", "\t", "\t\t"])
@pytest.mark.parametrize("is_dedented", [False, True])
def test_a_line_that_the_model_kept_keeps_its_own_mixture_of_tabs_and_spaces(
    common: str, is_dedented: bool
) -> None:
    lines = ["if x:", "\tcall(a,", "\t     b)", "", "\treturn [", "\t  1,", "\t]"]
    text = "".join(f"{common}{line}\n" if line else "\n" for line in lines)
    before = _document(text)
    answer = [*lines[:6], "\t  2,", lines[6]]
    if not is_dedented:
        answer = [common + line if line else "" for line in answer]
    edits = replacing(before, Span(Place(0, 0), Place(7, 0)), answer)
    after = text.replace(f"{common}\t]", f"{common}\t  2,\n{common}\t]")
    assert apply(before, edits, 2).text == after


def test_a_form_feed_before_a_kept_line_stays() -> None:
    before = _document("\tone\n\f\n\tx = 1\n\f\ttwo\n")
    span = Span(Place(0, 0), Place(4, 0))
    edits = replacing(before, span, ["\tone", "", "    x = 2", "\f\ttwo"])
    assert apply(before, edits, 2).text == "\tone\n\f\n\tx = 2\n\f\ttwo\n"


def test_a_huge_selection_of_equal_lines_is_no_trouble() -> None:
    before = _document("x\n" * 30_000)
    edits = replacing(before, Span(Place(0, 0), Place(30_000, 0)), ["x"] * 29_000)
    assert apply(before, edits, 2).text == "x\n" * 29_000


@pytest.mark.parametrize(
    ("after", "line"),
    [
        ("one\ntwo\nthree\nfour\nfive\n", 2),
        ("new\none\ntwo\nthree\nfour\nfive\n", 3),
        ("one\ntwo\nthree\nfour\nfive\nmore\n", 2),
        ("new\none\ntwo\nthree\nfour\nfive\nmore\n", 3),
        ("one\ntwo\nthree!\nfour\nfive\n", None),
        ("new\none\nTWO\nthree\nfour\nfive\nmore\n", None),
        ("a\none\ntwo\nthree\nfour\nfive\nb\none\ntwo\nthree\nfour\nfive\nc\n", None),
        ("", None),
    ],
    ids=["same", "above", "below", "both", "there", "beside", "twice", "gone"],
)
def test_edits_move_with_their_lines(after: str, line: int | None) -> None:
    before = _document("one\ntwo\nthree\nfour\nfive\n")
    edits = (Edit(Span(Place(2, 0), Place(2, 5)), "3"),)
    moved = reanchor(edits, before, _document(after))
    assert (moved[0].span.start.line if moved else None) == line


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from("abc"), max_size=8), st.data())
def test_moved_edits_meet_the_text_that_they_were_made_for(
    lines: list[str], data: st.DataObject
) -> None:
    before = _document("".join(f"{line}\n" for line in lines))
    line = data.draw(st.integers(0, len(lines)))
    edit = Edit(Span(Place(line, 0), Place(line, len(lines[line:] and "x"))), "new")
    start = data.draw(st.integers(0, len(lines)))
    end = data.draw(st.integers(start, len(lines)))
    change = Edit(Span(Place(start, 0), Place(end, 0)), data.draw(st.just("c\n")))
    after = apply(before, [change], 2)
    moved = reanchor((edit,), before, after)
    if moved is not None:
        found = text_between(after, moved[0].span)
        assert found == text_between(before, edit.span)
