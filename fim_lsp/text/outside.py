r"""Makes text from outside safe to print, show, draw or write into a file.

A model, an endpoint, a repository or a client can put invisible characters into a
text: they can steer a terminal, change the order in which text is displayed, or hide
words.  `visible` removes such characters.  It leaves everything that can be seen as it
is: emoji, right-to-left text, combining marks, the joiners of Persian or Hindi.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

# Replaces half of a surrogate pair, which no encoding can represent.
_REPLACEMENT: Final = "\ufffd"

# Characters that are always removed, except in the sequences of `_NEEDED`: controls
# other than tab, line feed, form feed and carriage return; C1 controls; soft hyphen;
# zero-width spaces; bidi embeddings, overrides and isolates; invisible operators; byte
# order mark; annotations; tags; surrogates; fillers for a missing Korean or Khmer
# letter; joiners of marks and of shorthand.
_NEVER: Final = (
    "\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f-\\x9f\\xad\u034f\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff\\ud800-\\udfff"
)
# Zero-width non-joiner and joiner, which some scripts and emoji need.
_JOINERS: Final = "\u200c\u200d"
# Variation selectors, which choose the form of the character before them.
_SELECTORS: Final = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
# Marks of direction, which are needed beside right-to-left text.
_DIRECTION_MARKS: Final = "\u061c\u200e\u200f"
# Finds any character that may have to be removed.
_SUSPECT: Final = re.compile(f"[{_NEVER}{_JOINERS}{_SELECTORS}{_DIRECTION_MARKS}]")

# Scripts whose letters change their form beside a joiner: Arabic, Syriac, the scripts
# of India and South-East Asia, Mongolian, and the newer blocks of these scripts.
_JOINED: Final = (
    "\u0600-\u061b\u061d-\u109f\u1780-\u17b3\u17b6-\u180a\u1810-\u1cff\ua840-\uabff"
    "\ufb50-\ufdff\ufe70-\ufefe\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
# Finds a mark of direction.
_DIRECTION: Final = re.compile(f"[{_DIRECTION_MARKS}]")
# Finds a right-to-left letter.
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u05ff\u0600-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefe"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# The blocks of Unicode that hold symbols and emoji.
_PICTURE: Final = "\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
# One emoji, with its selector or its skin tone.
_EMOJI: Final = f"[{_PICTURE}](?:[\ufe0e\ufe0f]|[\U0001f3fb-\U0001f3ff])?"

# Sequences whose invisible characters change what is seen; they are left as they are.
_NEEDED: Final = "|".join(
    (
        # The flags of England, Scotland and Wales are written with tag characters.
        "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f",
        rf"{_EMOJI}(?:\u200d{_EMOJI})*",
        "[0-9#*][\ufe00\ufe0e\ufe0f]\u20e3?",
        rf"[^\x00-\x7f\s{_NEVER}{_JOINERS}{_SELECTORS}{_DIRECTION_MARKS}][{_SELECTORS}]",
        rf"[{_JOINED}][{_JOINERS}]{{1,3}}",
        rf"[{_JOINERS}]{{1,3}}(?=[{_JOINED}])",
        # Old Korean, marks of biblical Hebrew, shorthand.
        "[\u1100-\u115e\u1161-\u11ff]?[\u115f\u1160]{1,2}[\u1100-\u115e\u1161-\u11ff]",
        "[\u1100-\u115e]\u1160",
        "[\u0591-\u05f4]\u034f",
        "[\U0001bc00-\U0001bc9f][\U0001bca0-\U0001bca3]+",
    )
)
# Whole escape sequences of terminals (ECMA-48).  A sequence that holds text (OSC, DCS,
# …) counts only if it is terminated; else the rest of the line would be removed, too.
_ESCAPES: Final = (
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x9b[0-?]+[ -/]*[@-~]"  # CSI: colours, cursor
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])"  # OSC, DCS, SOS, PM, APC, terminated
    r"[^\x00-\x08\x0a-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[()*+][0-9A-B]"  # character sets
)


@cache
def _parts() -> re.Pattern[str]:
    """What `visible` looks at: a needed sequence, an escape sequence, or one character.

    Few texts need it, and it takes milliseconds to compile.
    """
    return re.compile(
        f"(?P<needed>{_NEEDED})|{_ESCAPES}|[{_NEVER}{_JOINERS}{_SELECTORS}]"
    )


def visible(text: str, *, already_in: str = "") -> str:
    """`text` without escape sequences and characters that cannot be seen.

    Removed are control characters other than tab, line feed, carriage return and form
    feed; escape sequences; bidi embeddings, overrides and isolates; zero-width
    characters.  What can be seen stays, with the joiners, selectors and marks it needs.

    already_in: the text that an edit replaces; an invisible character that occurs in
        this text may also occur in the result.
    """
    if _SUSPECT.search(text) is None:
        return text
    kept = frozenset(_SUSPECT.findall(already_in))

    def part(match: re.Match[str]) -> str:
        if match["needed"] is not None or match[0][0] in kept:
            return match[0]
        return _REPLACEMENT if "\ud800" <= match[0] <= "\udfff" else ""

    text = _parts().sub(part, text)
    if _DIRECTION.search(text) is None:
        return text
    return "\n".join(_directed(line, kept) for line in text.split("\n"))


def one_line(text: str, limit: int = 200) -> str:
    """`text` as a part of a sentence: visible, on one line, at most `limit` characters.

    White space becomes single spaces; a text that is cut ends with `…`.
    """
    line = " ".join(visible(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _directed(line: str, kept: frozenset[str]) -> str:
    """`line` without marks of direction, unless it has right-to-left letters.

    Marks of direction that are among `kept` stay in any line.
    """
    if _RIGHT_TO_LEFT.search(line):
        return line
    return _DIRECTION.sub(lambda match: match[0] if match[0] in kept else "", line)
