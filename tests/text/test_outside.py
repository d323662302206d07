"""Text from outside: what cannot be seen goes, what can be seen stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fim_lsp.text import one_line, visible

CONTROLS = [
    chr(code) for code in range(0xA0) if unicodedata.category(chr(code)) == "Cc"
]
SPACING = set("\t\n\r\f")
BIDI = [
    *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    *"\u200e\u200f\u061c",
]
ZERO_WIDTH = [
    *"\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad\u180e\u034f",
    *"\u115f\u1160\u17b4\u17b5\u180b\u180f\u3164\uffa0\U0001bca0",
]
TAGS = [chr(code) for code in range(0xE0000, 0xE0080)]


@pytest.mark.parametrize("char", [*CONTROLS, *BIDI, *ZERO_WIDTH, *TAGS], ids=ascii)
def test_an_invisible_character_goes_and_its_neighbours_stay(char: str) -> None:
    expected = f"a{char}b" if char in SPACING else "ab"
    assert visible(f"a{char}b") == expected
    assert visible(f"{char}ab{char}").strip() == "ab"


@pytest.mark.parametrize("char", [*CONTROLS, *BIDI, *ZERO_WIDTH], ids=ascii)
def test_what_stands_in_the_region_already_may_stay(char: str) -> None:
    assert visible(f"a{char}b", already_in=f"x{char}y") == f"a{char}b"


def test_a_character_of_the_region_admits_no_other() -> None:
    assert visible("\x1b[31mred\x07", already_in="\x1b") == "\x1b[31mred"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b1;31mred\x9b0m", "red"),
        ("\x1b[2J\x1b[Hclean", "clean"),
        ("\x1b]52;c;ZXZpbA==\x07model", "model"),
        ("\x1b]0;title\x1b\\model", "model"),
        ("\x9d8;;http://x.example\x9cmodel", "model"),
        ("\x1bP1$r0m\x1b\\model", "model"),
        ("\x1b_apc\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\model", "model"),
        ("\x1b(Bmodel\x1b[?25l", "model"),
        ("\x1b]52;c;never ended", "]52;c;never ended"),
        ("\x1b]\nnext line\x07", "]\nnext line"),
        ("\x1b\x1b[31m\x1b", ""),
        ("lone \x1b here", "lone  here"),
        ("half \ud83d pair", "half \ufffd pair"),
    ],
)
def test_escape_sequences_go_whole(text: str, expected: str) -> None:
    assert visible(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦 family",
        "👩🏽‍💻 at work",
        "❤️‍🔥",
        "👁️‍🗨️",
        "🏳️‍🌈 🏴‍☠️",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "1️⃣ #️⃣",
        "☺︎ ☺️",
        "🇩🇪 🇯🇵",
        "می‌خواهم",  # Persian: zero-width non-joiner
        "क्‍ष and क्‌ष",  # Devanagari: both joiners
        "ന്‍",  # Malayalam chillu: the joiner stands at the end
        "ශ්‍රී",  # Sinhala
        "র‍্য",  # Bengali
        "ه‍",  # Arabic: the form at the beginning of a word
        "שלום עולם",
        "C++\u200f הוא שפה",
        "e\u0301 n\u0303 ạ̈",
        "葛\U000e0100城",  # a variant of an ideograph
        "ᠮᠣᠩᠭᠣᠯ\u180b",
        "\u1112\u119e\u11ab글 \u115f\u1161 \u1112\u1160",  # old Korean
        "ב\u034f\u05b8",  # marks of the Hebrew Bible
        "\U0001bc00\U0001bca0\U0001bc41",  # shorthand
        "a\tb\r\nc\fd",
        "naïve — “quotes” … ½ € 中文 かな 한국어 ไทย",
        "a\u00a0b\u2028c\u3000d",
    ],
)
def test_what_can_be_seen_is_left_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\ufe0fb", "ab"),
        ("☺\ufe0f\ufe0e\ufe0f", "☺\ufe0f"),
        ("😀\U000e0101\U000e0102\U000e0103", "😀"),
        ("😀\u200d", "😀"),
        ("a\u200d😀", "a😀"),
        ("ه" + "\u200c" * 9, "ه" + "\u200c" * 3),
        ("א\nuser\u200f = 1", "א\nuser = 1"),
    ],
)
def test_a_joiner_or_selector_without_its_letter_goes(text: str, expected: str) -> None:
    assert visible(text) == expected


@given(st.text(alphabet=[*"ab1;m[]\n", *CONTROLS, *BIDI, *ZERO_WIDTH, *"ه😀☺\ufe0fא"]))
def test_what_was_cleaned_once_stays_as_it_is(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    assert not set(visible(text)) & (set(CONTROLS) - SPACING)


@pytest.mark.parametrize(
    "start", ["\x1b]", "\x9d", "\x1b[", "\x1bP", "\x9b1", "\u200f"]
)
def test_a_long_hostile_text_takes_linear_time(start: str) -> None:
    assert len(visible(start * 200_000 + "א")) <= 2 * 200_000 + 1


def test_a_sentence_takes_one_line_of_it() -> None:
    assert one_line(" Model\x07 not\r\n\texist\u202e ") == "Model not exist"
    assert one_line("x" * 300, limit=10) == "x" * 9 + "…"
