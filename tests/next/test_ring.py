"""Which changes settle as edits, and which are forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from fim_lsp.next.ring import REMEMBERED, EditRing
from fim_lsp.text import Edit, Place, Span, apply, document

from .writer import StoppedClock, Writer


def settled(writer: Writer) -> list[tuple[str, str]]:
    return [("".join(e.old), "".join(e.new)) for e in writer.ring.edits()]


def test_keys_on_one_line_settle_as_one_edit_after_half_a_second() -> None:
    writer = Writer("a = old\nb\n")
    writer.erase("old")
    writer.type("a = ", "new")
    assert settled(writer) == []
    writer.pause(0.3)
    assert settled(writer) == []
    writer.pause(0.2)
    assert settled(writer) == [("a = old\n", "a = new\n")]


def test_a_change_elsewhere_settles_at_once() -> None:
    writer = Writer("one\ntwo\nthree\n")
    writer.edit("one", "1")
    writer.edit("three", "3")
    assert settled(writer) == [("one\n", "1\n")]


def test_going_on_with_the_same_line_makes_one_edit_of_both() -> None:
    writer = Writer("f(x)\n\ng()\n")
    writer.change("f(", "f(str(")
    writer.change("x)", "x))")
    assert settled(writer) == [("f(x)\n", "f(str(x))\n")]


def test_neighbouring_lines_are_edits_of_their_own() -> None:
    writer = Writer("a\nb\nc\n")
    writer.change("a\n", "a,\n")
    writer.change("b\n", "b,\n")
    assert settled(writer) == [("a\n", "a,\n"), ("b\n", "b,\n")]


def test_an_edit_moves_with_the_lines_above_it() -> None:
    writer = Writer("one\n\ntwo\n")
    writer.change("two", "2")
    writer.change("one\n", "one\nmore\n")
    assert [edit.line for edit in writer.ring.edits()] == [3, 1]


def test_an_undone_edit_is_forgotten_and_redoing_it_teaches_nothing() -> None:
    writer = Writer("one\n\ntwo\n")
    writer.change("two", "2")
    before = writer.document
    writer.change("one", "1")
    writer.clock.now += 60
    changed = writer.document
    writer.become(before)
    assert settled(writer) == [("two\n", "2\n")]
    writer.become(changed)
    assert [edit.teaches for edit in writer.ring.edits()] == [True, False]


def test_an_undone_key_within_an_edit_teaches_nothing() -> None:
    writer = Writer("one\n")
    start = writer.document
    writer.edit("one", "first")
    middle = writer.document
    writer.edit("first", "first second")
    writer.become(middle)
    assert [edit.teaches for edit in writer.ring.edits()] == [False]
    writer.become(start)
    assert settled(writer) == []


@pytest.mark.parametrize(
    "pasted",
    ["a\nb\nc\nd\n", "x\r\ny\r\nz\r\nw\r\n"],
    ids=["four lines", "four lines of another system"],
)
def test_a_paste_of_more_than_three_lines_is_no_edit(pasted: str) -> None:
    writer = Writer("one\ntwo\n")
    writer.change("two", pasted + "two")
    assert settled(writer) == []


def test_a_formatter_that_rewrites_the_file_is_no_edit() -> None:
    lines = [f"x{n}=({n})" for n in range(20)]
    writer = Writer("\n".join(lines) + "\n")
    formatted = "\n".join(line.replace("=", " = ") for line in lines) + "\n"
    writer.become(document("", "", 0, formatted))
    assert settled(writer) == []


def test_changes_at_several_cursors_are_no_edit() -> None:
    writer = Writer("foo\n\nfoo\n\nfoo\n")
    writer.put(*(Edit(Span(Place(n, 0), Place(n, 3)), "bar") for n in (0, 2, 4)))
    writer.pause()
    assert writer.text == "bar\n\nbar\n\nbar\n"
    assert settled(writer) == []


def test_a_change_of_white_space_or_line_ends_teaches_nothing() -> None:
    writer = Writer("if a:\n  b\n")
    writer.change("  b", "    b")
    assert [edit.teaches for edit in writer.ring.edits()] == [False]
    writer = Writer("one\ntwo\n")
    writer.change("one\n", "one\r\n")
    assert [edit.teaches for edit in writer.ring.edits()] == [False]


def test_a_duplicated_line_teaches_nothing_even_when_it_is_changed_later() -> None:
    writer = Writer('case = "first"\nend()\n')
    writer.change("end()", 'case = "first"\nend()')
    writer.clock.now += 60
    writer.change("case", "other", nth=1)
    assert [edit.teaches for edit in writer.ring.edits()] == [False, False]


def test_a_closing_bracket_like_the_one_below_is_no_duplicated_line() -> None:
    writer = Writer("if (a) {\n}\n", "javascript")
    writer.change("{\n", "{\n}\n")
    assert [edit.teaches for edit in writer.ring.edits()] == [True]


def test_the_ring_forgets_the_oldest_edits() -> None:
    writer = Writer("".join(f"a{n}\n\n" for n in range(20)))
    for number in range(20):
        writer.change(f"a{number}\n", f"b{number}\n")
    assert len(writer.ring.edits()) == REMEMBERED
    assert settled(writer)[-1] == ("a19\n", "b19\n")


def test_edits_of_another_folder_and_of_a_closed_document_are_not_seen() -> None:
    clock = StoppedClock()
    ring = EditRing(clock)
    for name in ("one", "two"):
        before = document(f"file:///{name}/a.py", "python", 1, "old\n")
        edit = Edit(Span(Place(0, 0), Place(0, 3)), "new")
        ring.changed(before, apply(before, (edit,), 2), (edit,), Path(f"/{name}"))
        clock.now += 1
        ring.settle()
    assert [e.uri for e in ring.edits(Path("/one"))] == ["file:///one/a.py"]
    ring.forget("file:///one/a.py")
    assert ring.edits(Path("/one")) == ()
    assert len(ring.edits(Path("/two"))) == 1


def test_deleted_lines_are_one_edit() -> None:
    writer = Writer("a\nb\nc\n")
    writer.change("b\n", "")
    assert settled(writer) == [("b\n", "")]
