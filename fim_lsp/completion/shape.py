"""One line or many: what of a reply is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .code.brackets import scan_before
from .code.syntax import syntax_of
from .decision import Trigger
from .window import Window

AUTOMATIC_LINES = 6
INVOKED_LINES = 20
TAB = 4
# An automatic request may be made mid-line only before what an editor closes by
# itself (tags too), and before the end of a header.
FITTING_REST = r"\s*[)>}\]\"'`]*(?:</[\w:.-]*>)*\s*[:{;,]?\s*"

CLOSES = r"\s*(?:[)\]}]|</|(?:end|fi|done|esac)\b)"


@dataclass(frozen=True, slots=True)
class Shape:
    """Many lines (at most `max_lines`) or one; whether text follows on the line."""

    multi: bool
    max_lines: int
    mid_line: bool


def shape_of(
    window: Window,
    trigger: Trigger,
    in_comment_or_string: bool,  # noqa: FBT001 — the fact has no better form
    max_lines: int = INVOKED_LINES,
) -> Shape:
    """Many lines on a blank line, after a block opener, or when invoked."""
    mid_line = bool(rest_of_line(window.suffix).strip())
    if mid_line or in_comment_or_string:
        return Shape(multi=False, max_lines=1, mid_line=mid_line)
    invoked = trigger is Trigger.INVOKED
    line = line_before(window.prefix)
    multi = invoked or not line.strip() or opens_block(line, window.language)
    most = max_lines if invoked else min(AUTOMATIC_LINES, max_lines)
    return Shape(multi=multi, max_lines=most if multi else 1, mid_line=False)


def growing(shape: Shape) -> Iterator[Shape]:
    """The shape, and longer ones for a line that opens what later lines close."""
    yield shape
    if not (shape.multi or shape.mid_line):
        for lines in range(2, AUTOMATIC_LINES + 1):
            yield replace(shape, multi=True, max_lines=lines)


def shown(text: str, shape: Shape, ended: bool) -> str:  # noqa: FBT001 — as above
    """What of `text` is shown: whole lines, while the reply is still streaming.

    Blank lines at the head do not count, except mid-line, where nothing after
    the line break is shown.
    """
    lines = text.split("\n")
    if shape.mid_line:
        return lines[0] if ended or len(lines) > 1 else ""
    if not ended:
        lines.pop()
    first = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    count = shape.max_lines if shape.multi else 1
    return "\n".join(lines[: first + count]).rstrip("\n")


def fits_mid_line(rest: str) -> bool:
    """Whether an automatic request may be made before `rest` of a line."""
    return re.fullmatch(FITTING_REST, rest) is not None


def in_comment_or_string(window: Window) -> bool:
    """Whether the cursor stands inside a comment or a string."""
    return scan_before(window).cursor.inside != "code"


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
    """The width of the white space that begins a line."""
    space = line[: len(line) - len(line.lstrip())]
    return len(space.expandtabs(TAB))
