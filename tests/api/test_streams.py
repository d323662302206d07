from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp.api import streams
from fim_lsp.api.streams import (
    DONE,
    NdjsonDecoder,
    SseDecoder,
    StreamDecoder,
    WholeDecoder,
)
from fim_lsp.errors import StreamBroken


def read(make: Callable[[], StreamDecoder], chunks: Sequence[bytes]) -> list[str]:
    decoder = make()
    events = [event for chunk in chunks for event in decoder.feed(chunk)]
    return events + decoder.end()


@pytest.mark.parametrize(
    ("chunks", "events"),
    [
        ([b"data: a\n\ndata: b\n\n"], ["a", "b"]),
        ([b"data:a\n\n"], ["a"]),
        ([b"data:  a\n\n"], [" a"]),
        ([b"data: a\r\n\r\ndata: b\r\n\r\n"], ["a", "b"]),
        ([b"data: a\r", b"\n\r", b"\ndata: b\r\n\r\n"], ["a", "b"]),
        ([b"data: a\r\rdata: b\r\r"], ["a", "b"]),
        ([b": keep-alive\n\ndata: a\n\n: keep-alive\n\n"], ["a"]),
        ([b"event: x\nid: 1\nretry: 3\ndata: a\n\n"], ["a"]),
        ([b"data: a\ndata: b\n\n"], ["a\nb"]),
        ([b"data: a"], ["a"]),
        ([b"data: a\n"], ["a"]),
        ([b"data: a\r"], ["a"]),
        ([b"data:\n\n"], [""]),
        ([b"\xef\xbb\xbfdata: a\n\n"], ["a"]),
        (["data: a\u2028b\x85c\x0c\n\n".encode()], ["a\u2028b\x85c\x0c"]),
        ([], []),
        ([b"\n\n\n"], []),
    ],
)
def test_events_are_found(chunks: list[bytes], events: list[str]) -> None:
    assert read(SseDecoder, chunks) == events


def test_lines_of_json_are_found() -> None:
    chunks = [b'{"a"', b": 1}\n\n", b'{"b": 2}']
    assert read(NdjsonDecoder, chunks) == ['{"a": 1}', '{"b": 2}']


def test_an_event_is_there_as_soon_as_its_blank_line_is() -> None:
    decoder = SseDecoder()
    assert decoder.feed(b"data: a\n") == []
    assert decoder.feed(b"\ndata: b\n\ndata") == ["a", "b"]
    assert decoder.feed(b": c\n\n") == ["c"]
    assert decoder.end() == []


def test_an_answer_in_one_piece_is_one_event_and_the_end() -> None:
    assert read(WholeDecoder, [b'{"a":', b" 1}"]) == ['{"a": 1}', DONE]


def test_an_answer_in_one_piece_has_a_longest_length() -> None:
    with pytest.raises(StreamBroken, match="far too long"):
        read(WholeDecoder, [b" " * 1024 * 1024] * 33)


@pytest.mark.parametrize("chunks", [[b"data: \xff\n\n"], [b"data: a\n\n\xe2\x82"]])
def test_what_is_not_utf8_breaks_the_stream(chunks: list[bytes]) -> None:
    with pytest.raises(StreamBroken, match="UTF-8"):
        read(SseDecoder, chunks)


def test_each_chunk_of_a_long_line_is_looked_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []

    class Split:
        def split(self, text: str) -> list[str]:
            seen.append(text)
            return text.split("\n")

    monkeypatch.setattr(streams, "_LINE_END", Split())
    assert read(SseDecoder, [b"data: ", *[b"x" * 10] * 50, b"\n\n"]) == ["x" * 500]
    assert sum(map(len, seen)) == 508


def test_a_line_without_end_breaks_the_stream() -> None:
    with pytest.raises(StreamBroken, match="line without an end"):
        read(SseDecoder, [b"data: "] + [b"x" * 1024 * 1024] * 9)


TEXT = st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=12)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(TEXT, max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.integers(1, 7), min_size=1, max_size=8),
)
def test_cutting_the_bytes_anywhere_changes_nothing(
    texts: list[str], line_end: str, sizes: list[int]
) -> None:
    whole = "".join(f"data: {text}{line_end * 2}" for text in texts).encode()
    chunks: list[bytes] = []
    while whole:
        size = sizes[len(chunks) % len(sizes)]
        chunks.append(whole[:size])
        whole = whole[size:]
    assert read(SseDecoder, chunks) == texts
