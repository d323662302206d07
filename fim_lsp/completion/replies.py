"""Reply, and `match(reply, window)`: the one rule for using an answer again.

The same rule serves replies that have ended (`reply_cache.py`) and replies that are
still streaming (`flights.py`), so lookup and store cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..api.requests import TokenProb
from .window import Window

# How far typing may go through an answer before it is asked for anew.
MAX_TYPED = 500
# Characters before a reply's cursor by which its place in a window is found.
TAIL = 200
# The same beginning may occur several times in the typed text; the most that are tried.
MAX_ALIGNMENTS = 8
# Closers that an editor inserts by itself and lets the user type over.
CLOSERS = ")]}>\"'`"
# The most closers that may have been added or typed over after the cursor.
MAX_CLOSERS = 4

End = Literal["open", "natural", "ours", "cap"]


@dataclass(frozen=True, slots=True)
class Sampling:
    """What, besides the text, decides an answer; candidate 0 is the first asked.

    body: what the user adds to the request.
    """

    source: str
    model: str
    temperature: float
    candidate: int = 0
    body: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as far as it has come.

    `text` starts exactly at the cursor of `window`.  `end`: still open, ended by
    the model itself, by our own rule, or by a cap on tokens.  `redacted`: its
    prompt held marks in place of secrets.  `origin`: the `path:line` it repeats.
    `tokens`: the model's tokens with their log-probabilities, where it tells them.
    """

    id: str
    window: Window
    sampling: Sampling
    text: str = ""
    end: End = "open"
    redacted: bool = False
    rules: tuple[str, ...] = ()
    origin: str | None = None
    tokens: tuple[TokenProb, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """`typed` of the reply's text stands before the cursor already.

    `ahead` is true where more was typed than has streamed, without disagreeing.
    """

    reply: Reply
    typed: str
    ahead: bool = False


def match(reply: Reply, window: Window) -> Match | None:
    """How `reply` serves a request at `window`, or None.

    The text before the cursor must equal the text before the reply's cursor
    plus the beginning of its answer, the text after the cursor must be the same
    (closers aside), and white space counts.
    """
    if reply.window.uri != window.uri:
        return None
    for typed in _typed(reply.window, window):
        if not _same_after(reply.window, window, typed):
            continue
        if agrees(reply, typed):
            return Match(reply, typed, ahead=len(typed) > len(reply.text))
    return None


def is_same_text(then: Window, now: Window) -> bool:
    """Whether two windows at the same place show the same text around it."""
    cursor = len(now.prefix)
    return _same_before(then, now, cursor) and _same_after(then, now, "")


def agrees(reply: Reply, typed: str) -> bool:
    """Whether `typed` can still become the reply; it may be ahead of an open one."""
    if reply.text.startswith(typed):
        return True
    return reply.end == "open" and typed.startswith(reply.text)


def _typed(then: Window, now: Window) -> Iterator[str]:
    """What may have been typed between two windows, shortest first."""
    tail = then.prefix[-TAIL:]
    end = len(now.prefix)
    low = max(0, end - len(tail) - MAX_TYPED)
    if not tail:
        if then.at_start and now.at_start and end <= MAX_TYPED:
            yield now.prefix
        return
    for _ in range(MAX_ALIGNMENTS):
        start = now.prefix.rfind(tail, low, end)
        if start < 0:
            return
        cursor = start + len(tail)
        if _same_before(then, now, cursor):
            yield now.prefix[cursor:]
        end = cursor - 1


def _same_before(then: Window, now: Window, cursor: int) -> bool:
    """Whether both windows agree before `cursor`, as far as both of them reach."""
    shared = min(len(then.prefix), cursor)
    if then.at_start and now.at_start and len(then.prefix) != cursor:
        return False
    return then.prefix.endswith(now.prefix[cursor - shared : cursor])


def _same_after(then: Window, now: Window, typed: str) -> bool:
    """Whether the text after the cursor is the same but for closers.

    An editor may have inserted closers after the cursor for an opener that was
    typed, and typing a closer that stands there goes over it.
    """
    whole = then.at_end and now.at_end
    if _shares(then.suffix, now.suffix, whole=whole):
        return True
    for count in range(1, MAX_CLOSERS + 1):
        inserted, over = now.suffix[:count], then.suffix[:count]
        if _closes(inserted) and _shares(then.suffix, now.suffix[count:], whole=whole):
            return bool(typed)
        went_over = _closes(over) and typed.endswith(over)
        if went_over and _shares(then.suffix[count:], now.suffix, whole=whole):
            return True
    return False


def _closes(text: str) -> bool:
    return bool(text) and all(char in CLOSERS for char in text)


def _shares(one: str, other: str, *, whole: bool) -> bool:
    """Whether two texts agree as far as both reach; two whole ones must be equal."""
    length = min(len(one), len(other))
    if whole or length == 0:
        return one == other
    return one[:length] == other[:length]


def tail_agrees(reply: Reply, following: str) -> bool:
    """Whether text that now follows the reply's cursor can still become it.

    `following` is what was typed since, perhaps closers that the editor added,
    and then the old suffix; where the cursor stands is not known.
    """
    return any(
        agrees(reply, typed[: len(typed) - closers])
        for typed in _before(following, reply.window.suffix)
        for closers in range(min(MAX_CLOSERS, len(typed)) + 1)
        if not closers or _closes(typed[-closers:])
    )


def _before(following: str, suffix: str) -> Iterator[str]:
    """What may have been typed in front of `suffix`, shortest first."""
    if not suffix:
        yield following
        return
    start = 0
    for _ in range(MAX_ALIGNMENTS):
        at = following.find(suffix, start)
        if at < 0:
            return
        yield following[:at]
        start = at + 1
