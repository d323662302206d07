from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp.completion.clean import head
from fim_lsp.completion.window import Window

from ..windows import window

GO = "func f() {\n\tif x {\n\t\t$0\n\t}\n}\n"
PYTHON = "def f():\n    if x:\n        a\n    if y:$0\n"
NARROW = "function f() {\n  if (x) {\n    a();\n  }\n  if (y) {$0\n  }\n}\n"


def indented(marked: str, language: str, text: str) -> str:
    return head(text, window(marked, language)).text


@pytest.mark.parametrize(
    ("marked", "language", "text", "expected"),
    [
        (GO, "go", "a()\n        b()", "a()\n\t\tb()"),
        (GO, "go", "a()\n    b()", "a()\n\t\tb()"),
        (GO, "go", "a()\n\t\tb()", "a()\n\t\tb()"),
        (GO, "go", "for {\n            b()\n        }", "for {\n\t\t\tb()\n\t\t}"),
        (GO, "go", "        a()\n        b()", "a()\n\t\tb()"),
        (GO, "go", "a(\n\t\t  b)", "a(\n\t\t  b)"),
        ("func f() {$0\n\ta\n}\n", "go", "\n    b", "\n\tb"),
        ("func f() {$0\n\ta\n}\n", "go", "\n  b", "\n\tb"),
        ("func f() {\n\ta $0", "go", "  = 1\n    b", "= 1\n\tb"),
        (PYTHON, "python", "\n\t\tb\n\t\tc", "\n        b\n        c"),
        (PYTHON, "python", "\n      b\n      c", "\n        b\n        c"),
        (PYTHON, "python", "\n        b", "\n        b"),
        (NARROW, "javascript", "\n\t\tb();", "\n    b();"),
        (NARROW, "javascript", "\n      b();\n  }", "\n    b();\n  }"),
        (
            "class A {\n  f() {$0\n  }\n}\n",
            "java",
            "\n      if (x) {\n          b();\n      }",
            "\n    if (x) {\n      b();\n    }",
        ),
    ],
)
def test_an_answer_is_indented_as_its_document(
    marked: str, language: str, text: str, expected: str
) -> None:
    assert indented(marked, language, text) == expected


@pytest.mark.parametrize(
    ("marked", "language", "text"),
    [
        ("$0", "python", "if x:\n\ty"),
        ("if x:\n\ta\nif y:\n    $0", "python", "b\n\tc"),
        ("a:\n    $0", "makefile", "b\n\tc"),
        ("- a\n\t- b\n$0", "markdown", "- a\n  - b"),
        ("func f() {\n\ts := `$0", "go", "a\n    b\n        c`"),
        ("func f() {\n\t$0", "go", "s := `\n    b\n`\n"),
        ("def f():\n    $0", "python", 's = """\n\tb\n"""'),
        ("f(\n    a,\n    b)\nif x:\n  y\nif x:$0", "python", "\n      z"),
    ],
    ids=[
        "nothing-tells",
        "both",
        "makefile",
        "markdown",
        "in-a-string",
        "string-of-its-own",
        "long-string",
        "unit-in-doubt",
    ],
)
def test_white_space_stays_where_the_document_does_not_tell(
    marked: str, language: str, text: str
) -> None:
    assert indented(marked, language, text) == text


def test_alignment_within_a_level_is_kept() -> None:
    assert indented(GO, "go", "a(b,\n          c)") == "a(b,\n\t\t  c)"
    assert indented("/**\n\t * a$0", "c", "\n     * b") == "\n\t * b"


PLACES = st.sampled_from(
    [
        window(GO, "go"),
        window("func f() {$0\n\ta\n}\n", "go"),
        window("\t$0", "c"),
        window("a\n\tb\n$0", "javascript"),
        window(PYTHON),
        window(NARROW, "javascript"),
    ]
)
PIECES = st.sampled_from(
    ["\n", "\n", " ", "  ", "    ", "\t", "a", "else", "{", "}", "`", '"', "```", "x:"]
)


@settings(max_examples=150, deadline=None)
@given(PLACES, st.lists(PIECES, max_size=16).map("".join), st.integers(0, 40))
def test_a_beginning_is_indented_as_the_whole(
    place: Window, answer: str, length: int
) -> None:
    begun = head(answer[:length], place, ended=False)
    assert head(answer, place).text.startswith(begun.text)
