"""Where statements end: by the indentation of lines, and by the brackets they open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..window import Window
from .brackets import scan
from .lines import closes_block, line_before, opens_block, width
from .syntax import HTML, syntax_of

# The beginning of a line that belongs to the statement above it.
GOES_ON = (
    r"\s*(?:[)\]}{>]|</"
    r"|(?:end|fi|done|esac|else|elif|elsif|elseif|except|finally|catch|rescue|ensure"
    r"|then)\b"
    r"|\.(?!\.)|\?\.|&&|\|\||\?\s|:\s|=\s|\+\s)"
)
# The end of a line whose statement goes on: an operator, a dot, a backslash.
UNFINISHED = (
    r"(?:[=.\\(\[<]|\s(?:[+*/%&|^-]|&&|\|\||and|or|not|in))\s*\Z"
    r"|\A\s*@[\w.]+(?:\(.*\))?\s*\Z"
)


@dataclass(frozen=True, slots=True)
class Ends:
    """Numbers of the lines after which a text may end, in order.

    * `whole`: nothing that the text has begun goes on below.
    * `nested`: a statement ends there, inside of blocks that go on.
    * `whole_so_far`, `nested_so_far`: the same, judged without the line below: what
      looked like an end while that line had not come.
    """

    whole: tuple[int, ...]
    nested: tuple[int, ...]
    whole_so_far: tuple[int, ...]
    nested_so_far: tuple[int, ...]


def ends_of(window: Window, lines: Sequence[str], *, ended: bool) -> Ends:
    """Where the statements of `lines`, which stand at the window's cursor, end.

    Not `ended`: more may follow, so that the last line's end is known only where it
    stands at the level of the first.
    """
    syntax = syntax_of(window.language)
    full = [line_before(window.prefix) + lines[0], *lines[1:]] if lines else []
    visible = [at for at, line in enumerate(lines) if line.strip()]
    if not syntax.checked:
        every = tuple(visible)
        return Ends(every, every, every, every)
    whole: list[int] = []
    nested: list[int] = []
    whole_so_far: list[int] = []
    nested_so_far: list[int] = []
    base = width(full[visible[0]]) if visible else 0
    since = None
    text = ""
    for order, at in enumerate(visible):
        text = "\n".join(lines[: at + 1]) + "\n"
        since = scan(syntax, text, since)
        below = visible[order + 1] if order + 1 < len(visible) else None
        if since.inside != "code" or _is_begun(full[at], window.language):
            continue
        closers = {opener.closer for opener in since.stack}
        indent = width(full[at])
        in_blocks = syntax is HTML or closers <= {"}"}
        if not closers and indent <= base:
            whole_so_far.append(at)
        if in_blocks:
            nested_so_far.append(at)
        if below is not None and goes_on(full[below]):
            continue
        if below is None:
            level = ended or indent <= base
            deeper = False
        else:
            level = width(full[below]) <= base
            deeper = width(full[below]) > indent
        if not closers and level:
            whole.append(at)
        if not deeper and in_blocks:
            nested.append(at)
    return Ends(*map(tuple, (whole, nested, whole_so_far, nested_so_far)))


def goes_on(line: str) -> bool:
    """Whether a line belongs to the statement above it."""
    return re.match(GOES_ON, line) is not None


def belongs_to(line: str, above: str, base: int, below: str, language: str) -> bool:
    """Whether `line` is needed by `above`, the line before it, in a text at a cursor.

    `base`: the columns before the cursor's line; `below`: the next line of the document
    below the cursor.  A body is needed by its header, unless it stands below already; a
    link by its chain, unless that goes on below; a closer by a block of the text.
    """
    if closes_block(line):
        return width(line) >= base
    if goes_on(line) and not line.lstrip().startswith("{"):
        return not (goes_on(below) or above.rstrip().endswith(";"))
    is_body = opens_block(above, language) and width(line) > width(above)
    return is_body and width(below) <= width(above)


def _is_begun(line: str, language: str) -> bool:
    """Whether the line below belongs to the statement of `line`."""
    return opens_block(line, language) or re.search(UNFINISHED, line) is not None
