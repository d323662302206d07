"""The head rules about white space: the document's own indentation, written once.

A unit is how many spaces one level takes.  An answer's is read off its first line
that tells; until then nothing is converted, and nothing ever inside a string.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..code.brackets import inside_after
from ..code.lines import line_before, width
from .draft import Begun
from .place import UNITS, ReplyPlace

# Where a tab means something.
MAKEFILE = "makefile"
# A line that begins a makefile's rule.
RULE = r"[^\s#=][^#=]*:(?![=:])(?!.*:=)"
# The fewest spaces in an answer that stand for the tab of a recipe.
LEAST_RECIPE_SPACES = 2
# Languages whose text is not converted, because it quotes pieces of other documents.
EXCEPT = frozenset({"markdown", "mdx", "quarto", "plaintext", "tsv"})
# The spaces of a level in an answer whose lines do not tell.
USUAL_UNIT = 4
# Lines above and below whose columns are looked at.
NEARBY = 4
# From this number of spaces on, white space at the head is not a single space that the
# user typed and the answer repeats.
TELLING_SPACES = 3
# The end of a line that opens a level of indentation.
OPENS = r"[:{(\[]\s*\Z"
BLOCK = r"[:{]\s*\Z"
# The beginning of a line that stands one level further left.
DEDENTS = r"\s*(?:[)\]}]|(?:el(?:se|if)|except|finally|catch|case|default|end)\b)"
# The white space of a line counts once the word after it is complete.
BEGUN = r"[ \t]+(?:[^\w\s]|\w+\W)"

# Indents a line of the answer, given the document's line above it.
Convert = Callable[[str, str], str]


def in_document_indentation(text: str, place: ReplyPlace, *, ended: bool) -> Begun:
    """Indent by tabs where the document does so, else by its number of spaces."""
    if not re.search(r"(?:\A|\n)[ \t]", text):
        return Begun(text)
    convert = _recipe if place.language == MAKEFILE else _conversion(place)
    if convert is None:
        return Begun(text)
    if not ended:
        text = _without_unfinished(text)
    line = line_before(place.prefix)
    above = next(filter(str.strip, reversed(place.lines_above)), "")
    done: list[str] = []
    at = 0
    for line_given in text.split("\n"):
        new = line_given
        if line_given[:1] in (" ", "\t") and (done or not line.strip()):
            new = convert(line_given, above)
            if new != line_given and inside_after(place, text[:at]) == "string":
                new = line_given
        whole = new if done or new[:1] in (" ", "\t") else line + new
        above = whole if whole.strip() else above
        done.append(new)
        at += len(line_given) + 1
    return Begun("\n".join(done))


def without_indentation(text: str, place: ReplyPlace, *, ended: bool) -> Begun | None:
    """Drop white space at the head that stands before the cursor already."""
    line = line_before(place.prefix)
    start = text.lstrip(" \t")
    space = text[: len(text) - len(start)]
    stands = bool(line) and (not line.strip() or line.endswith((" ", "\t")))
    if not stands or (line.strip() and not space):
        return Begun(text)
    if not start and not ended:
        return None
    if line.strip():
        return Begun(text if _aligns(space, place) else start)
    # Shallower than the cursor's line: it is taken as indented already.
    return Begun(text[len(line) :] if space.startswith(line) else start)


def _aligns(space: str, place: ReplyPlace) -> bool:
    """Whether `space` leads to a column in which a line nearby has its next word."""
    column = len(line_before(place.prefix)) + len(space)
    above = place.lines_above[-NEARBY:]
    below = place.suffix.split("\n")[1 : NEARBY + 1]
    # Where a single space leads to the column, that may be chance.
    gap = 1 if len(space) >= TELLING_SPACES else 2
    indent = width(line_before(place.prefix))
    return any(
        line[column : column + 1].strip()
        and line[column - gap : column].isspace()
        and line[: column - gap].strip()
        and width(line) == indent
        for line in (*above, *below)
    )


def _conversion(place: ReplyPlace) -> Convert | None:
    """How lines of an answer become lines of the document; None where all may stay."""
    if place.language in EXCEPT or place.is_by_tabs is None:
        return None
    return _to_tabs() if place.is_by_tabs else _to_spaces(place.unit)


def _recipe(line: str, above: str) -> str:
    """A line of a makefile: a recipe is indented by a tab."""
    bare = line.lstrip(" ")
    continued = above.rstrip().endswith("\\")
    below_rule = above.startswith("\t") or re.match(RULE, above) is not None
    spaces = len(line) - len(bare)
    if continued or not below_rule or not bare.strip() or spaces < LEAST_RECIPE_SPACES:
        return line
    return "\t" + bare


def _without_unfinished(text: str) -> str:
    """Without a last line of which there is only white space, or half a word."""
    start = text.rfind("\n") + 1
    line = text[start:]
    unknown = line[:1] in (" ", "\t") and not re.match(BEGUN, line)
    return text[:start] if unknown else text


def _to_tabs() -> Convert:
    """Spaces to tabs: the first line that fits where it stands tells the unit."""
    unit = 0

    def convert(line: str, above: str) -> str:
        nonlocal unit
        bare = line.lstrip(" ")
        spaces = len(line) - len(bare)
        if not spaces or not bare:
            return line
        unit = unit or _told(spaces, _level(line, above))
        tabs, rest = divmod(spaces, unit or USUAL_UNIT)
        return "\t" * tabs + " " * rest + bare

    return convert


def _told(spaces: int, level: int) -> int:
    """The number of spaces per level that makes `spaces` this level, or a lower one.

    0 where no number does.
    """
    whole = [unit for unit in UNITS if spaces % unit == 0 and spaces <= unit * level]
    fitting = [unit for unit in whole if spaces == unit * level]
    return (fitting or whole or [0])[0]


def _level(line: str, above: str) -> int:
    """How many tabs a line most likely has after one that is indented by tabs."""
    level = len(above) - len(above.lstrip("\t"))
    opens = re.search(OPENS, above) is not None
    return level + opens - (re.match(DEDENTS, line) is not None)


def _to_spaces(unit: int | None) -> Convert:
    """Tabs to spaces, and levels of another width to the document's, where a line
    after one that opens a block tells the answer's.
    """
    base = step = 0

    def convert(line: str, above: str) -> str:
        nonlocal base, step
        bare = line.lstrip()
        space = line[: len(line) - len(bare)]
        if "\t" in space:
            return space.replace("\t", " " * (unit or USUAL_UNIT)) + bare
        if not (unit and bare):
            return line
        if not step and re.search(BLOCK, above):
            base, inner = width(above), len(space) - width(above)
            step = inner if inner in (2, 4) else 0
        inner = len(space) - base
        if step in (0, unit) or inner <= 0:
            return line
        return " " * (base + inner // step * unit + inner % step) + bare

    return convert
