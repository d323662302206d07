"""The lines of a reply as they stream in, judged one by one: where does it end?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from .. import languages
from ..text import leading_space
from .code.blocks import belongs_to, goes_on
from .code.brackets import inside_after, scan
from .code.lines import (
    TELLING_LINE,
    closes_block,
    is_same_line,
    line_among,
    line_before,
    lines_below,
    opens_block,
    rest_of_line,
    width,
)
from .code.rounds import lines_of_first_round
from .code.syntax import syntax_of
from .shape import INVOKED_LINES, Shape, shown
from .window import Window

# What is read beyond what is shown: 64 tokens of about 4 characters.
READ_ON_CHARS = 64 * 4


# How many characters later the line that is being read then may end to be read whole:
# half a line would have to be asked for again.
LINE_CHARS = 100


# The longest answer that is read, even where the endpoint ignores the token limit.
MOST_CHARS = 8000


@dataclass(frozen=True, slots=True)
class StopPoint:
    """The answer ends at `index` because of `rule` (a name in `STOP_SENTENCES`)."""

    index: int
    rule: str


class Watch:
    """Follows one answer line by line; the cost is that of the new text."""

    def __init__(self, window: Window, shape: Shape) -> None:
        self._shape = shape
        self._window = window
        self._language = window.language
        self._line = line_before(window.prefix)
        self._below = lines_below(window)
        # Where lines of the answer may have come to those below, to which of them, and
        # whether they look like the answer's own.
        self._repeated: tuple[int, int, bool] | None = None
        self._rest = rest_of_line(window.suffix).strip()
        self._comments = languages.language(window.language).openers
        self._base = width(self._line)
        self._blank = not self._line.strip()
        self._opens = opens_block(self._line, window.language)
        self._block: int | None = None if self._opens else self._base
        self._length = 0
        self._start = 0  # where the line that is being received begins
        self._lines: list[str] = []  # complete lines, with their line breaks
        self._pending: list[str] = []
        self._count = 0  # lines since the first one that is not blank
        self._seen: Counter[str] = Counter()
        self._latest = ""  # the latest line that is not blank
        # The lines that are not blank, with the index at which each ends.
        self._visible: list[tuple[str, int]] = []
        self._gap: int | None = None  # where the blank lines at the end begin
        self._limit: int | None = None

    def feed(self, text: str) -> StopPoint | None:
        """The next piece of the answer."""
        *complete, rest = text.split("\n")
        for part in complete:
            self._pending.append(part)
            point = self._complete("".join(self._pending))
            if point:
                return point
            self._pending.clear()
        self._pending.append(rest)
        self._length += len(rest)
        if self._limit is not None and self._length > self._limit + LINE_CHARS:
            return StopPoint(self._limit + LINE_CHARS, "read-on")
        if self._length > MOST_CHARS:
            return StopPoint(MOST_CHARS, "too-long")
        return None

    def end(self) -> StopPoint | None:
        """The answer ended without a line break: its last line is judged as well."""
        if self._is_one_line():
            return None
        line = "".join(self._pending)
        point = self._judge(line) if line.strip() else None
        if point or self._repeated is None:
            return point
        start, _, own = self._repeated
        return None if own else StopPoint(start, "next-line")

    def _complete(self, line: str) -> StopPoint | None:
        end = self._start + len(line)
        self._length = end + 1
        if end > MOST_CHARS:
            return StopPoint(MOST_CHARS, "too-long")
        if self._is_one_line(line):
            # The line break is kept: it shows that the answer went on.
            return StopPoint(end + 1, "line-break")
        if self._limit is not None and end >= self._limit:
            return StopPoint(min(end, self._limit + LINE_CHARS), "read-on")
        point = self._judge(line) if line.strip() else self._judge_blank()
        if point:
            return point
        if self._latest:
            self._count += 1
        self._lines.append(f"{line}\n")
        if self._limit is None and self._is_enough():
            self._limit = end + READ_ON_CHARS
        if self._count >= max(INVOKED_LINES, self._shape.max_lines):
            return StopPoint(end, "line-cap")
        self._start = end + 1
        return None

    def _is_one_line(self, first: str = "") -> bool:
        """Whether the answer ends at its first line break, as its first line tells."""
        if not self._shape.mid_line:
            return False
        first = self._lines[0] if self._lines else first
        return not (self._shape.multi and not first.strip())

    def _is_enough(self) -> bool:
        """Whether all that is shown has been read."""
        if self._count < self._shape.max_lines:
            return False
        if not self._shape.multi or self._count >= self._shape.stretch:
            return True
        return shown("".join(self._lines), self._shape, self._window, ended=False).final

    def _judge(self, line: str) -> StopPoint | None:
        """Where the answer ends because of a line that is not blank, or None."""
        full = self._line + line if self._start == 0 else line
        before = self._start - 1
        if not self._latest:
            # Kept where the answer is nothing else, so that the rule about brackets or
            # repetitions can reject it.
            before = self._start + len(line)
        whole = self._start > 0 or self._blank
        if whole and (point := self._repeats_below(full, before)):
            return point
        if self._shape.mid_line and line.strip().startswith(self._rest):
            return StopPoint(self._start + len(leading_space(line)), "rest-of-line")
        if self._start > 0:
            point = self._judge_layout(full, before)
            if point and not self._in_string():
                return point
        third = self._third(full.rstrip())
        self._visible.append((full, self._start + len(line)))
        if point := self._in_circles():
            return point
        if third:
            return StopPoint(before, "third-repeat")
        self._gap = None
        return None

    def _repeats_below(self, line: str, before: int) -> StopPoint | None:
        """Where the answer began to repeat the lines below the cursor, or None.

        The next line of code alone shows that.  A comment, the answer's first line and
        a line further below may belong to the answer: the line after decides.
        """
        if not self._below:
            return None
        if self._repeated:
            start, at, _ = self._repeated
            if at + 1 < len(self._below) and is_same_line(line, self._below[at + 1]):
                return StopPoint(start, "next-line")
        self._repeated = None
        number = line_among(line, self._below)
        if number is None:
            return None
        own = self._is_own(line, number)
        sure = number == 0 and not own and bool(self._latest)
        if sure and not line.lstrip().startswith(self._comments):
            return StopPoint(before, "next-line")
        if number == 0 or not own:
            self._repeated = (before, number, own)
        return None

    def _is_own(self, line: str, at: int) -> bool:
        """Whether a line that equals one below belongs to the answer nevertheless.

        It does where it continues a statement of the answer, but not where the inside
        of the block that the answer opens stands below already.
        """
        if not self._latest or (at == 0 and width(self._below[0]) > self._base):
            return False
        if at > 0:
            below, language = self._below[0], self._language
            return belongs_to(line, self._latest, self._base, below, language)
        if width(line) == self._base < width(self._latest) and goes_on(line):
            return True
        syntax = syntax_of(self._language)
        return bool(
            opens_block(self._latest, self._language)
            or scan(syntax, "".join(self._lines)).stack
        )

    def _in_circles(self) -> StopPoint | None:
        """The end of the first round of lines that repeat, or None."""
        lines = [line for line, _ in self._visible]
        count = lines_of_first_round(lines, self._comments)
        if count is None:
            return None
        return StopPoint(self._visible[count - 1][1], "third-repeat")

    def _judge_layout(self, line: str, before: int) -> StopPoint | None:
        if self._leaves_block(line):
            return StopPoint(before, "dedent")
        if self._gap is not None and self._latest and self._ends_top_level(line):
            return StopPoint(self._gap, "block-complete")
        return None

    def _in_string(self) -> bool:
        """Whether the line is part of a string, whose indentation means nothing."""
        if inside_after(self._window, "".join(self._lines)) != "string":
            return False
        return inside_after(self._window, "") == "code"

    def _judge_blank(self) -> StopPoint | None:
        if self._gap is None:
            self._gap = max(0, self._start - 1)
        if (
            self._latest
            and self._base == 0
            and width(self._latest) == 0
            and closes_block(self._latest)
            and not opens_block(self._latest, self._language)
            and not self._in_string()
        ):
            return StopPoint(self._gap, "block-complete")
        return None

    def _leaves_block(self, line: str) -> bool:
        indent = width(line)
        if self._block is None:
            # The first line of the block that the cursor's line opens.
            self._block = max(indent, self._base)
        if indent >= self._block or closes_block(line):
            return False
        directive = syntax_of(self._language).blocks and line.startswith("#")
        return not directive

    def _ends_top_level(self, line: str) -> bool:
        return self._base == 0 and width(line) == 0 and not closes_block(line)

    def _third(self, line: str) -> bool:
        """Whether this is the third equal line; short ones must follow directly."""
        if len(line.strip()) < TELLING_LINE and line != self._latest:
            self._seen[line] = 0
        self._seen[line] += 1
        self._latest = line
        return self._seen[line] >= 3  # noqa: PLR2004 — three is what the rule means
