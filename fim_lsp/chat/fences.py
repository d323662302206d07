"""Fenced code blocks in Markdown: found in an answer, written for a prompt."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = re.compile(r"(?P<indent>[ \t]*)(?P<mark>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)$")


@dataclass(frozen=True, slots=True)
class Fence:
    """One block; `lines` have no line ends, `info` is the word behind the fence."""

    info: str
    lines: tuple[str, ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class _Mark:
    """A line of three or more backticks or tildes."""

    indent: int
    character: str
    length: int
    info: str

    def closes(self, opening: _Mark) -> bool:
        return (
            not self.info
            and self.character == opening.character
            and self.length >= opening.length
        )


def find_fences(text: str) -> tuple[Fence, ...]:
    """The outermost blocks of `text`.

    Models often write code that contains fences into a fence no longer than those.
    So a line with an info word inside a block opens a block within it, and a line
    without one closes the innermost that is open.
    """
    fences: list[Fence] = []
    open_: list[_Mark] = []
    body: list[str] = []
    for line in re.split(r"\r\n|\r|\n", text):
        mark = _mark(line)
        if mark is None or (open_ and _is_text(mark, open_)):
            body += [_dedented(line, open_[0].indent)] if open_ else []
        elif open_ and mark.closes(open_[-1]):
            closed = open_.pop()
            if open_:
                body.append(_dedented(line, open_[0].indent))
            else:
                fences.append(Fence(closed.info, tuple(body), closed=True))
                body = []
        else:
            if open_:
                body.append(_dedented(line, open_[0].indent))
            open_.append(mark)
    if open_:
        fences.append(Fence(open_[0].info, tuple(body), closed=False))
    return tuple(fences)


def fenced(code: str, info: str = "") -> str:
    """`code` in a fence that is longer than any inside it."""
    longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
    mark = "`" * (longest + 1)
    return f"{mark}{info}\n{code.removesuffix(chr(10))}\n{mark}"


def _mark(line: str) -> _Mark | None:
    if (match := _FENCE.match(line)) is None:
        return None
    word = match["info"].split()[:1]
    return _Mark(
        indent=len(match["indent"]),
        character=match["mark"][0],
        length=len(match["mark"]),
        info=word[0] if word else "",
    )


def _is_text(mark: _Mark, open_: list[_Mark]) -> bool:
    """Whether a mark is code: shorter, of the other character, or indented further."""
    innermost = open_[-1]
    return (
        mark.character != innermost.character
        or mark.length < innermost.length
        or mark.indent > innermost.indent + 3
    )


def _dedented(line: str, width: int) -> str:
    """`line` without as much indentation as its block's opening line has."""
    blank = len(line) - len(line.lstrip(" \t"))
    return line[min(width, blank) :]
