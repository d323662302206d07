"""The one identifier near the cursor that begins with the letters typed so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .lexer import Cursor, is_word, tokens_of_line

# Letters of an identifier that must be typed before it is completed: with fewer, the
# only identifier nearby that begins so is too often not the one that is meant.
_FEWEST_TYPED = 3
# Words that a new name follows, in any language: the name is not one that is there.
_BEFORE_NEW_NAMES = frozenset(
    [
        *("class", "const", "def", "enum", "fn", "fun", "func", "function"),
        *("interface", "let", "mod", "module", "namespace", "package", "static"),
        *("struct", "trait", "type", "val", "var"),
    ]
)


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

    None where several do, where the typed letters are an identifier of those lines, and
    where a new name is typed.
    """
    typed = here.partial
    if len(typed) < _FEWEST_TYPED or not is_word(typed):
        return None
    if here.words and here.words[-1] in _BEFORE_NEW_NAMES:
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
