"""Lines of source text: their parts, their indentation, what they begin and end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ... import languages
from ...text import leading_space
from ..window import Window
from .syntax import syntax_of

# From this number of characters on, two equal lines are not a coincidence.
TELLING_LINE = 12
# Lines over which a statement may be continued, to be followed back.
CONTINUED_LINES = 8
# Two equal lines further below are not a coincidence where they have a word, begin a
# comment, or close something and go on.
TELLS = r".*(?:\w.*\w|[^\x00-\x7f])|\s*(?://|/\*|#|--|<!--|\"\"\"|\{-|[)\]}][^\s])"
# Columns from one tab stop to the next.
TAB = 4
# Lines of code below the cursor with which an answer is compared.
CODE_LINES_BELOW = 3
# The beginning of a line that closes a block.
CLOSES = r"\s*(?:[)\]}]|</|(?:end|fi|done|esac)\b)"


def opens_block(line: str, language: str) -> bool:
    """Whether the next line begins a block: `:`, `{`, `(`, `[`, `=>` …"""
    return re.search(syntax_of(language).opens, line) is not None


def closes_block(line: str) -> bool:
    """Whether a line begins by closing something: `}`, `</div>`, `end` …"""
    return re.match(CLOSES, line) is not None


def line_before(prefix: str) -> str:
    """The cursor's line up to the cursor."""
    return prefix[prefix.rfind("\n") + 1 :]


def rest_of_line(suffix: str) -> str:
    """The cursor's line from the cursor on."""
    return suffix.partition("\n")[0]


def width(line: str) -> int:
    """The columns that the white space at a line's beginning takes."""
    return len(leading_space(line).expandtabs(TAB))


def lines_below(window: Window) -> tuple[str, ...]:
    """The nearest lines below that are not blank, up to the third line of code."""
    marks = languages.language(window.language).openers
    lines: list[str] = []
    code = 0
    for line in window.suffix.split("\n")[1:]:
        if line.strip():
            lines.append(line)
            code += not (marks and line.lstrip().startswith(marks))
        if code == CODE_LINES_BELOW:
            break
    return tuple(lines)


def is_same_line(line: str, other: str) -> bool:
    """Whether two lines are equal; a long one may stand at another indentation."""
    if line.rstrip() == other.rstrip():
        return True
    return len(other.strip()) >= TELLING_LINE and line.strip() == other.strip()


def line_among(line: str, below: Sequence[str]) -> int | None:
    """Which of the lines `below` equals `line`: the first one, or a telling one.

    A line is telling if it has a word, a comment's mark or more than one closer.
    """
    if not below:
        return None
    if is_same_line(line, below[0]):
        return 0
    if not re.match(TELLS, line):
        return None
    rest = range(1, len(below))
    return next((at for at in rest if line.rstrip() == below[at].rstrip()), None)


def statement_indent(above: Sequence[str], line: str) -> int:
    """The characters before the statement that `line` goes on with, or begins.

    A line that continues another stands further right than where that one begins.
    """
    indent = len(leading_space(line))
    for upper in reversed(above[-CONTINUED_LINES:]):
        text = upper.strip()
        if not text or text.endswith((";", "{", "}", ":")) or text[0] in "*/#":
            break
        indent = min(indent, len(leading_space(upper)))
    return indent
