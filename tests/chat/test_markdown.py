"""A model's Markdown cannot fetch or run anything, and what it says stays."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from fim_lsp.chat.markdown import tame


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Title\n\n*words* and **more**", "# Title\n\n*words* and **more**\n"),
        ("Title\n===\n\na\n***\nb", "# Title\n\na\n\n---\n\nb\n"),
        ("a  \nb\nc", "a\\\nb\nc\n"),
        ("- a\n- b\n  1. c\n\n     d\n- e", "- a\n- b\n  1. c\n\n     d\n- e\n"),
        ("> a\n> - b", "> a\n>\n> - b\n"),
        ("a|b\n-|-\n1|`x`", "| a | b |\n| --- | --- |\n| 1 | `x` |\n"),
        ("snake_case, a * b, x[0], 1 < 2", "snake_case, a * b, x[0], 1 < 2\n"),
        ("a\\*b\\* \\_c_ 1986\\. x", "a\\*b\\* \\_c\\_ 1986. x\n"),
        ("1986\\. It was.", "1986\\. It was.\n"),
        ("`List<int>` and ``a ` <b>``", "`List<int>` and ``a ` <b>``\n"),
        ("```html\n<b>\n```\ntext", "```html\n<b>\n```\n\ntext\n"),
        ("~~~\n```\n<b>\n~~~", "````\n```\n<b>\n````\n"),
        ("```\n<b>", "```\n<b>\n```\n"),
        ("```a b c\nx\n```", "```a\nx\n```\n"),
        ("    x = 1\n", "```\nx = 1\n```\n"),
        ("[a](http://x/(y) 'title')", "[a](http://x/%28y%29)\n"),
        ("[a][b]\n\n[b]: https://x/y", "[a](https://x/y)\n"),
        ("<https://x/?a=b&c=d>", "<https://x/?a=b&c=d>\n"),
    ],
)
def test_what_is_harmless_stays(text: str, expected: str) -> None:
    assert tame(text) == expected
    assert tame(expected) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![a](http://x/y.png)", "a\n"),
        ("!![a](http://x/y.png)", "!a\n"),
        ("![a\nb](http://x/y.png)", "a\nb\n"),
        ("![a](http://x/y.png 'b\nc')", "a\n"),
        ("![a]\n\n[a]: http://x/y.png", "a\n"),
        ("![a][b]\n\n[b]:\n  http://x/y.png\n  'c'", "a\n"),
        ("![![a](http://x/y)](http://x/z)", "a\n"),
        ("[![a](http://x/y)](http://x/z)", "[a](http://x/z)\n"),
        ("`![a](http://x/y)", "\\`a\n"),
        ("a ` ![b](http://x/y)\n\n` c", "a \\` b\n\n\\` c\n"),
        ("\\`![a](http://x/y)\\`", "\\`a\\`\n"),
        ("- ![a](http://x/y)\n\n> # ![b](http://x/y)", "- a\n\n> # b\n"),
        ("|a|\n|-|\n|![b](http://x/y)|", "| a |\n| --- |\n| b |\n"),
        ("*![a](http://x/y)*", "*a*\n"),
        ("!\\[a](http://x/y)", "\\![a\\](http://x/y)\n"),
        ("\\![a](http://x/y)", "\\![a](http://x/y)\n"),
        ("<b>a</b> 1 < 2", "&lt;b>a&lt;/b> 1 < 2\n"),
        ("<img src='http://x'\nonerror=a>", "&lt;img src='http://x'\nonerror=a>\n"),
        ("<div>\n![a](http://x)\n</div>", "&lt;div>\na\n&lt;/div>\n"),
        ("<!-- a\n\nb -->", "&lt;!-- a\n\nb -->\n"),
        ("&lt;img src=x>", "&lt;img src=x>\n"),
        ("&amp;lt;b>", "&amp;lt;b>\n"),
        ("``` `\n<b>", "\\`\\`\\` \\`\n&lt;b>\n"),
        ("[a](command:quit)", "a\n"),
        ("[a](COMMAND:quit?%5B%5D)", "a\n"),
        ("[a][b]\n\n[b]: command:quit", "a\n"),
        ("[a](<command:quit 'x'>)", "a\n"),
        ("<command:quit>", "command:quit\n"),
        ("[a](file:///etc/passwd)", "[a\\](file:///etc/passwd)\n"),
        ("[a](javascript:alert(1))", "[a\\](javascript:alert(1))\n"),
        ("[a](vscode://x) [b](//x) [c](d.md) [e](#f)", "a b c e\n"),
        ("[**a** `b`](command:quit)", "**a** `b`\n"),
        ("[![a](http://x/y)](command:quit)", "a\n"),
    ],
)
def test_what_could_fetch_or_run_becomes_words(text: str, expected: str) -> None:
    assert tame(text) == expected


_PIECES = (
    *("![", "[", "]", "](", ")", "](http://x)", "](command:x)", "http://x", "a", "b c"),
    *("<", ">", "<b>", "<img src=x>", "<!--", "-->", "<command:x>", "&lt;", "&amp;"),
    *("`", "``", "```\n", "~~~\n", "*", "**", "_", "~~", "!", "\\", "|", "#", "# "),
    *("\n", "\n\n", "\r\n", " ", "    ", "\t", "- ", "1. ", "> ", "---\n", "===\n"),
    *("[a]", "[a]: http://x\n", "[a]: command:x\n", "|a|\n|-|\n", "😀", "\u202e", "\0"),
)


def _tokens(text: str) -> list[Token]:
    """What a preview makes of `text` that renders HTML and every usual extension."""
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    blocks = parser.parse(text)
    return [*blocks, *(each for block in blocks for each in block.children or ())]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join))
@example("&lt;" * 3 + "<command:x>")
def test_a_preview_finds_nothing_to_fetch_or_to_run(text: str) -> None:
    tokens = _tokens(tame(text))
    assert {token.type for token in tokens}.isdisjoint(
        {"image", "html_inline", "html_block"}
    )
    links = [str(each.attrs["href"]) for each in tokens if each.type == "link_open"]
    assert [link for link in links if not link.startswith("http")] == []


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(("a ", "b\n", "- c\n", "> d\n", "*e* ", "1. f\n\n"))))
def test_every_word_stays(pieces: list[str]) -> None:
    text = "".join(pieces)
    words = [char for char in text if char.isalpha()]
    assert [char for char in tame(text) if char.isalpha()] == words


@pytest.mark.parametrize(
    "text",
    ["[" * 4000, "*a " * 4000, "![a](" * 2000, "> " * 5000 + "a", "x" * 300_000],
    ids=["brackets", "stars", "images", "quotes", "long"],
)
def test_there_is_an_end_to_any_answer(text: str) -> None:
    assert tame(text).strip()
