"""Where statements end: by the indentation of lines, and by the brackets they open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..window import Window
from .brackets import scan
from .lines import line_before, opens_block, width
from .syntax import HTML, syntax_of

# What a line begins with that belongs to the statement above it.
GOES_ON = (
    r"\s*(?:[)\]}{>]|</"
    r"|(?:end|fi|done|esac|else|elif|elsif|elseif|except|finally|catch|rescue|ensure"
    r"|then)\b"
    r"|\.(?!\.)|\?\.|&&|\|\||\?\s|:\s|=\s|\+\s)"
)
# What a line ends with whose statement goes on: an operator, a dot, a backslash.
UNFINISHED = (
    r"(?:[=.\\(\[<]|\s(?:[+*/%&|^-]|&&|\|\||and|or|not|in))\s*\Z"
    r"|\A\s*@[\w.]+(?:\(.*\))?\s*\Z"
)


@dataclass(frozen=True, slots=True)
class Ends:
    """Numbers of the lines after which a text may end, in order.

    * `whole`: nothing that the text has begun goes on below.
    * `nested`: a statement ends there, inside of blocks that go on.
    """

    whole: tuple[int, ...]
    nested: tuple[int, ...]


def ends_of(window: Window, lines: Sequence[str], *, ended: bool) -> Ends:
    """Where the statements of `lines`, which stand at the window's cursor, end.

    Not `ended`: more may follow, so that the last line's end is known only where it
    stands at the level of the first.
    """
    syntax = syntax_of(window.language)
    full = [line_before(window.prefix) + lines[0], *lines[1:]] if lines else []
    visible = [at for at, line in enumerate(lines) if line.strip()]
    if not syntax.checked:
        return Ends(tuple(visible), tuple(visible))
    whole: list[int] = []
    nested: list[int] = []
    base = width(full[visible[0]]) if visible else 0
    since = None
    text = ""
    for order, at in enumerate(visible):
        text = "\n".join(lines[: at + 1]) + "\n"
        since = scan(syntax, text, since)
        below = visible[order + 1] if order + 1 < len(visible) else None
        if since.inside != "code" or _is_begun(full[at], window.language):
            continue
        if below is not None and goes_on(full[below]):
            continue
        closers = {opener.closer for opener in since.stack}
        indent = width(full[at])
        if below is None:
            level = ended or indent <= base
            deeper = False
        else:
            level = width(full[below]) <= base
            deeper = width(full[below]) > indent
        if not closers and level:
            whole.append(at)
        if not deeper and (syntax is HTML or closers <= {"}"}):
            nested.append(at)
    return Ends(tuple(whole), tuple(nested))


def goes_on(line: str) -> bool:
    """Whether a line belongs to the statement above it."""
    return re.match(GOES_ON, line) is not None


def _is_begun(line: str, language: str) -> bool:
    """Whether the line below belongs to the statement of `line`."""
    return opens_block(line, language) or re.search(UNFINISHED, line) is not None
