"""The rules of `rules.toml` about text: shapes of tokens, and what looks random."""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any, Final

# Bits of information for each character: English words have less, random text more.
_LEAST_ENTROPY: Final = 2.5
# From this number of bits on, one digit is enough.
_MUCH_ENTROPY: Final = 4.3
# Characters of a secret from which letters and digits alone are enough.
_LONG: Final = 20
# Characters below which nothing counts as random.
_SHORTEST: Final = 8
_KINDS: Final = tuple(map(re.compile, ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]")))
_HEX: Final = re.compile("[0-9a-fA-F-]+")
# Digits between letters, twice.
_MIXED: Final = re.compile(r"[a-z]\d+[a-z]+\d+[a-z]", re.IGNORECASE)
# Text that people write by hand: names in code, words with separators, paths.
_WORDY: Final = re.compile(
    r"[A-Za-z_$][A-Za-z_]*\d{0,4}(?:(?:[.:/_-]|->|::)+(?:[A-Za-z_]+\d{0,4}|\d{1,4}))*"
    r"[.:/_-]*"
    r"|[A-Za-z_]+\d{0,5}[A-Za-z_]*(?:\.[A-Za-z_]+\d{0,5}[A-Za-z_]*)+"
)


@dataclass(frozen=True)
class TokenRule:
    """One shape of a secret inside text.  See `rules.toml` for what the fields mean."""

    name: str
    markers: tuple[str, ...]
    pattern: str
    sample: str
    anywhere: bool
    ignore_case: bool
    random: bool

    @cached_property
    def regex(self) -> re.Pattern[str]:
        start = r"(?<![A-Za-z0-9_-])" if self._is_word and not self.random else ""
        flags = re.IGNORECASE if self.ignore_case else 0
        return re.compile(f"{start}(?:{self.pattern})", flags)

    @property
    def _is_word(self) -> bool:
        """Whether the pattern begins with a letter or digit, not inside a word."""
        return self.anywhere or self.markers[0][0].isalnum()


@cache
def token_rules() -> tuple[TokenRule, ...]:
    return tuple(
        TokenRule(
            name=table["name"],
            markers=tuple(table["markers"]),
            pattern=table["pattern"],
            sample="".join(table["sample"]),
            anywhere=table.get("anywhere", False),
            ignore_case=table.get("ignore_case", False),
            random=table.get("random", False),
        )
        for table in tables()["token"]
    )


@cache
def tables() -> Mapping[str, Any]:
    """The file as it is."""
    source = resources.files(__package__) / "rules.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def looks_random(text: str) -> bool:
    """Whether `text` looks generated: not like a name, a word or a path."""
    if len(text) < _SHORTEST or _WORDY.fullmatch(text):
        return False
    counts = Counter(text)
    entropy = -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
    if entropy < _LEAST_ENTROPY:
        return False
    kinds = sum(kind.search(text) is not None for kind in _KINDS)
    digits = sum(map(str.isdigit, text))
    if not digits or digits == len(text):
        return False
    if len(text) < _LONG:
        return kinds >= 3 or _MIXED.search(text) is not None  # noqa: PLR2004 - of four kinds
    if _HEX.fullmatch(text) or kinds < 3:  # noqa: PLR2004 - of four kinds
        return digits * 6 >= len(text)
    return digits * 20 >= len(text) or entropy >= _MUCH_ENTROPY
