"""A scanner that tells brackets, strings and comments apart, for any language.

It keeps a stack of the open brackets among the tokens of `syntax.py`.  It is not a
parser: it is fast, accepts any text, and can begin anywhere outside a string.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from ...text import leading_space
from ..window import Window
from .lines import statement_indent
from .syntax import PYTHON, Syntax, syntax_of

PAIRS = {"(": ")", "[": "]", "{": "}"}
TRIPLE_QUOTES = ('"""', "'''")
NAME = r"</?\s*([^\s/>]+)"
# The most characters above a line in which the start of its statement is looked for.
CHARS_ABOVE = 600
# Texts before a cursor whose scans are remembered: for each piece of a stream, several
# rules ask for the same one.
REMEMBERED = 64
# Characters that are scanned in one step, and how many steps are remembered.
STEP, STEPS = 2048, 32
Inside = Literal["code", "comment", "string"]


# A NamedTuple, because hundreds are made at every key and a dataclass is slower.
class Opener(NamedTuple):
    """An open bracket or tag.

    * `closer`: the text that closes it.
    * `at`: its offset in the scanned text.
    * `indent`: the characters of white space before its statement: those before its
      line, or before the line of a bracket that is closed on its line.
    """

    closer: str
    at: int
    indent: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found in a text; numbers count brackets and strings.

    * `stack`: what is open at the end of the text, outermost first.
    * `extra`: closers that close nothing, and openers that the closer of an outer one
      ends.
    * `misfits`: closers at the beginning of a line that stand at another
      indentation than the line they close.
    * `beyond`: closers of what was opened before the text began.
    * `cut`: strings that miss their end.
    * `inside`: whether the text ends in code, a comment or a string.
    * `resume`: the offset from which to go on, once more text is known.
    * `alone`: the offsets of the closers that close nothing.
    """

    stack: tuple[Opener, ...] = ()
    extra: int = 0
    misfits: int = 0
    beyond: int = 0
    cut: int = 0
    inside: Inside = "code"
    resume: int = 0
    alone: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Before:
    """The scans of what is `above` the cursor's line, and of all up to the `cursor`."""

    above: Scan
    cursor: Scan


def scan(
    syntax: Syntax, text: str, since: Scan | None = None, *, cut_off: bool = False
) -> Scan:
    """Scan `text` from where the scan `since` stopped, or from its beginning.

    `cut_off`: other text stands before `text`, so that a closer too many may close what
    was opened there.
    """
    since = since or Scan()
    stack, alone = list(since.stack), list(since.alone)
    extra, misfits, beyond, cut = since.extra, since.misfits, since.beyond, since.cut
    inside: Inside = "code"
    resume = max(len(text), since.resume)
    line, indent = -1, 0  # where the token's line begins, and its statement's indent
    for match in re.compile(syntax.pattern).finditer(text, since.resume):
        kind = match.lastgroup
        if kind is None:
            continue
        token, at = match[kind], match.start(kind)
        if kind not in ("opener", "closer"):
            cut += kind == "cut"
            if match.end() == len(text):
                inside, resume = _kind(kind, token), at
            continue
        start = text.rfind("\n", 0, at) + 1
        if start != line:
            line, indent = start, len(leading_space(text[start:at]))
        if kind == "opener":
            stack.append(Opener(_closer(token), at, indent))
            continue
        wrong, opener = _match(_spelled(token), stack)
        if opener:
            extra += wrong
            misfits += not text[start:at].strip() and not _fits(
                text, opener, at - start
            )
            # What follows on the line belongs to the statement that was opened.
            indent = opener.indent
        elif not stack and cut_off:
            beyond += 1
        elif token not in syntax.soft:
            extra += 1
            alone.append(at)
    counts = (extra, misfits, beyond, cut)
    return Scan(tuple(stack), *counts, inside, resume, tuple(alone))


def unmatched(language: str, text: str) -> int:
    """How many brackets, tags and strings of `text` lack their other end.

    Always 0 for a language id of prose, where brackets need not match.
    """
    syntax = syntax_of(language)
    if not syntax.checked:
        return 0
    end = scan(syntax, text)
    return len(end.stack) + end.extra + end.cut + (end.inside == "string")


def _fits(text: str, opener: Opener, indent: int) -> bool:
    """Whether a closer at this depth stands below the statement of its opener."""
    if indent >= opener.indent:
        return indent == opener.indent
    *above, line = text[max(0, opener.at - CHARS_ABOVE) : opener.at].split("\n")
    return indent == statement_indent(above, line)


def scan_before(window: Window) -> Before:
    """Scan what stands before the cursor."""
    return _scan_before(window.language, window.prefix, at_start=window.at_start)


@lru_cache(REMEMBERED)
def _scan_before(language: str, prefix: str, *, at_start: bool) -> Before:
    syntax = syntax_of(language)
    lines = prefix[: prefix.rfind("\n") + 1]
    start = 0 if at_start else _start_of(prefix, syntax)
    above = _scan_above(language, lines, start, cut_off=not at_start)
    return Before(above, scan(syntax, prefix, above, cut_off=not at_start))


@lru_cache(STEPS)
def _scan_above(language: str, lines: str, start: int, *, cut_off: bool) -> Scan:
    """Scan whole lines from `start` on, in steps.

    Most of the lines are the same at the next key, and at the next place below, so that
    the scans of the steps before the last one are remembered.
    """
    end = lines.rfind("\n", 0, (len(lines) - 1) // STEP * STEP) + 1
    since = Scan(resume=start)
    if end > start:
        since = _scan_above(language, lines[:end], start, cut_off=cut_off)
    return scan(syntax_of(language), lines, since, cut_off=cut_off)


def inside_after(window: Window, answer: str) -> Inside:
    """Whether `answer`, inserted at the cursor, ends in code, a comment or a string."""
    before = scan_before(window).cursor
    return scan(syntax_of(window.language), window.prefix + answer, before).inside


def _start_of(text: str, syntax: Syntax) -> int:
    """Where to begin in a window that is cut at its start: after the comment or string
    that began above.
    """
    if syntax is PYTHON:
        places = [at for mark in TRIPLE_QUOTES if (at := text.find(mark)) >= 0]
        return min(places) + 3 if places and _ends_string(text, min(places)) else 0
    closing = text.find("*/")
    within = closing >= 0 and "/*" in syntax.pattern.replace("\\", "")
    opened = text.rfind("/*", 0, max(closing, 0)) >= 0
    return closing + 2 if within and not opened else 0


def _ends_string(text: str, quotes: int) -> bool:
    """Whether the triple quotes at `quotes`, the first of a window, look like the end
    of a string.
    """
    line = text.rfind("\n", 0, quotes) + 1
    before = text[line:quotes].strip(" \trRbBuUfF")
    after = text[quotes + 3 :].partition("\n")[0].strip()
    if before:
        return not before.endswith(("=", "(", ",", "[", "{", "+", ":", "return"))
    above = text[:line].rstrip()
    return not after and not above.endswith((":", "(", ",", "="))


def _match(closer: str, stack: list[Opener]) -> tuple[int, Opener | None]:
    """Take the nearest opener that `closer` closes off the stack.

    Returns the number of openers inside of it that were left open, and the opener.
    """
    if stack and stack[-1].closer == closer:
        return 0, stack.pop()
    for depth in range(len(stack) - 1, -1, -1):
        if stack[depth].closer == closer:
            opener, wrong = stack[depth], len(stack) - depth - 1
            del stack[depth:]
            return wrong, opener
    return 0, None


def _kind(group: str, token: str) -> Inside:
    if group == "comment" or token.startswith(("/*", "<!--", "--[[", "{-")):
        return "comment"
    return "string"


def _closer(opener: str) -> str:
    return PAIRS.get(opener) or _spelled(opener)


def _spelled(token: str) -> str:
    """How the closer is written: a bracket as it is, a tag by its name."""
    name = re.match(NAME, token) if len(token) > 1 else None
    return f"</{name[1].lower()}>" if name else token
