from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp.echo.frames import HEAD, length_of, pack, unpack

_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)  # surrogates too


@given(st.dictionaries(_TEXT, _TEXT | st.integers() | st.booleans() | st.none()))
@settings(max_examples=25, deadline=None)
def test_a_message_comes_out_as_it_went_in(message: dict[str, object]) -> None:
    packed = pack(message)
    body = packed[HEAD.size :]
    assert length_of(packed[: HEAD.size]) == len(body)
    assert unpack(body) == message


def test_a_stream_that_is_not_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="bytes"):
        length_of(b"Trac")
