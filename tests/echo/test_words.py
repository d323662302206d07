from __future__ import annotations

import pytest

from fim_lsp.echo.lexer import cursor
from fim_lsp.echo.words import only_identifier


def _only(*before: str) -> str | None:
    found = only_identifier(before, cursor(before))
    return found.word if found else None


@pytest.mark.parametrize(
    ("before", "word"),
    [
        pytest.param(("remaining = 3", "rem"), "remaining", id="three letters"),
        pytest.param(("remaining = 3", "x = f(remai"), "remaining", id="in a call"),
        pytest.param(("f(remaining, rem",), "remaining", id="on the same line"),
        pytest.param(("remaining", "f(remaining)", "rem"), "remaining", id="often"),
        pytest.param(("remaining = 3", "re"), None, id="two letters"),
        pytest.param(("remaining = 3", "rem "), None, id="the word has ended"),
        pytest.param(("remaining = remains", "rem"), None, id="two identifiers"),
        pytest.param(("rem = remaining", "rem"), None, id="whole already"),
        pytest.param(("x = 'remaining'", "rem"), None, id="in a string"),
        pytest.param(("x = 123456", "123"), None, id="a number"),
        pytest.param(("add_one()", "def add"), None, id="a new name"),
        pytest.param(("remaining = 3", "x = 'rem"), None, id="typed in a string"),
    ],
)
def test_the_only_identifier_nearby_that_begins_so(
    before: tuple[str, ...], word: str | None
) -> None:
    assert _only(*before) == word


def test_it_says_how_far_above_it_stands_and_how_often() -> None:
    before = ("total = 1", "", "y = total + total", "", "tot")
    found = only_identifier(before, cursor(before))
    assert found is not None
    assert (found.lines_up, found.count) == (2, 3)
