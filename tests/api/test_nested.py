"""JSON that is nested beyond what Python reads is no answer, and no fault of ours."""

from __future__ import annotations

from typing import Any, cast

import pytest

from fim_lsp.api.failures import words_of
from fim_lsp.api.reading import checked
from fim_lsp.errors import StreamBroken

from .support import provider

DEEP = "[" * 100_000


def test_in_a_stream_it_is_one_clear_error() -> None:
    with pytest.raises(StreamBroken, match="not JSON"):
        checked(provider(), cast("Any", None), DEEP, None)


def test_the_words_of_an_error_are_its_text() -> None:
    assert words_of(DEEP.encode(), ()) == "[" * 299 + "…"
