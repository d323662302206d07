"""Secrets inside text that may be sent: hidden as `***`, and put back in an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

HIDDEN = "***"

# Each with a text that every match contains, so that text without it costs nothing.
_TOKENS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (marker, re.compile(rf"(?<![A-Za-z0-9_-])(?:{pattern})"))
    for marker, pattern in (
        ("AKIA", r"AKIA[A-Z0-9]{16}(?![A-Za-z0-9])"),
        ("ASIA", r"ASIA[A-Z0-9]{16}(?![A-Za-z0-9])"),
        ("ghp_", r"ghp_[A-Za-z0-9]{20,}"),
        ("gho_", r"gho_[A-Za-z0-9]{20,}"),
        ("ghu_", r"ghu_[A-Za-z0-9]{20,}"),
        ("ghs_", r"ghs_[A-Za-z0-9]{20,}"),
        ("ghr_", r"ghr_[A-Za-z0-9]{20,}"),
        ("github_pat_", r"github_pat_[A-Za-z0-9_]{20,}"),
        ("glpat-", r"glpat-[A-Za-z0-9_-]{20,}"),
        ("sk-", r"sk-(?=[A-Za-z0-9_-]*[A-Za-z0-9]{16})[A-Za-z0-9_-]{20,}"),
        ("k_live_", r"[rs]k_live_[A-Za-z0-9]{16,}"),
        ("k_test_", r"[rs]k_test_[A-Za-z0-9]{16,}"),
        ("xox", r"xox[abeoprs]-[A-Za-z0-9-]{10,}"),
        ("AIza", r"AIza[A-Za-z0-9_-]{35}"),
        ("npm_", r"npm_[A-Za-z0-9]{36}"),
        ("pypi-", r"pypi-[A-Za-z0-9_-]{50,}"),
        ("hf_", r"hf_[A-Za-z0-9]{30,}"),
        ("SG.", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
        ("dop_v1_", r"dop_v1_[a-f0-9]{64}"),
        ("AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[A-Z0-9]{50,}"),
        (
            "eyJ",
            r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}",
        ),
    )
)

_BEGIN = r"-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----"
_END = r"-----END (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----"
# What stands between two lines of a key, in a file or in a text constant: a line
# break, or `\n`, with quotes, commas, pluses and indentation around it.
_BREAK = r"(?:[ \t\"',+#*>|]*(?:\r?\n|\\n|\\r)[ \t\"',+#*>|]*(?:\\[nr])?)+"
_LINE = r"[A-Za-z0-9+/=]{16,}"
_KEY_PARTS = (
    # A whole block; the cursor may be in the middle of it, so its end may be missing.
    re.compile(
        rf"{_BEGIN}(?:{_BREAK}[A-Za-z-]+: [^\n\\]*)*{_BREAK}{_LINE}"
        rf"(?:{_BREAK}[A-Za-z0-9+/=]+)*(?:{_BREAK}{_END})?"
    ),
    # The rest of a block whose beginning was cut off.
    re.compile(
        rf"(?:(?<=\n)|\A)[ \t\"']*[A-Za-z0-9+/=]+"
        rf"(?:{_BREAK}[A-Za-z0-9+/=]+)*{_BREAK}{_END}"
    ),
)


def redact(text: str) -> str:
    """`text` with private keys and well-known tokens as `***`."""
    if "PRIVATE KEY" in text:
        for pattern in _KEY_PARTS:
            text = pattern.sub(HIDDEN, text)
    for marker, pattern in _TOKENS:
        if marker in text:
            text = pattern.sub(HIDDEN, text)
    return text


def restored(lines: Sequence[str], original: str) -> tuple[str, ...] | None:
    """Lines of an answer with the secrets of the `original` text put back.

    A line that the model kept gets its secrets back.  None where a line that the model
    changed holds `***` for a secret: to write that line would destroy the secret.
    """
    if redact(original) == original:
        return tuple(lines)
    secrets = {redact(line).strip(): line.strip() for line in original.splitlines()}
    result: list[str] = []
    for line in lines:
        text = line.strip()
        if HIDDEN in line and text not in secrets:
            return None
        result.append(line.replace(text, secrets[text]) if HIDDEN in line else line)
    return tuple(result)
