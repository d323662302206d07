"""When to end a running stream: less waiting, fewer tokens.

Lines are judged when they are complete, and lengths to the character, so the
result does not depend on how the stream was cut into pieces.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace

from ..api.requests import Delta
from .clean.draft import Cleaned
from .clean.head import head
from .clean.place import reply_place
from .shape import Shape
from .watch import MOST_CHARS, StopPoint, Watch
from .window import Window

STOP_SENTENCES = {
    "line-break": "text follows on the line, so the answer was read to its line break",
    "dedent": "the answer left the block it began in",
    "next-line": "the answer came to a line below the cursor",
    "rest-of-line": "the answer came to the text after the cursor",
    "third-repeat": "the answer repeated the same lines",
    "line-cap": "the answer reached the most lines that are read",
    "too-long": "the answer went on beyond all limits",
    "block-complete": "the answer completed a block at top level",
    "read-on": "the answer went far enough beyond what is shown",
    "beyond-answer": "the model went on after the end of the answer",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """An increment of a reply that begins at the cursor.

    At a `point` the whole reply is cut at its index, which may lie in an earlier
    piece.  `delta` is the event as it came (usage, finish reason); `rules` are the head
    rules that have changed the reply so far.
    """

    text: str
    delta: Delta
    point: StopPoint | None = None
    rules: tuple[str, ...] = ()


def stop_at(
    text: str, window: Window, shape: Shape, *, ended: bool = True, over: bool = False
) -> StopPoint | None:
    """Where `text` ends by our rules.

    `ended` judges an unfinished last line too; `over`: a head rule has cut `text`.
    """
    watch = Watch(window, shape)
    point = watch.feed(text) or (watch.end() if ended else None)
    return point or (_over(text) if over and text.strip() else None)


async def stop(
    deltas: AsyncGenerator[Delta, None], window: Window, shape: Callable[[], Shape]
) -> AsyncGenerator[Piece, None]:
    """Pass a stream on, starting at the cursor, up to where our rules end it.

    `shape` is called once the request is on its way: only the answer needs it.
    After the piece with the finish reason only usage follows.  Leaving closes the
    source.
    """
    watch: Watch | None = None
    place = window
    raw, given = "", 0
    last = Delta()
    async with aclosing(deltas):
        async for last in deltas:
            if watch is None:
                watch, place = Watch(window, shape()), reply_place(window)
            raw += last.text
            ended = last.finish_reason is not None
            cleaned = head(raw, place, ended=ended)
            new = cleaned.text[given:]
            point = _point(watch, new, cleaned, ended=ended)
            yield _piece(new, given, last, point, cleaned.rules)
            if ended:
                async for usage in deltas:
                    yield Piece("", usage)
                return
            if point:
                return
            given += len(new)
            if len(raw) > 2 * MOST_CHARS:
                # A beginning that is kept back, and that nothing ever decides.
                break
    if watch is None:
        return
    cleaned = head(raw, place, ended=True)
    new = cleaned.text[given:]
    point = _point(watch, new, cleaned, ended=True)
    if len(raw) > 2 * MOST_CHARS:
        point = point or StopPoint(given + len(new), "too-long")
    if new or point:
        rest = replace(last, text="", usage=None)
        yield _piece(new, given, rest, point, cleaned.rules)


def _point(
    watch: Watch, new: str, cleaned: Cleaned, *, ended: bool
) -> StopPoint | None:
    """Where the answer ends, now that `new` has come, or None."""
    point = watch.feed(new) or (watch.end() if ended else None)
    if cleaned.over and cleaned.text.strip():
        point = point or watch.end() or _over(cleaned.text)
    return point


def _over(text: str) -> StopPoint:
    """The end of an answer that a head rule has ended."""
    return StopPoint(len(text), "beyond-answer")


def _piece(
    new: str, given: int, delta: Delta, point: StopPoint | None, rules: tuple[str, ...]
) -> Piece:
    if point:
        new = new[: max(0, point.index - given)]
    return Piece(new, delta, point, rules)
