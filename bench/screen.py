"""What a typist saw: figures of one run, from its keys and its answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .keys import Trace

SOON, LATE = 0.050, 0.500  # seconds after a key
FLASH = 0.300  # seconds
_FIRST_WORD = re.compile(r"\s*(?:\w+|[^\w\s]|\Z)")


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` (perhaps empty) came `delay` seconds after key number `key`."""

    key: int
    delay: float
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Counts of one run; `__add__` makes the counts of several.

    `soon`, `late`: keys with a right suggestion in that time, before the next key.
    `shown`: keys with any, of them `wrong`: whose first word is not what is typed.
    `replaced`: answers that put another text in the place of one that had been typed
    along, or taken nothing from.  `texts`: how often a text appeared, of them
    `flashed`: gone after less than `FLASH`.
    """

    keys: int = 0
    answers: int = 0
    soon: int = 0
    late: int = 0
    shown: int = 0
    wrong: int = 0
    replaced: int = 0
    texts: int = 0
    flashed: int = 0

    def __add__(self, other: Seen) -> Seen:
        pairs = ((getattr(self, n), getattr(other, n)) for n in Seen.__slots__)
        return Seen(*(one + two for one, two in pairs))


def seen(trace: Trace, answers: Sequence[Answer]) -> Seen:
    by_key = {answer.key: answer for answer in answers}
    soon = late = shown = wrong = replaced = texts = flashed = 0
    display, since = "", 0.0
    typed = 0
    for number, key in enumerate(trace.keys):
        if display and not display.startswith(key.text):
            flashed += key.at - since < FLASH
            display = ""
        display = display[len(key.text) :]
        typed += len(key.text)
        answer = by_key.get(number)
        if answer is None:
            continue
        at = key.at + answer.delay
        if display and not answer.text.startswith(display):
            replaced += bool(answer.text)
            flashed += at - since < FLASH
            display = ""
        if answer.text and not display:
            texts, since = texts + 1, at
        display = answer.text
        if answer.text:
            right = is_right(answer.text, trace.text[typed:])
            shown += 1
            wrong += not right
            soon += right and answer.delay <= SOON
            late += right and answer.delay <= LATE
    keys = len(trace.keys)
    return Seen(
        *(keys, len(answers), soon, late, shown, wrong, replaced, texts, flashed)
    )


def is_right(text: str, following: str) -> bool:
    """Whether the first word of `text` is what is typed next, as far as it goes."""
    found = _FIRST_WORD.match(text)
    word = found[0] if found else text
    return following.startswith(word) or word.startswith(following)
