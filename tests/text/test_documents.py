"""Text, held against a slow reference that works on whole texts and offsets."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fim_lsp.text.blocks as blocks_module
from fim_lsp.text import (
    BLOCK,
    LARGEST_DOCUMENT,
    Cell,
    Document,
    Edit,
    Encoding,
    Lines,
    OtherCells,
    Place,
    Span,
    apply,
    difference,
    document,
    dominant_line_end,
    path_of,
    place_at,
    position_of,
    split_lines,
    text_between,
)

from ..harness.places import nearest

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")

texts = st.text(
    st.sampled_from("ab \n\r\f\u0085\u2028é€𝒳😀\ud83d\ude00\n\r"), max_size=30
)
columns = st.integers(-1, 12)
places = st.builds(Place, line=st.integers(-1, 8), column=columns)
edits = st.builds(
    Edit,
    span=st.builds(Span, start=places, end=places),
    new_text=texts,
)


def doc(text: str) -> Document:
    return document("file:///a.py", "python", 1, text)


def reference_lines(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z|\Z", text)[: _count(text)]


def _count(text: str) -> int:
    return len(re.findall(r"\r\n|\r|\n", text)) + 1


def reference_offset(text: str, place: Place) -> int:
    """The offset of `place` in `text`, clamped."""
    lines = reference_lines(text)
    if place.line < 0:
        return 0
    if place.line >= len(lines):
        return len(text)
    content = lines[place.line].rstrip("\r\n")
    start = sum(len(line) for line in lines[: place.line])
    return start + min(max(place.column, 0), len(content))


def units(character: str, encoding: Encoding) -> int:
    code = ord(character)
    if encoding == "utf-32":
        return 1
    if encoding == "utf-16":
        return 2 if code > 0xFFFF else 1
    return 1 + sum(code > last for last in (0x7F, 0x7FF, 0xFFFF))


def reference_column(content: str, character: int, encoding: Encoding) -> int:
    """The longest beginning of `content` that `character` units hold."""
    ends = accumulate(units(one, encoding) for one in content)
    return sum(end <= character for end in ends)


@given(texts)
@settings(max_examples=200, deadline=None)
def test_lines_end_where_lsp_says_and_lose_nothing(text: str) -> None:
    assert list(split_lines(text)) == reference_lines(text)
    assert doc(text).text == text


@given(texts, st.lists(edits, max_size=6))
@settings(max_examples=400, deadline=None)
def test_edits_agree_with_edits_on_the_whole_text(
    text: str, changes: list[Edit]
) -> None:
    after = apply(doc(text), changes, 7)
    for change in changes:
        one = reference_offset(text, change.span.start)
        other = reference_offset(text, change.span.end)
        text = text[: min(one, other)] + change.new_text + text[max(one, other) :]
    assert after.text == text
    assert list(after.lines) == reference_lines(text)
    assert after.version == 7


@given(st.integers(1, 4), texts, st.lists(edits, max_size=6))
@settings(max_examples=300, deadline=None)
def test_edits_of_many_blocks_agree_with_edits_of_one(
    size: int, text: str, changes: list[Edit]
) -> None:
    whole = apply(doc(text), changes, 7)
    with patch.object(blocks_module, "BLOCK", size):
        blocks = apply(doc(text), changes, 7)
    assert blocks.text == whole.text
    assert blocks.lines == whole.lines


@given(st.integers(1, 4), texts, st.slices(12), st.integers(-12, 12))
@settings(max_examples=300, deadline=None)
def test_lines_in_blocks_are_read_like_a_tuple(
    size: int, text: str, part: slice, index: int
) -> None:
    lines = split_lines(text)
    with patch.object(blocks_module, "BLOCK", size):
        blocks = doc(text).lines
    assert tuple(blocks) == lines
    assert len(blocks) == len(lines)
    assert blocks[part] == lines[part]
    assert tuple(reversed(blocks)) == lines[::-1]
    if -len(lines) <= index < len(lines):
        assert blocks[index] == lines[index]
    else:
        with pytest.raises(IndexError):
            blocks[index]


def test_a_key_in_a_long_document_shares_all_blocks_but_one() -> None:
    before = doc("x\n" * 10 * BLOCK)
    place = Place(5 * BLOCK, 1)
    after = apply(before, [Edit(Span(place, place), "y")], 2)
    shared = set(map(id, before.lines._blocks)) & set(map(id, after.lines._blocks))
    assert len(shared) == len(before.lines._blocks) - 1


@given(texts, texts, texts, texts)
@settings(max_examples=300, deadline=None)
def test_the_difference_is_an_edit_that_leaves_what_is_equal_alone(
    head: str, old: str, new: str, tail: str
) -> None:
    before = doc(head + old + tail)
    edit = difference(before, head + new + tail)
    assert apply(before, [edit], 2).text == head + new + tail
    # A line end of two characters is replaced whole, so one may be more on each side.
    assert len(edit.new_text) <= len(new) + 2


@given(texts, places, places)
@settings(max_examples=200, deadline=None)
def test_text_between_agrees_with_the_whole_text(
    text: str, one: Place, other: Place
) -> None:
    start, end = sorted((reference_offset(text, one), reference_offset(text, other)))
    assert text_between(doc(text), Span(one, other)) == text[start:end]


@given(texts, st.integers(-1, 8), st.integers(-1, 40), st.sampled_from(ENCODINGS))
@settings(max_examples=400, deadline=None)
def test_positions_are_clamped_and_snapped_to_characters(
    text: str, line: int, character: int, encoding: Encoding
) -> None:
    lines = split_lines(text)
    place = place_at(lines, line, character, encoding)
    assert place == nearest(doc(text), place)
    if 0 <= line < len(lines):
        content = lines[line].rstrip("\r\n")
        assert place.line == line
        assert place.column == reference_column(content, character, encoding)


@given(texts, places, st.sampled_from(ENCODINGS))
@settings(max_examples=200, deadline=None)
def test_a_place_comes_back_from_its_position(
    text: str, place: Place, encoding: Encoding
) -> None:
    lines = split_lines(text)
    position = position_of(lines, place, encoding)
    assert place_at(lines, *position, encoding) == nearest(doc(text), place)


@pytest.mark.parametrize(
    ("encoding", "character"), [("utf-8", 9), ("utf-16", 4), ("utf-32", 3)]
)
def test_each_encoding_counts_in_its_own_units(
    encoding: Encoding, character: int
) -> None:
    assert position_of(["€𝒳é\n"], Place(0, 3), encoding) == (0, character)


def test_a_line_feed_typed_behind_a_carriage_return_joins_it() -> None:
    before = doc("a\rb")
    after = apply(before, [Edit(Span(Place(1, 0), Place(1, 0)), "\n")], 2)
    assert tuple(after.lines) == ("a\r\n", "b")


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("", "\n"),
        ("one line", "\n"),
        ("a\r\nb\r\nc\n", "\r\n"),
        ("a\nb\nc\r\n", "\n"),
        ("a\rb\r", "\r"),
    ],
)
def test_the_dominant_line_end_is_the_most_frequent(text: str, end: str) -> None:
    assert dominant_line_end(doc(text)) == end


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///home/me/a%20b.py", "/home/me/a b.py"),
        ("FILE://localhost/home/a.py", "/home/a.py"),
        ("file:/home/a.py", "/home/a.py"),
        ("file:///home/c%23/what%3F.py", "/home/c#/what?.py"),
        ("file:///home/c#/a.py", "/home/c#/a.py"),
        ("file://server/share/a.py", "//server/share/a.py"),
        ("file:///home/caf%C3%A9", "/home/café"),
        ("file:///home/%FF", "/home/\udcff"),
        ("file:///a%00b", None),
        ("file://", None),
        ("file:", None),
        ("file:a.py", None),
        ("untitled:Untitled-1", None),
        ("vscode-notebook-cell:/a.ipynb#W0", None),
        ("a.py", None),
        ("", None),
    ],
)
def test_only_file_uris_have_a_path(uri: str, path: str | None) -> None:
    assert path_of(uri) == (None if path is None else Path(path))


@pytest.mark.parametrize("uri", ["file:///c%3A/a.py", "file:///C:/a.py"])
def test_a_drive_loses_its_slash_on_windows_only(
    uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = "C" if "C" in uri else "c"
    assert path_of(uri) == Path(f"/{drive}:/a.py")
    seen: list[str] = []
    monkeypatch.setattr("fim_lsp.text.uris.os.name", "nt")
    monkeypatch.setattr("fim_lsp.text.uris.Path", seen.append)
    path_of(uri)
    assert seen == [f"{drive}:/a.py"]


@given(st.integers(1, 4), texts, texts, texts)
@settings(max_examples=200, deadline=None)
def test_lines_between_others_are_those_of_the_joined_tuples(
    size: int, one: str, two: str, three: str
) -> None:
    with patch.object(blocks_module, "BLOCK", size):
        before, lines, after = (doc(text).lines for text in (one, two, three))
    joined = lines.between(before, after)
    assert tuple(joined) == (*before, *lines, *after)
    assert joined == lines.between(before, after)
    assert hash(joined) == hash(lines.between(before, after))
    nothing = Lines(())
    assert nothing.between(nothing, lines) == lines
    assert len(nothing) == 0
    assert nothing[:] == ()
    assert hash(nothing) == hash(Lines(()))


def test_a_document_of_its_own_is_its_whole() -> None:
    alone = doc("a\nb")
    assert alone.whole is alone.lines
    assert alone.lines_above == 0
    assert alone.file_uri == alone.uri


def test_what_stands_around_a_cell_is_read_once_and_only_when_needed() -> None:
    read = []

    def others() -> OtherCells:
        read.append("others")
        return OtherCells(Lines([("a\n", "\n")]), Lines([("\n", "z")]), 2)

    cell = replace(doc("x\r\ny"), cell=Cell("file:///n.ipynb", others))
    edited = apply(cell, [Edit(Span(Place(0, 0), Place(0, 1)), "X")], 2)
    assert (edited.text, edited.file_uri, read) == ("X\r\ny", "file:///n.ipynb", [])
    assert "".join(edited.whole) == "a\n\nX\r\ny\n\nz"
    assert (edited.lines_above, read) == (2, ["others"])


@pytest.mark.parametrize(
    ("others", "too_large"),
    [(LARGEST_DOCUMENT - 3, False), (LARGEST_DOCUMENT - 2, True)],
)
def test_a_cell_is_as_large_as_its_notebook(others: int, *, too_large: bool) -> None:
    nothing = Lines(())
    around = Cell("file:///n.ipynb", lambda: OtherCells(nothing, nothing, others))
    assert replace(doc("abc"), cell=around).is_too_large is too_large
