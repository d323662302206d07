"""What was balanced stays balanced, in every family of languages."""

from __future__ import annotations

import pytest

from fim_lsp.completion.clean import tail
from fim_lsp.completion.clean.bracket_effect import balance_at
from fim_lsp.completion.clean.draft import Draft
from fim_lsp.completion.code.brackets import scan
from fim_lsp.completion.code.python import tokenizes
from fim_lsp.completion.code.syntax import syntax_of
from fim_lsp.languages import LANGUAGES

from ..windows import window

WHOLE = [
    ("python", "x = {'a': [1, (2)]}  # :(\ny = '''(\n'''\nz = r'\\(' + \"\\\"\"\n"),
    ("javascript", "const a = `(${b}`; // (\nlet r = x.match(/[\"'(]/g); /* { */\n"),
    ("javascript", "const half = a / b / c; f('\\'');\n"),
    ("javascriptreact", "const a = <p>Don't {f(x)}</p>;\n"),
    ("go", 'var q = `(`\nvar r = \'"\'\nvar s = "\\"(" // )\n'),
    ("rust", "fn f<'a>(x: &'a str) -> char { '(' } // )\nlet r = r#\"(\"#;\n"),
    ("rust", "let s = \"one (\ntwo\";\nlet c = '\\u{28}';\n"),
    ("java", 'String s = """\n  ( "x" {\n""";\nchar c = \'(\';\n'),
    ("c", "#define A 1'000 /* ( */\nchar c = '\\''; // don't (\n"),
    ("html", "<ul><li>One<br></li></ul><!-- <p> --><script>a < b</script>\n"),
    ("html", "<img src=\"a>b\"><p class='x'>It's</p><input/>\n"),
    ("yaml", "a: don't\nb: [1, {c: '('}]  # )\nd: \"[\"\n"),
    ("markdown", "See [this](x).\n\n```c\nf(\n```\n1) one\n`(`\n"),
    ("sql", "SELECT 'it''s (' FROM [t] -- )\nWHERE a IN (1, 2) /* ( */;\n"),
    ("shellscript", "case $x in\n  a) f ;;\nesac\necho \"$(g)\" '(' \\( # (\n"),
    ("css", 'a { content: "{"; } /* { */\n'),
    ("lua", "-- (\n--[[ ( ]]\nlocal s = [[(]]\nf('(')\n"),
    ("json", '{"a": ["{", 1]}\n'),
]


@pytest.mark.parametrize(("language", "text"), WHOLE)
def test_brackets_in_strings_and_comments_are_text(language: str, text: str) -> None:
    found = scan(syntax_of(language), text)
    assert (found.stack, found.extra, found.cut, found.inside) == ((), 0, 0, "code")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_family_is_scanned_to_the_end(language: str) -> None:
    assert scan(syntax_of(language), "a ( [ ) \" ' ` # // -- <b> */ \n\\").resume > 0


@pytest.mark.parametrize(
    ("language", "marked", "text", "broken"),
    [
        ("javascript", "f($0)\n", "a)", True),
        ("javascript", "f($0)\n", "a, (b)", False),
        ("javascript", "f($0\n", "a)", False),
        ("javascript", "f($0\n", "a))", True),
        ("javascript", "x = $0\ny = 1\n", "'a", True),
        ("javascript", "x = '$0'\n", "a'", True),
        ("javascript", "x = '$0\n", "a'", False),
        ("javascript", "f($0)\n", "a // b", True),
        ("javascript", "f($0)\n", "/* a", True),
        ("go", "x := $0\n", "`a", True),
        ("html", "<p>$0</p>\n", "<b>x", True),
        ("html", "<p>$0</p>\n", "<b>x</b><br>", False),
        ("markdown", "$0\n", "1) one :)", False),
        ("plaintext", "$0\n", "(((", False),
        ("python", "def f():\n    $0\n", "if x:\n        a\n      b", True),
        ("python", "def f():\n    $0\n", "if x:\n        a\n    b", False),
    ],
)
def test_a_whole_file_is_judged_exactly(
    language: str, marked: str, text: str, *, broken: bool
) -> None:
    assert balance_at(window(marked, language))(Draft(text)).broken is broken


INSIDE = "  a();\n  if (x) {\n    b();\n    $0\n"


@pytest.mark.parametrize(
    ("marked", "text", "broken"),
    [
        # The block is closed below, and again it is not.
        (INSIDE + "  }\n  c();\n", "d();\n  }", True),
        (INSIDE + "  c();\n", "d();\n  }", False),
        # What opens goes on below, and again it does not.
        ("  a();\n  $0\n    b();\n  }\n  c();\n", "if (x) {", False),
        ("  a();\n  $0\n  b();\n  c();\n", "if (x) {", True),
        ("  f(a$0\n  b();\n", ", c)", False),
        ("  f(a$0);\n  b();\n", ", c)", True),
        ("}\n\nint f() {\n  $0\n  b();\n", "g(})", True),
    ],
)
def test_a_cut_window_is_judged_by_its_layout(
    marked: str, text: str, *, broken: bool
) -> None:
    place = window(marked, "c", whole=False)
    assert balance_at(place)(Draft(text)).broken is broken


def test_a_string_is_judged_by_what_reads_like_text_below() -> None:
    opened = window("def f():\n    $0\n\n    The first of all words.\n", whole=False)
    assert not balance_at(opened)(Draft('"""Count words.')).broken
    code = window("def f():\n    $0\n\n    x = g(1)\n", whole=False)
    assert balance_at(code)(Draft('"""Count words.')).broken


def test_an_answer_is_cut_back_line_by_line() -> None:
    place = window("int f() {\n  $0\n}\n", "c")
    offered = tail("a();\n  if (b) {\n    c();", place, automatic=False)
    assert (offered.text, offered.rules) == ("a();", ("brackets",))


def test_a_line_that_opens_a_block_is_kept_where_the_answer_goes_on() -> None:
    place = window("int f() {\n  for $0\n}\n", "c")
    assert tail("(;;) {", place, automatic=False, continues=True).text == "(;;) {"
    ended = tail("(;;) {", place, automatic=False, continues=False)
    assert ended.rejected_by == "brackets"
    wrong = tail("(;;)) {", place, automatic=False, continues=True)
    assert wrong.rejected_by == "brackets"


def test_python_is_judged_by_its_own_tokens() -> None:
    assert tokenizes("if x:\n    y = (1,\n2)\n")
    assert not tokenizes("if x:\n    y\n  z\n")
    assert not tokenizes("x = (\n")
    assert not tokenizes("x = 'a\n")
