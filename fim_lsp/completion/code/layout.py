"""What indentation says about brackets that are closed beyond the end of a window.

Code is indented: a line that is indented no more than the line of an opener stands
after the closer, and a line that is indented more stands inside.
"""

from __future__ import annotations

import re

from ...text import leading_space
from ..window import Window
from .brackets import Opener
from .lines import statement_indent
from .syntax import syntax_of

DIRECTIVE = r"#\s*(?:if|el|end|def|undef|inc|pragma)"
LABEL = r"\s*\w+:\s*"
# Lines of C++ whose block is not indented.
FLAT = r"\s*(?:inline\s+)?(?:namespace\b|extern\s+\")"
# A line of prose: two words and no sign of code; statements of Python look like it too.
QUOTES = ('"', "'", "`")
PROSE = (
    r"\s*(?!(?:return|import|from|raise|yield|del|assert|global|async|await)\b)"
    r"[\w'’]+[,:;]?(?: [\w'’(),.;:/-]+)+"
)


def dangles(opener: Opener, window: Window) -> bool:
    """Whether nothing below closes `opener`, as far as the window shows."""
    if window.at_end:
        return True
    cursor = len(window.prefix)
    if opener.at >= cursor:
        return False
    line = window.prefix.rfind("\n") + 1
    if opener.closer != "}" and opener.at >= line:
        # Opened on the cursor's line, most likely just now.
        return True
    inside = window.prefix[opener.at : line].split("\n")[1:]
    if any(_outside(text, opener.indent) for text in inside):
        # The inside of the opener is not indented, so indentation shows nothing.
        return False
    return any(_outside(text, opener.indent) for text in _below(window))


def goes_on_below(opener: Opener, window: Window, text: str) -> bool:
    """Whether the lines below look like the inside of `opener`, which `text` opens.

    They are indented more than its statement, labels such as `public:` aside, and
    `text` ends no statement after the opener.
    """
    blocks = syntax_of(window.language).blocks
    braces = blocks and opener.closer == "}"
    since = text[opener.at - len(window.prefix) :].split("\n")
    ended = any(line.rstrip().endswith(";" if blocks else ":") for line in since)
    *above, before = (window.prefix + text)[: opener.at].split("\n")
    if not blocks and before.rstrip().endswith("):"):
        ended = True
    if window.at_end or (ended and not braces):
        return False
    first = next((line for line in _below(window) if line.strip()), "")
    if braces and (re.fullmatch(LABEL, first) or re.match(FLAT, before)):
        return True
    indent = statement_indent(above, before) if braces else opener.indent
    return len(leading_space(first)) > min(indent, opener.indent)


def string_goes_on_below(window: Window) -> bool:
    """Whether the next line reads like text, or ends a string itself."""
    first = next((line for line in _below(window) if line.strip()), "").strip()
    return first.startswith(QUOTES) or re.fullmatch(PROSE, first) is not None


def _below(window: Window) -> list[str]:
    return window.suffix.split("\n")[1:]


def _outside(line: str, indent: int) -> bool:
    bare = line.strip()
    if not bare or bare[0] in ")]}" or re.match(rf"{DIRECTIVE}|{LABEL}\Z", bare):
        return False
    return len(leading_space(line)) <= indent
