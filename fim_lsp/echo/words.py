"""The one identifier near the cursor that begins with the letters typed so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .lexer import Cursor, is_word, tokens_of_line

# Letters of an identifier that must be typed before it is completed: with fewer, the
# only identifier nearby that begins so is too often not the one that is meant.
_FEWEST_TYPED = 3


@dataclass(frozen=True, slots=True)
class Identifier:
    """`word` begins with the letters typed at the cursor.

    lines_up: how many lines above the cursor it stands for the last time.
    count: how often it stands in the lines that were looked at.
    """

    word: str
    lines_up: int
    count: int


def only_identifier(before: Sequence[str], here: Cursor) -> Identifier | None:
    """The identifier in the lines `before` the cursor that goes on with its letters.

    None where several do, or where the typed letters are an identifier of those lines.
    """
    typed = here.partial
    if len(typed) < _FEWEST_TYPED or not is_word(typed):
        return None
    fitting = [word for word in here.words if word.startswith(typed) and is_word(word)]
    if len(set(fitting)) != 1 or fitting[0] == typed:
        return None
    word = fitting[0]
    holding = (
        up
        for up, line in enumerate(reversed(before))
        if any(token == word for _, token in tokens_of_line(line))
    )
    return Identifier(word, lines_up=next(holding, 0), count=len(fitting))
