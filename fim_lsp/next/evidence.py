"""Settled edits as lexemes: what changed, and what stood around it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from .lexemes import LINE_END, LONGEST_LINE, Lexeme, lexemes, texts
from .settled import SettledEdit
from .template import TokenEdit

# An edit of more lexemes is too particular to be repeated.
MOST_LEXEMES = 80
# Lines of context that are looked at on either side of whole lines.
AROUND = 1


def token_edits(edit: SettledEdit) -> tuple[TokenEdit, ...]:
    """`edit` as lexemes: all of it first, then each of its parts if it has several."""
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
    old = _lexemes(edit, edit.old, edit.line)
    new = _lexemes(edit, edit.new, edit.line)
    start, limit = 0, min(len(old), len(new))
    while start < limit and old[start].text == new[start].text:
        start += 1
    end = 0
    while end < limit - start and old[-1 - end].text == new[-1 - end].text:
        end += 1
    if len(old) == len(new) == start:
        return None
    return TokenEdit(
        left=(_line_start(edit.line), *old[:start]),
        old=old[start : len(old) - end],
        new=new[start : len(new) - end],
        right=old[len(old) - end :],
        new_right=new[len(new) - end :],
        in_text=edit.in_text,
    )


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
