"""Brackets, strings and comments, told apart: a scanner for any language.

It is a stack over the tokens of `syntax.py`, not a parser: fast, forgiving, and
able to begin anywhere outside a string.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .syntax import Syntax

PAIRS = {"(": ")", "[": "]", "{": "}"}
NAME = r"</?\s*([^\s/>]+)"


@dataclass(frozen=True, slots=True)
class Opener:
    """A bracket or tag that is open: `closer` ends it.

    `at` is its offset in the scanned text; `indent` the width of the white
    space that begins its line.
    """

    closer: str
    at: int
    indent: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What a text leaves behind.

    `stack`: what is open at the end.  `extra`: closers that close nothing, and
    openers closed by another's closer.  `misfits`: closers that begin a line and
    stand at another indentation than the line they close.  `beyond`: closers of what was opened
    before the text began.  `cut`: strings that miss their end.  `inside`: where
    the text ends, and `resume` where that token began, if it did not end.
    """

    stack: tuple[Opener, ...]
    extra: int
    misfits: int
    beyond: tuple[str, ...]
    cut: int
    inside: Literal["code", "comment", "string"]
    resume: int


def scan(
    syntax: Syntax,
    text: str,
    *,
    stack: Sequence[Opener] = (),
    beyond: Sequence[str] | None = None,
    offset: int = 0,
    extra: int = 0,
    misfits: int = 0,
    cut: int = 0,
) -> Scan:
    """Go through `text`, which begins outside strings at `offset`.

    The counts, `stack` and `beyond` are what the text before it left behind.
    `beyond` is None where nothing comes before the text, so that a closer on
    an empty stack is one too many.
    """
    opened = list(stack)
    outer = None if beyond is None else list(beyond)
    inside: Literal["code", "comment", "string"] = "code"
    end = len(text)
    resume = end
    for match in re.finditer(syntax.pattern, text):
        kind = match.lastgroup
        if kind is None or kind == "whole":
            continue
        at = match.start(kind)
        if kind == "opener":
            opened.append(Opener(_closer(match[kind]), offset + at, _indent(text, at)))
        elif kind == "closer":
            level = len(opened)
            found = _match(_spelled(match[kind]), opened)
            if found is not None:
                extra += level - found - 1
                misfits += _misfits(text, at, opened[found])
                del opened[found:]
            elif match[kind] in syntax.soft:
                pass
            elif outer is None or opened:
                extra += 1
            else:
                outer.append(_spelled(match[kind]))
        elif kind == "comment":
            if match.end() == end:
                inside, resume = "comment", at
        elif kind == "cut":
            cut += 1
            if match.end() == end:
                inside, resume = "string", at
        elif kind == "open":
            inside = "comment" if match[kind].startswith(("/*", "<!--")) else "string"
            resume = at
    return Scan(
        tuple(opened), extra, misfits, tuple(outer or ()), cut, inside, offset + resume
    )


def _match(closer: str, opened: Sequence[Opener]) -> int | None:
    """Which of the open ones `closer` closes."""
    for depth in range(len(opened) - 1, -1, -1):
        if opened[depth].closer == closer:
            return depth
    return None


def _misfits(text: str, at: int, opener: Opener) -> bool:
    """Whether the closer at `at` begins a line at another indentation than `opener`'s."""
    start = text.rfind("\n", 0, at) + 1
    return not text[start:at].strip() and at - start != opener.indent


def _closer(opener: str) -> str:
    return PAIRS.get(opener) or _spelled(opener)


def _spelled(token: str) -> str:
    """A bracket as it is, a tag by its name."""
    name = re.match(NAME, token)
    return f"</{name[1].lower()}>" if name else token


def _indent(text: str, at: int) -> int:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return len(line) - len(line.lstrip())
