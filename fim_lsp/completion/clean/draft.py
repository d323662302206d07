"""What the rules of clean pass on: the answer so far, and what stands around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..window import Window


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text that fits at the cursor, and the rules that changed it, by name.

    `rejected_by`: the rule that left nothing to offer.  `replace`: how many
    characters right of the cursor, on its line, the text takes the place of.
    """

    text: str
    rules: tuple[str, ...] = ()
    rejected_by: str | None = None
    replace: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """The answer so far; `replace` as in `Cleaned`."""

    text: str
    replace: int = 0


@dataclass(frozen=True, slots=True)
class BracketEffect:
    """Of the text after inserting: whether something that was balanced is not any
    more, and how many brackets and quotes have no partner.
    """

    broken: bool
    unmatched: int


@dataclass(frozen=True, slots=True)
class Around:
    """What the rules know.

    `line` and `rest` are the cursor's line before and after the cursor; `above`
    and `below` the nearest lines that are not blank (`below` at most three).
    `answer` is the text as it came; `balance` tells what inserting a draft
    does to brackets and quotes.
    """

    window: Window
    answer: str
    line: str
    rest: str
    above: str
    below: tuple[str, ...]
    balance: Callable[[Draft], BracketEffect]
    automatic: bool
    cut_off: bool
    continues: bool
    redacted: bool

    @property
    def blank(self) -> bool:
        return not self.line.strip()
