"""One line or many: what of a reply is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .code.blocks import belongs_to, ends_of
from .code.brackets import scan_before
from .code.lines import (
    line_among,
    line_before,
    lines_below,
    opens_block,
    rest_of_line,
    width,
)
from .code.rounds import may_repeat_from
from .decision import Trigger
from .window import Window

# The most lines that are shown where the editor asks by itself.
AUTOMATIC_LINES = 6
# The most lines that are shown where the user asks.
INVOKED_LINES = 20


@dataclass(frozen=True, slots=True)
class Shape:
    """How much of a reply is shown at a place.

    `multi`: many lines, at most `max_lines`, or one.  `mid_line`: text follows on the
    cursor's line.  `stretch`: up to so many lines where `max_lines` would cut a block.
    """

    multi: bool
    max_lines: int
    mid_line: bool
    stretch: int = 0


@dataclass(frozen=True, slots=True)
class Visible:
    """What of a reply is shown; `final`: more of the stream would not lengthen it."""

    text: str
    final: bool


def shape_of(
    window: Window,
    trigger: Trigger,
    in_comment_or_string: bool,  # noqa: FBT001 — the callers' variables say what it is
    max_lines: int = INVOKED_LINES,
) -> Shape:
    """Many lines on a blank line, after a block opener, or when invoked."""
    rest, line = rest_of_line(window.suffix), line_before(window.prefix)
    mid_line = bool(rest.strip())
    between = mid_line and line.rstrip().endswith("{") and rest.lstrip().startswith("}")
    if in_comment_or_string or (mid_line and not between):
        return Shape(multi=False, max_lines=1, mid_line=mid_line)
    invoked = trigger is Trigger.INVOKED
    multi = invoked or not line.strip() or opens_block(line, window.language)
    most = max_lines if invoked else min(AUTOMATIC_LINES, max_lines)
    return Shape(
        multi=multi,
        max_lines=most if multi else 1,
        mid_line=mid_line,
        stretch=max_lines if multi else 0,
    )


def growing(shape: Shape) -> Iterator[Shape]:
    """The shape, then longer ones where the last line opens what later lines close."""
    yield shape
    if not (shape.multi or shape.mid_line):
        for lines in range(2, AUTOMATIC_LINES + 1):
            yield replace(shape, multi=True, max_lines=lines)


def shown(text: str, shape: Shape, window: Window, *, ended: bool) -> Visible:
    """What of `text` is shown at the window's cursor.

    Blank lines at its head do not count.  Mid-line nothing after the line break is
    shown, but for the inside of braces.  Of a reply that is still streaming only whole
    lines are shown, and where many lines may be, only whole statements.
    """
    if shape.mid_line and not (shape.multi and starts_below(text)):
        line, line_break, _ = text.partition("\n")
        complete = ended or bool(line_break)
        return Visible(line if complete else "", final=complete)
    lines = text.split("\n")
    if not ended:
        lines.pop()
    if not shape.multi:
        first = _next_line(lines, 0)
        part = "\n".join(lines[: first + 1]).rstrip("\n")
        return Visible(part, final=ended or first < len(lines))
    count, final = _many_lines(lines, shape, window, ended=ended)
    part = "\n".join(lines[:count])
    if shape.mid_line and count == len(lines):
        # The rest of the line moves below the inside of the braces.
        return Visible(part, final=final)
    return Visible(part.rstrip("\n"), final=final)


def starts_below(text: str) -> bool:
    """Whether a text begins with a line break."""
    return text.lstrip(" \t").startswith("\n")


def _many_lines(
    lines: list[str], shape: Shape, window: Window, *, ended: bool
) -> tuple[int, bool]:
    """How many lines are shown, and whether more of the stream cannot change that."""
    if not ended:
        lines = _without_undecided(lines, window)
    first = _next_line(lines, 0)
    cap, most = first + shape.max_lines, first + max(shape.stretch, shape.max_lines)
    if ended and len(lines) <= cap:
        return len(lines), True
    # The line after the last one that may be shown is looked at too: the two may belong
    # together.
    beyond = _next_line(lines, most)
    ends = ends_of(window, lines[: beyond + 1], ended=ended)
    whole = [end + 1 for end in ends.whole if end < most]
    at_cap = max((end for end in whole if end <= cap), default=0)
    if (
        at_cap
        and _next_line(lines, at_cap) >= cap
        and _next_line(lines, cap) < len(lines)
    ):
        return at_cap, True
    stretched = min((end for end in whole if end > cap), default=0)
    if stretched and (ended or _next_line(lines, stretched) < len(lines)):
        return stretched, True
    final = ended or beyond < len(lines)
    if ended and len(lines) <= most:
        return len(lines), True
    # What a stream has shown stays, even if later lines continue its last statement.
    shown_before = [end + 1 for end in ends.whole_so_far if end < cap]
    if not at_cap:
        shown_before += [end + 1 for end in ends.nested_so_far if end < most]
    return max([at_cap, *shown_before]), final


def _without_undecided(lines: list[str], window: Window) -> list[str]:
    """The lines without those at the end that the next ones may show to be a repetition
    of the answer, or of the lines below the cursor.
    """
    # The first line continues the cursor's line.
    full = [line_before(window.prefix) + lines[0], *lines[1:]] if lines else []
    numbers = [at for at, line in enumerate(lines) if line.strip()]
    count = may_repeat_from([full[at] for at in numbers])
    below, language = lines_below(window), window.language
    while count > 1:
        line, above = full[numbers[count - 1]], full[numbers[count - 2]]
        number = line_among(line, below)
        if number is None:
            break
        if number and belongs_to(line, above, width(full[0]), below[0], language):
            break
        count -= 1
    return lines[: numbers[count]] if count < len(numbers) else lines


def _next_line(lines: list[str], start: int) -> int:
    """The number of the first line from `start` on that is not blank."""
    rest = range(start, len(lines))
    return next((at for at in rest if lines[at].strip()), len(lines))


def in_comment_or_string(window: Window) -> bool:
    """Whether the cursor stands inside a comment or a string."""
    return scan_before(window).cursor.inside != "code"
