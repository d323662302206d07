r"""Text from outside as it may be printed, shown, drawn or written into a file.

A model, an endpoint, a repository or a client can put characters into a text that
nobody sees and that steer a terminal, turn the order of what is read, or hide words.
`visible` takes such characters out and leaves all that can be seen as it is: emoji,
right-to-left text, combining marks, and the joiners that Persian or Hindi need.
"""

from __future__ import annotations

import re
from typing import Final

# What stands for half of a surrogate pair, which no encoding can carry.
_REPLACEMENT: Final = "\ufffd"

# Characters that are never needed: controls but tab, line feed, form feed and carriage
# return; C1 controls; soft hyphen; zero-width spaces; bidi embeddings, overrides and
# isolates; invisible operators; byte order mark; annotations; tags; surrogates; what
# fills the place of a Korean or Khmer letter; what joins marks or shorthand.
# Joiners, marks of direction and variation selectors are needed in some places only.
_NEVER: Final = (
    "\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f-\\x9f\\xad\u034f\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff\\ud800-\\udfff"
)
_JOINERS: Final = "\u200c\u200d"
_SELECTORS: Final = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_DIRECTION_MARKS: Final = "\u061c\u200e\u200f"
_SUSPECT: Final = re.compile(f"[{_NEVER}{_JOINERS}{_SELECTORS}{_DIRECTION_MARKS}]")

# Scripts whose letters take another form beside a joiner: Arabic, Syriac, the scripts
# of India and South-East Asia, Mongolian, and their younger blocks.
_JOINED: Final = (
    "\u0600-\u061b\u061d-\u109f\u1780-\u17b3\u17b6-\u180a\u1810-\u1cff\ua840-\uabff"
    "\ufb50-\ufdff\ufe70-\ufefe\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
_DIRECTION: Final = re.compile(f"[{_DIRECTION_MARKS}]")
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u05ff\u0600-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefe"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_PICTURE: Final = "\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_EMOJI: Final = f"[{_PICTURE}](?:[\ufe0e\ufe0f]|[\U0001f3fb-\U0001f3ff])?"

# Sequences whose invisible characters change what is seen.
_NEEDED: Final = "|".join(
    (
        # The flags of England, Scotland and Wales are spelled in tags.
        "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f",
        rf"{_EMOJI}(?:\u200d{_EMOJI})*",
        "[0-9#*][\ufe00\ufe0e\ufe0f]\u20e3?",
        rf"[^\x00-\x7f\s{_NEVER}{_JOINERS}{_SELECTORS}{_DIRECTION_MARKS}][{_SELECTORS}]",
        rf"[{_JOINED}][{_JOINERS}]{{1,3}}",
        rf"[{_JOINERS}]{{1,3}}(?=[{_JOINED}])",
        # Old Korean, the marks of the Hebrew Bible, shorthand.
        "[\u1100-\u115e\u1161-\u11ff]?[\u115f\u1160]{1,2}[\u1100-\u115e\u1161-\u11ff]",
        "[\u1100-\u115e]\u1160",
        "[\u0591-\u05f4]\u034f",
        "[\U0001bc00-\U0001bc9f][\U0001bca0-\U0001bca3]+",
    )
)
# Escape sequences of terminals (ECMA-48), whole where they are whole; a text that
# never ends (OSC, DCS, …) would otherwise take the rest of the line along.
_ESCAPES: Final = (
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x9b[0-?]+[ -/]*[@-~]"  # CSI: colours, the cursor
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])"  # OSC, DCS, SOS, PM, APC: a text, ended
    r"[^\x00-\x08\x0a-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[()*+][0-9A-B]"  # character sets
)
_PARTS: Final = re.compile(
    f"(?P<needed>{_NEEDED})|{_ESCAPES}|[{_NEVER}{_JOINERS}{_SELECTORS}]"
)


def visible(text: str, *, already_in: str = "") -> str:
    """`text` without escape sequences and characters that cannot be seen.

    Taken out: control characters but tab, line feed, carriage return and form feed;
    escape sequences; bidi embeddings, overrides and isolates; zero-width characters.
    What can be seen stays, with the joiners, selectors and marks that it needs.

    already_in: the text of the region that an edit replaces; an invisible character
    that stands there may stand in the result too.
    """
    if _SUSPECT.search(text) is None:
        return text
    kept = frozenset(_SUSPECT.findall(already_in))

    def part(match: re.Match[str]) -> str:
        if match["needed"] is not None or match[0][0] in kept:
            return match[0]
        return _REPLACEMENT if "\ud800" <= match[0] <= "\udfff" else ""

    text = _PARTS.sub(part, text)
    if _DIRECTION.search(text) is None:
        return text
    return "\n".join(_directed(line, kept) for line in text.split("\n"))


def one_line(text: str, limit: int = 200) -> str:
    """`text` as part of a sentence: visible, on one line, at most `limit` characters.

    White space becomes single blanks; `…` stands for what was cut.
    """
    line = " ".join(visible(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _directed(line: str, kept: frozenset[str]) -> str:
    """`line` with its marks of direction where it has right-to-left letters."""
    if _RIGHT_TO_LEFT.search(line):
        return line
    return _DIRECTION.sub(lambda match: match[0] if match[0] in kept else "", line)
