"""No pattern of the package has a form that a supported Python gets wrong.

Python 3.11 before 3.11.5 fails on a possessive group that looks ahead or goes back
inside: `(?:a|b(?!b))*+` does not match `aa` before `bb`.  Possessive repetitions of
single characters are right everywhere.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import fim_lsp

PACKAGE = Path(fim_lsp.__file__).parent
# A group's end, which no backslash escapes, and a possessive repetition after it.
POSSESSIVE_GROUP = re.compile(r"(?<!\\)(?:\\\\)*\)(?:[*+?]|\{[\d,]*\})\+")

# A class of characters: what is in it repeats nothing.
CHARACTERS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every text that stands in a source file, parts of f-strings too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, CHARACTERS.sub(".", node.value)


@pytest.mark.parametrize(
    "path",
    sorted(PACKAGE.rglob("*.py")),
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_no_group_is_repeated_possessively(path: Path) -> None:
    lines = [line for line, text in texts(path) if POSSESSIVE_GROUP.search(text)]
    assert not lines


@pytest.mark.parametrize("pattern", ["(?:a)*+", "(a|b)++", "x(?:a)?+", "(?:a){2,}+"])
def test_the_search_finds_possessive_groups(pattern: str) -> None:
    assert POSSESSIVE_GROUP.search(pattern)
    assert not POSSESSIVE_GROUP.search(pattern.replace(")", r"\)"))


def test_docstrings_and_raw_strings_are_closed_on_every_python() -> None:
    from fim_lsp.completion.code.brackets import scan  # noqa: PLC0415 — as it is used
    from fim_lsp.completion.code.syntax import syntax_of  # noqa: PLC0415 — as above

    for language, text in (
        ("python", 'x = 1\n"""A "quoted" word."""\n'),
        ("python", "x = '''it's ''' + 'a'\n"),
        ("java", 'String s = """\n a "b" c\n""";\n'),
        ("rust", 'let s = r#"a "b" c"#;\n'),
        ("c", "/* a * b */ int x; /* c */\n"),
        ("javascript", 'x = /[/"]+/g; y = `a ${b} c`;\n'),
        ("html", "<p class='a' id=\"b\">x</p>\n"),
    ):
        found = scan(syntax_of(language), text)
        assert (found.stack, found.cut, found.inside) == ((), 0, "code")
