"""Which columns of a line are in a string or a comment."""

from __future__ import annotations

import pytest

from fim_lsp.next.literals import TextMap


def texts_in(text: str, language: str) -> list[str]:
    """The strings and comments of a text, line by line, with their delimiters."""
    lines = text.splitlines(keepends=True)
    text_map = TextMap(lines, language)
    return [
        lines[number][first:last].rstrip("\n")
        for number in range(len(lines))
        for first, last in text_map.spans(number)
    ]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("rust", 'a("x");\nb("y\nget(3)\nz");\nc\n', ['"x"', '"y', "get(3)", 'z"']),
        ("rust", 'a("x \\" y");\nb // it\'s "\nc\n', ['"x \\" y"', "// it's \""]),
        ("rust", "let q = '\"'; f('\\'');\ng\n", []),
        ("rust", "fn f<'a>(x: &'a str) -> \"y\"\n", ['"y"']),
        ("rust", 'r#"one "two"\n"# + x\n', ['r#"one "two"', '"#']),
        ("rust", 'a("one \\\n  two");\nb\n', ['"one \\', '  two"']),
        ("go", "x := '\"'\ny := `a\nb` + z\n", ["`a", "b`"]),
        ("c", 'char q = \'"\'; /* a */ f("b");\n', ["/* a */", '"b"']),
        ("python", 'x = """\na\n""" + b\n', ['"""', "a", '"""']),
        ("json", '{"a": "b"}\n', []),
    ],
)
def test_strings_and_comments_are_told_from_code(
    language: str, text: str, found: list[str]
) -> None:
    assert texts_in(text, language) == found
