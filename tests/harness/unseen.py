"""Characters and sequences that nobody sees and that no output may hold."""

from __future__ import annotations

from typing import Final

# Controls, zero-width characters, bidi embeddings, overrides, isolates and tags.
UNSEEN: Final = frozenset(
    chr(code)
    for code in (
        *(code for code in range(0xA0) if (code < 0x20 or code > 0x7E)),
        *(0xAD, 0x061C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F)),
        *(*range(0x2060, 0x2070), 0xFEFF, *range(0xE0000, 0xE0080)),
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810)),
        *(0x3164, 0xFFA0, *range(0x1BCA0, 0x1BCA4)),
    )
) - set("\t\n\f\r")

SEQUENCES: Final = (
    "\x1b[31m\x1b[2J\x1b[1;1H\x9b5m\x1b]52;c;ZXZpbA==\x07\x1b]8;;http://evil.example\x1b\\"
    "\x1bP+q544e\x1b\\\x1b_x\x1b\\\x1b^x\x1b\\\x1bXx\x1b\\\x9d0;evil\x9c\x90x\x9c\x1b(0\x1bc"
)

# Every unseen character between two letters, and every kind of sequence.
STUFFED: Final = "a".join(("", *sorted(UNSEEN), "")) + SEQUENCES + "a"


def unseen_in(text: str) -> set[str]:
    """The characters of `text` that no output may hold."""
    return set(text) & UNSEEN
