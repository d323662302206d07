"""The same change at the ends of one line after the other, such as commenting out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..languages import language
from ..text import Document, Place, Span, bare_line, common_ends, leading_space
from .lexemes import LINE_END, kind_of, lexemes, texts
from .settled import SettledEdit
from .sites import Site

# The most blank lines between two lines of a run.
MOST_BLANK = 1


@dataclass(frozen=True, slots=True)
class EndChange:
    """A change at an end of one line: `old` became `new`.

    column: the column of the change; None if it is at the end of the line.
    line: the line before the change, without its line end.
    is_first: whether the change is where the text of the line begins.
    """

    old: str
    new: str
    column: int | None
    line: str
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class LineRun:
    """A change that was made in two lines that follow each other, and its next place.

    is_comment: whether the lines were made comments, or code again.
    site: the same change in the line that follows; None if it does not fit there.
    """

    old: str
    new: str
    is_comment: bool
    site: Site | None


def line_run(document: Document, edits: Sequence[SettledEdit]) -> LineRun | None:
    """The run that the last two of `edits` have begun; None if they have not."""
    if len(edits) < 2:  # noqa: PLR2004 - a run begins with two lines
        return None
    before, last = edits[-2:]
    if not (before.teaches and last.teaches and before.uri == last.uri == document.uri):
        return None
    one, other = _end_change(before), _end_change(last)
    if one is None or other is None or (one.old, one.new) != (other.old, other.new):
        return None
    step = 1 if last.line > before.line else -1
    if _following(document, before.line, step) != last.line:
        return None
    mark = (one.old or one.new).strip()
    is_comment = (
        "" in (one.old, one.new) and mark in language(document.language).openers
    )
    number = _following(document, last.line, step)
    site = None
    if number is not None:
        site = _site_in(document, number, (one, other), is_comment=is_comment)
    return LineRun(one.old, one.new, is_comment, site)


def _site_in(
    document: Document,
    number: int,
    changes: tuple[EndChange, EndChange],
    *,
    is_comment: bool,
) -> Site | None:
    """The same change in line `number`; None if it does not fit there.

    A comment may stand before anything, other signs only in a line like those changed.
    """
    line = bare_line(document.lines[number])
    column = _column_in(line, *changes)
    if column is None or not (is_comment or _is_alike(document, line, *changes)):
        return None
    old, new = changes[0].old, changes[0].new
    return Site(Span(Place(number, column), Place(number, column + len(old))), new)


def _end_change(edit: SettledEdit) -> EndChange | None:
    """What an edit changed at an end of its one line; None if it did anything else."""
    if len(edit.old) != 1 or len(edit.new) != 1:
        return None
    old, new = bare_line(edit.old[0]), bare_line(edit.new[0])
    start, end = common_ends(old, new)
    removed, added = old[start : len(old) - end], new[start : len(new) - end]
    if not (removed + added).strip() or _divides_word(old, new, start, end):
        return None
    indent = len(leading_space(old))
    if start <= indent:
        return EndChange(removed, added, start, old, is_first=start == indent)
    return EndChange(removed, added, None, old) if end == 0 else None


def _divides_word(old: str, new: str, start: int, end: int) -> bool:
    """Whether a change makes a word longer or shorter, or is a part of one.

    start, end: the lengths of the common beginning and of the common end.
    """
    return any(
        _is_in_word(line, column)
        for line in (old, new)
        for column in (start, len(line) - end)
    )


def _is_in_word(line: str, column: int) -> bool:
    around = line[max(column - 1, 0) : column + 1]
    return 0 < column < len(line) and around.replace("_", "a").isalnum()


def _following(document: Document, line: int, step: int) -> int | None:
    """The next line that is not blank; None if it is too far away or does not exist."""
    for number in range(1, MOST_BLANK + 2):
        following = line + step * number
        if not 0 <= following < len(document.lines):
            return None
        if document.lines[following].strip():
            return following
    return None


def _column_in(line: str, one: EndChange, other: EndChange) -> int | None:
    """Where the change would be in another line; None if it does not fit there."""
    indent = len(leading_space(line))
    if one.column is None or other.column is None:
        if one.column is not None or other.column is not None:
            return None
        column = len(line) - len(one.old)
        done = bool(one.new) and line.endswith(one.new)
    else:
        if one.column == other.column <= indent:
            column = one.column
        elif (
            one.is_first and other.is_first and indent >= min(one.column, other.column)
        ):
            column = indent
        else:
            return None
        done = bool(one.new) and line[column:].lstrip().startswith(one.new.strip())
    fits = column >= 0 and line[column : column + len(one.old)] == one.old
    return column if fits and not done else None


def _is_alike(document: Document, line: str, one: EndChange, other: EndChange) -> bool:
    """Whether a line is indented, and begins and ends, as the changed ones were."""
    if leading_space(line) not in (leading_space(one.line), leading_space(other.line)):
        return False

    def kinds(text: str) -> tuple[str, str]:
        items = texts(lexemes([text], document.language))
        words = [item for item in items if item != LINE_END] or [""]
        return kind_of(words[0]), kind_of(words[-1])

    first, last = zip(kinds(one.line), kinds(other.line), strict=True)
    begins, ends = kinds(line)
    return begins in first and ends in last
