"""The values that the rules pass on: the answer so far, and the text around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from ..code.brackets import Inside
from ..window import Window


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text that fits at the cursor, and the rules that changed it, by name.

    `rejected_by`: the rule that left nothing to offer.  `replace`: how many
    characters right of the cursor, on its line, the text takes the place of.
    `over`: the answer ended here, whatever else the model writes.
    """

    text: str
    rules: tuple[str, ...] = ()
    rejected_by: str | None = None
    replace: int = 0
    over: bool = False


class Begun(NamedTuple):
    """What a head rule leaves of a reply; `over` as in `Cleaned`."""

    text: str
    over: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """The answer so far; `replace` as in `Cleaned`."""

    text: str
    replace: int = 0


@dataclass(frozen=True, slots=True)
class BracketEffect:
    """What inserting a text does to brackets and quotes.

    * `broken`: whether a bracket or quote that had a partner has lost it.
    * `unmatched`: how many brackets and quotes have no partner afterwards.
    * `misfits`: how many closers stand at another depth than what they close.
    """

    broken: bool
    unmatched: int
    misfits: int


@dataclass(frozen=True, slots=True)
class Around:
    """What the rules know about the place, and about the reply.

    * `answer`: the text as it came.
    * `line`, `rest`: the cursor's line before and after the cursor.
    * `inside`: whether the cursor stands in code, a comment or a string.
    * `above`: the nearest line above that is not blank.
    * `below`: the nearest lines below that are not blank, up to the third of code.
    * `balance`: tells what inserting a draft does to brackets and quotes.
    * `automatic`: whether the editor asked by itself.
    * `many`: whether many lines may be shown here.
    * `cut_off`: whether the cap on tokens ended the reply.
    * `continues`: whether the reply goes on after the text.
    * `redacted`: whether marks stood for secrets in the prompt.
    """

    window: Window
    answer: str
    line: str
    rest: str
    inside: Inside
    above: str
    below: tuple[str, ...]
    balance: Callable[[Draft], BracketEffect]
    automatic: bool
    many: bool
    cut_off: bool
    continues: bool
    redacted: bool

    @property
    def blank(self) -> bool:
        """Whether nothing stands before the cursor on its line."""
        return not self.line.strip()
