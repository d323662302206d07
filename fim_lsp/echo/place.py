"""Whether echo may speak at a place at all."""

from __future__ import annotations

import re

from ..text import Document, Place

# Languages of people, where a repetition is a coincidence.
_PROSE = frozenset(
    [
        "markdown",
        "plaintext",
        "latex",
        "tex",
        "bibtex",
        "restructuredtext",
        "asciidoc",
        "org",
        "typst",
        "gitcommit",
        "git-commit",
        "git-rebase",
        "csv",
        "log",
        "help",
        "scminput",
        "search-result",
        "dotenv",
    ]
)
_HASH = frozenset(
    [
        "python",
        "shellscript",
        "sh",
        "bash",
        "zsh",
        "fish",
        "ruby",
        "perl",
        "yaml",
        "toml",
        "makefile",
        "dockerfile",
        "r",
        "elixir",
        "julia",
        "nix",
        "powershell",
        "cmake",
        "coffeescript",
        "tcl",
        "nim",
        "crystal",
        "gdscript",
        "properties",
        "ini",
        "terraform",
        "hcl",
        "starlark",
    ]
)
_DASHES = frozenset(["lua", "sql", "haskell", "ada", "vhdl", "elm", "purescript"])
_SEMICOLON = frozenset(
    ["lisp", "clojure", "scheme", "emacs-lisp", "elisp", "asm", "ini", "racket"]
)
_PERCENT = frozenset(["erlang", "matlab", "prolog", "octave"])
_TRIPLE = re.compile(r'"""|\'\'\'')
_STRING = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`""")
# How far above the cursor the opening of a block comment is looked for.
_LINES_ABOVE = 200


def is_silent(document: Document, place: Place) -> bool:
    """Whether the place is in prose, in a comment, or before more text of its line."""
    line = document.lines[place.line]
    return (
        document.language in _PROSE
        or bool(line[place.column :].strip())
        or _in_line_comment(document.language, line[: place.column])
        or _in_block(document, place)
    )


def _in_line_comment(language: str, before: str) -> bool:
    bare = _STRING.sub('""', before)
    return any(mark in bare for mark in _marks(language))


def _marks(language: str) -> tuple[str, ...]:
    marks = tuple(
        mark
        for mark, languages in (
            ("#", _HASH),
            ("--", _DASHES),
            (";", _SEMICOLON),
            ("%", _PERCENT),
        )
        if language in languages
    )
    return marks or ("//", "<!--")


def _in_block(document: Document, place: Place) -> bool:
    """Inside a doc string or block comment that began above or on this line."""
    first = max(0, place.line - _LINES_ABOVE) if document.language != "python" else 0
    above = document.lines[first : place.line]
    here = document.lines[place.line][: place.column]
    if document.language == "python":
        return _in_triple_quotes(above, here)
    if _marks(document.language)[0] != "//":
        return False
    for line in (here, *reversed(above)):
        opened, closed = line.rfind("/*"), line.rfind("*/")
        if opened != closed:
            return opened > closed
    return False


def _in_triple_quotes(above: tuple[str, ...], here: str) -> bool:
    """Whether an odd number of one kind of triple quotes stands before."""
    open_with = ""
    for line in (*above, here):
        if '"""' not in line and "'''" not in line:
            continue
        for quotes in _TRIPLE.findall(line):
            if not open_with:
                open_with = quotes
            elif quotes == open_with:
                open_with = ""
    return bool(open_with)
