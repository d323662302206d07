"""The head rules about tokens, and about characters that no case file should hold."""

from __future__ import annotations

import pytest

from fim_lsp.api.special_tokens import ANSWER_FOLLOWS
from fim_lsp.completion.clean import head
from fim_lsp.completion.clean.special_tokens import TOKENS

from ..windows import window

PLACE = window("def area(a, b):\n    $0\n")


@pytest.mark.parametrize("token", sorted(TOKENS))
def test_an_answer_ends_at_every_known_token(token: str) -> None:
    for text in (f"return a * b{token}", f"return a * b{token}\nmore {token}\n"):
        cleaned = head(text, PLACE)
        assert (cleaned.text, cleaned.over) == ("return a * b", True)
        assert cleaned.rules == ("special-token",)
    again = "".join(head(f"return a * b{token}"[:-1], PLACE, ended=False).text)
    assert again == "return a * b"


@pytest.mark.parametrize("token", sorted(ANSWER_FOLLOWS))
def test_a_token_that_announces_the_answer_is_dropped(token: str) -> None:
    assert head(f"{token}return a * b", PLACE).text == "return a * b"


@pytest.mark.parametrize(
    "token", ["<|new_token_12|>", "<｜tool▁calls▁begin｜>", "<unused7>"]
)
def test_tokens_of_families_to_come_are_known_by_their_form(token: str) -> None:
    assert head(f"return a * b{token}x", PLACE).text == "return a * b"


@pytest.mark.parametrize(
    ("language", "marked", "text"),
    [
        ("python", "END = '<|im_end|>'\nx = $0\n", "text.split('<|im_end|>')[0]"),
        ("python", "x = $0\n", "text.split('<|im_end|>')[0]"),
        ("html", "<p>$0</p>\n", "<s>old</s> new"),
        ("rust", "let x: $0;\n", "Vec<mask>, Option<u8>"),
        ("haskell", "x = $0\n", "f <| g |> h"),
        ("fsharp", "x = $0\n", "List.map f <| xs |> List.sum"),
        ("python", "PREFIX = 1\nx = $0\n", "table[PREFIX]"),
        ("c", "x = $0;\n", "a <b && c> d"),
    ],
)
def test_code_that_looks_like_a_token_stays(
    language: str, marked: str, text: str
) -> None:
    assert head(text, window(marked, language)).text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1\r\n    b = 2\r\n", "a = 1\n    b = 2\n"),
        ("a = 1\r    b = 2", "a = 1\n    b = 2"),
        ("a\x00 = \x081", "a = 1"),
        ("\x1b[31mred\x1b[0m = 1", "red = 1"),
        ("\x1b]0;title\x07a = 1", "a = 1"),
        ("a = '\u202eevil\u2066'", "a = 'evil'"),
        ("a\u200b = \ufeff1", "a = 1"),
        ("a = '\U0001f468\u200d\U0001f469'", "a = '\U0001f468\u200d\U0001f469'"),
        ("a = '\u2764\ufe0f'", "a = '\u2764\ufe0f'"),
        ("a = '\u0645\u06cc\u200c\u062e'", "a = '\u0645\u06cc\u200c\u062e'"),
        ("a = '\u05d0\u05d1'", "a = '\u05d0\u05d1'"),
        ("a = 'e\u0301'", "a = 'e\u0301'"),
        ("a = '\u0915\u094d\u200d\u0937'", "a = '\u0915\u094d\u200d\u0937'"),
    ],
    ids=[
        *("crlf", "cr", "controls", "colour", "title", "bidi", "zero-width", "family"),
        *("heart", "persian", "hebrew", "combining", "hindi"),
    ],
)
def test_what_nobody_sees_is_left_out(text: str, expected: str) -> None:
    assert head(text, PLACE).text == expected
    for length in range(len(text)):
        begun = head(text[:length], PLACE, ended=False).text
        assert expected.startswith(begun)
