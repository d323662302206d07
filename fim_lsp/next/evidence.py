"""Turns settled edits into lexemes: the changed ones, and those around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from ..text import common_ends
from .lexemes import LINE_END, LONGEST_LINE, Lexeme, lexemes, texts
from .settled import SettledEdit
from .template import TokenEdit

# The most lexemes of an edit that could be repeated; a longer edit is too particular.
MOST_LEXEMES = 80
# Lines of context on either side of lines that were inserted or deleted.
AROUND = 1


def token_edits(edit: SettledEdit) -> tuple[TokenEdit, ...]:
    """An edit as lexemes: first the whole edit, then its parts if it has several."""
    if any(len(line) > LONGEST_LINE for line in (*edit.old, *edit.new)):
        return ()
    whole = _whole_lines(edit) if not edit.old or not edit.new else _inside(edit)
    if whole is None or max(len(whole.old), len(whole.new)) > MOST_LEXEMES:
        return ()
    parts = tuple(_parts(whole)) if edit.old and edit.new else ()
    return (whole, *parts) if len(parts) > 1 else (whole,)


def _lexemes(
    edit: SettledEdit, lines: tuple[str, ...], first: int
) -> tuple[Lexeme, ...]:
    return tuple(lexemes(lines, edit.language, first, words_only=edit.in_text))


def _line_start(line: int) -> Lexeme:
    """The end of the line before `line`."""
    return Lexeme(LINE_END, "", line - 1, 0)


def _whole_lines(edit: SettledEdit) -> TokenEdit:
    """Lines that were inserted or deleted, with the lines above and below them."""
    above = edit.above[-AROUND:]
    first = edit.line
    left = _lexemes(edit, above, first - len(above))
    right = _lexemes(edit, edit.below[:AROUND], first)
    return TokenEdit(
        left=(_line_start(first - len(above)), *left),
        old=_lexemes(edit, edit.old, first),
        new=_lexemes(edit, edit.new, first),
        right=right,
        new_right=right,
        in_text=edit.in_text,
    )


def _inside(edit: SettledEdit) -> TokenEdit | None:
    """Lines that were changed, as the lexemes that differ in them."""
    old = _lexemes(edit, edit.old, edit.line)
    new = _lexemes(edit, edit.new, edit.line)
    if texts(old) == texts(new):
        return None
    start, end = common_ends(_indented(old), _indented(new))
    end = _without_other_space(old, new, end)
    return TokenEdit(
        left=(_line_start(edit.line), *old[:start]),
        old=old[start : len(old) - end],
        new=new[start : len(new) - end],
        right=old[len(old) - end :],
        new_right=new[len(new) - end :],
        in_text=edit.in_text,
    )


def _indented(items: Sequence[Lexeme]) -> list[tuple[str, str]]:
    """The lexemes, the first one of each line with the line's indentation."""
    lines = [item.line for item in items]
    return [
        (item.text, item.lead if line != above else "")
        for item, line, above in zip(items, lines, [-1, *lines], strict=False)
    ]


def _without_other_space(old: Sequence[Lexeme], new: Sequence[Lexeme], end: int) -> int:
    """The length of a common end without lexemes behind other white space than before.

    end: the length of the common end of the texts alone.
    """
    while end:
        before, after = old[len(old) - end], new[len(new) - end]
        if before.lead == after.lead or before.text == LINE_END:
            break
        end -= 1
    return end


def _parts(edit: TokenEdit) -> Iterator[TokenEdit]:
    """Each run of changed lexemes as an edit of its own."""
    old = (*edit.left, *edit.old, *edit.right)
    new = (*edit.left, *edit.new, *edit.new_right)
    matcher = SequenceMatcher(None, texts(old), texts(new), autojunk=False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        yield TokenEdit(
            left=old[:i],
            old=old[i:i_end],
            new=new[j:j_end],
            right=old[i_end:],
            new_right=new[j_end:],
            in_text=edit.in_text,
        )
