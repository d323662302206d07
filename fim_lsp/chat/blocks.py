"""Blocks of code, found by indentation alone, so that one rule holds in any language.

A block is an opening line (`def f():`, `if (x) {`), the lines indented below it, and
the line that closes it.  Lines count from 0, and both ends are included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..text import Document, leading_space

# A line that introduces a name: `def f`, `pub fn f`, `func (r T) f`, `export class C`.
DEFINITION = re.compile(
    r"\s*(?:[\w@]+(?:\([^)]*\))?\s+){0,4}?"
    r"(?:class|def|fn|func|function|struct|enum|interface|type|trait|record|module"
    r"|const|let|var|val|static|#define|fun|object|protocol)\s+"
    r"(?:\([^)]*\)\s*)?(?P<name>[^\W\d]\w*)"
)
# `int main(void) {` and `render() {`: functions of languages without a word for them.
_FUNCTION = re.compile(r"\s*[\w*&:<>\[\], ~]*\b\w+\s*\([^;]*$")
# First words of lines that open a block and name nothing.
_CONTROL = re.compile(
    r"(?:if|for|foreach|while|until|unless|switch|match|select|with|using|try|do|loop"
    r"|synchronized|lock|return|defer|go|await)\b"
)
# First words of lines that go on with the block above them.
_CONTINUES = re.compile(
    r"(?:else|elif|elsif|elseif|except|finally|catch|rescue|ensure)\b"
)
# The beginning of a line that closes the block above.
_CLOSES = re.compile(
    r"[)\]}]|(?:end|fi|done|esac|endif)\b(?![?!]|\s*(?:[-+*/%|&^]?=|[.(\[:]))"
)
# The first line of a decorator, an annotation or an attribute, and nothing else.
_DECORATOR = re.compile(r"(?:@[\w.:]+(?:\(.*)?|#\[.*)\s*$")


def indent_of(line: str) -> int:
    """The width of the white space before the text; a tab reaches the next eighth."""
    return len(leading_space(line.expandtabs(8)))


def block_below(document: Document, first: int, limit: int) -> int:
    """The last line of the block that line `first` opens; `first` if it opens none.

    A block of more than `limit` lines is cut there.
    """
    lines, indent = document.lines, indent_of(document.lines[first])
    is_headed = not _is_decorator(lines[first])
    last = first
    for number in range(first + 1, min(len(lines), first + limit)):
        line = lines[number]
        if not line.strip():
            continue
        width = indent_of(line)
        if width < indent:
            break
        if width == indent:
            if is_headed and _closes(line) and not _goes_on(document, number):
                return number
            goes_on = _continues(line) or _closes(line) or line.strip() == "{"
            if is_headed and not goes_on:
                break
            is_headed = is_headed or not (_is_decorator(line) or _closes(line))
        last = number
    return last


def block_around(
    document: Document, first: int, last: int, limit: int
) -> tuple[int, int] | None:
    """The first and last line of the smallest block that holds `first` to `last`.

    None where there is no such block of at most `limit` lines.
    """
    lines = document.lines
    filled = [number for number in range(first, last + 1) if lines[number].strip()]
    if not filled:
        return None
    indent = min(indent_of(lines[number]) for number in filled)
    start = _head(document, filled[0])
    end = block_below(document, start, limit + 1)
    if indent_of(lines[start]) == indent and start < end >= last:
        return (start, end) if end - start < limit else None
    return _enclosing(document, first, last, indent, limit)


def definition_around(
    document: Document, line: int, limit: int
) -> tuple[int, int] | None:
    """The smallest block around a line that defines something; else the smallest."""
    smallest = None
    for block in blocks_around(document, line, line, limit):
        if is_definition(document.lines[heading(document, block[0])]):
            return block
        smallest = smallest or block
    return smallest


def blocks_around(
    document: Document, first: int, last: int, limit: int
) -> Iterator[tuple[int, int]]:
    """Every block that holds `first` to `last`, from the smallest to the largest.

    Blocks of more than `limit` lines are left out, and so are all around them.
    """
    block = block_around(document, first, last, limit)
    while block is not None:
        yield block
        indent = indent_of(document.lines[block[0]])
        block = _enclosing(document, *block, indent, limit)


def _enclosing(
    document: Document, first: int, last: int, indent: int, limit: int
) -> tuple[int, int] | None:
    """The smallest block around lines of which none is indented less than `indent`."""
    lines = document.lines
    for opening in range(first - 1, max(last - limit, -1), -1):
        if not lines[opening].strip() or indent_of(lines[opening]) >= indent:
            continue
        start = _head(document, opening)
        end = block_below(document, start, limit + 1)
        if end >= last:
            return (start, end) if end - start < limit else None
        indent = indent_of(lines[opening])
    return None


def _head(document: Document, opening: int) -> int:
    """The first line of the block that line `opening` opens a part of.

    Before `else`, `) {` or a brace on a line of its own stands the line that the block
    begins with, and decorators may stand before that.
    """
    head = opening
    while (above := _above(document, head)) is not None:
        head = above
    return head


def _above(document: Document, number: int) -> int | None:
    """The line that a block begins with before line `number`, if there is one."""
    line = document.lines[number]
    above = _not_deeper(document, number)
    if above is None or indent_of(document.lines[above]) != indent_of(line):
        return None
    if _continues(line) or _closes(line) or line.strip() == "{":
        return above
    if _is_decorator(document.lines[above]):
        return above
    if above == number - 1 and _closes(document.lines[above]):
        opener = _not_deeper(document, above)
        is_same = opener is not None and _is_decorator(document.lines[opener])
        return opener if is_same else None
    return None


def _not_deeper(document: Document, number: int) -> int | None:
    """The nearest line above that is filled and not indented further."""
    indent = indent_of(document.lines[number])
    for above in range(number - 1, -1, -1):
        line = document.lines[above]
        if line.strip() and indent_of(line) <= indent:
            return above
    return None


def heading(document: Document, first: int) -> int:
    """The line that says what the block from line `first` on is: no decorator."""
    indent = indent_of(document.lines[first])
    for number in range(first, len(document.lines)):
        line = document.lines[number]
        if not (_is_decorator(line) or _closes(line) or indent_of(line) != indent):
            return number
    return first


def is_definition(line: str) -> bool:
    """Whether a line that opens a block introduces a name, as a function does."""
    if DEFINITION.match(line):
        return True
    return bool(_FUNCTION.match(line) and not _CONTROL.match(line.lstrip()))


def _goes_on(document: Document, number: int) -> bool:
    """Whether a line that closes something opens the next part: `} else {`, `):`."""
    indent = indent_of(document.lines[number])
    for below in range(number + 1, len(document.lines)):
        line = document.lines[below]
        if line.strip():
            is_brace = indent_of(line) == indent and line.strip() == "{"
            return indent_of(line) > indent or is_brace or _continues(line)
    return False


def _closes(line: str) -> bool:
    return _CLOSES.match(line.lstrip()) is not None


def _continues(line: str) -> bool:
    return _CONTINUES.match(line.lstrip()) is not None


def _is_decorator(line: str) -> bool:
    return _DECORATOR.match(line.lstrip()) is not None
