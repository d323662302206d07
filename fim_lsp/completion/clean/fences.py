"""The head rule about Markdown fences around the answer."""

from __future__ import annotations

import re

from ..code.brackets import scan
from ..code.lines import line_before, opens_block, rest_of_line
from ..code.syntax import syntax_of
from .draft import Begun
from .place import ReplyPlace

FENCE = r"`{3,}|~{3,}"
# Texts that may become a fence when more of the answer comes.
BEGINNINGS = ("", "`", "``", "~", "~~")
# Languages in which fences are part of the text.
FENCED = frozenset({"markdown", "mdx", "quarto"})
# Characters with which the lines of a comment may begin.
COMMENT_MARKS = " \t/*#!-;%'\""


def without_fence(text: str, place: ReplyPlace, *, ended: bool) -> Begun | None:
    """Drop a Markdown fence around the answer, and what follows its end."""
    if place.language in FENCED:
        return Begun(text)
    start = text.lstrip("\n")
    if not ended and start in BEGINNINGS:
        return None
    opening = re.match(FENCE, start)
    if not opening:
        in_code = place.inside == "code"
        return _up_to_fence(text, "```", ended=ended) if in_code else Begun(text)
    if not ended and "\n" not in start:
        return None
    belongs = _belongs_there(start.partition("\n")[2], place, ended=ended)
    if belongs is None:
        return None
    return Begun(text) if belongs else _inside(start, opening, place, ended=ended)


def _inside(
    text: str, opening: re.Match[str], place: ReplyPlace, *, ended: bool
) -> Begun:
    """What stands between the fences of `text`, which begins with one."""
    mark = opening.group()[:3]
    info, line_break, inner = text.partition("\n")
    if mark in info[opening.end() :]:
        # Both fences stand on one line.
        inner = text[opening.end() :]
    elif not line_break:
        return Begun("", over=True)
    line_end = r"\n|\Z" if ended else r"\n"
    closed = re.search(rf"(?<=\S){mark}(?=[ \t]*(?:{line_end}))", inner)
    if closed and not re.search(rf"(?:^|\n)[ \t]*{mark}", inner[: closed.start()]):
        return Begun(_below_opener(inner[: closed.start()], place), over=True)
    return _up_to_fence(_below_opener(inner, place), mark, ended=ended)


def _up_to_fence(text: str, mark: str, *, ended: bool) -> Begun:
    """The text before a line that begins with `mark`."""
    closing = re.search(rf"(?:^|\n)[ \t]*{mark}", text)
    if not closing:
        return Begun(_hold_fence(text, mark, ended=ended))
    # The line break before it may have been given already.
    line_break = "\n" if closing.group().startswith("\n") else ""
    return Begun(text[: closing.start()] + line_break, over=True)


def _below_opener(inner: str, place: ReplyPlace) -> str:
    """The block inside of a fence begins below a line that opens it."""
    line = line_before(place.prefix)
    indented = inner[:1] in (" ", "\t")
    at_end = bool(line.strip()) and not rest_of_line(place.suffix).strip()
    below = indented and at_end and opens_block(line, place.language)
    return f"\n{inner}" if below else inner


def _belongs_there(inner: str, place: ReplyPlace, *, ended: bool) -> bool | None:
    """Whether the text at the cursor may hold a fence of its own; None: not known yet.

    It may at the beginning of a line of a string of many lines, and of a comment
    that goes on with its mark.
    """
    inside = place.inside
    line = line_before(place.prefix)
    if inside == "code" or line.strip(COMMENT_MARKS):
        return False
    if inside == "comment":
        mark = line.strip()
        below, line_break, _ = inner.partition("\n")
        if mark and not (ended or line_break) and mark.startswith(below.strip()):
            return None
        return below.strip().startswith(mark[:2])
    below = place.prefix + "\n"
    return scan(syntax_of(place.language), below, cut_off=True).inside == "string"


def _hold_fence(text: str, mark: str, *, ended: bool) -> str:
    """Keep back an unfinished last line that may become the closing fence."""
    if ended:
        return text
    line = text[text.rfind("\n") + 1 :]
    begun = line if mark.startswith(line.lstrip(" \t")) else ""
    bare = line.rstrip(" \t")
    fence_at_end = line[len(bare.rstrip(mark[0])) :] if bare.endswith(mark[0]) else ""
    held = begun or fence_at_end
    return text[: len(text) - len(held)]
