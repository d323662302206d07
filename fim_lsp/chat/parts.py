"""A part of one line: marked in a prompt, and found in an answer."""

from __future__ import annotations

from collections.abc import Sequence

from ..text import Document, Span, bare_line

# Signs that are put around the part; the first pair that the line does not hold.
_MARKS = (("⟦", "⟧"), ("«", "»"), ("<<<", ">>>"), ("[[[", "]]]"))
# Letters and digits around a part from which on an answer that has them all at its
# beginning and end is taken for the whole line.
_SIGNIFICANT = 4


def marks_for(line: str) -> tuple[str, str]:
    """The signs to put before and behind a part of `line`."""
    unused = (pair for pair in _MARKS if not any(mark in line for mark in pair))
    return next(unused, _MARKS[0])


def marked(document: Document, part: Span) -> str:
    """The line that `part` stands in, without its line end, with the part marked."""
    before, text, after = _split(document, part)
    opening, closing = marks_for(before + text + after)
    return f"{before}{opening}{text}{closing}{after}"


def answered_part(
    document: Document, part: Span, lines: Sequence[str]
) -> tuple[str, ...]:
    """What the lines of an answer say in the place of `part`.

    Where a model answers with the marks, it is what stands between them; where it
    answers with the whole line, what stands between the text before and behind.
    """
    before, text, after = _split(document, part)
    opening, closing = marks_for(before + text + after)
    answer = "\n".join(lines)
    start, end = answer.find(opening), answer.rfind(closing)
    if 0 <= start < end:
        return tuple(answer[start + len(opening) : end].split("\n"))
    before, after, answer = before.lstrip(), after.rstrip(), answer.strip()
    inner = answer.removeprefix(before).removesuffix(after)
    is_whole_line = len(inner) == len(answer) - len(before) - len(after)
    if is_whole_line and sum(map(str.isalnum, before + after)) >= _SIGNIFICANT:
        return tuple(inner.split("\n"))
    return tuple(lines)


def _split(document: Document, part: Span) -> tuple[str, str, str]:
    """The line before the part, the part, and the line behind it."""
    line = bare_line(document.lines[part.start.line])
    start, end = part.start.column, part.end.column
    return line[:start], line[start:end], line[end:]
