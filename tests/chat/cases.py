"""Case files: text, the model's answer, and the buffer, file or reason that follows.

    Why this case is here.
    --- action: edit
    --- text
    total = $0price$0
    --- model
    ```python
    price * count
    ```
    --- buffer
    total = price * count

Other options are `instruction` (or `none`), `diagnostics: none`, `language`,
`finish`, `line ends` and `end`.  `line ends: crlf` makes both texts CRLF; `end: open`
takes the last line break from both.  The last section is `buffer`, `file PATH`,
`shown` or `reason`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parent.parent / "cases_chat"
_HEADER = re.compile(
    r"^--- ((?:(?:action|instruction|diagnostics|language|finish|line ends|end): "
    r"|file )[^\n]*"
    r"|text|model|buffer|shown|reason)\n",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Case:
    """`kind` and `expected` are the last section's title and body."""

    path: Path
    options: Mapping[str, str]
    text: str
    model: str
    kind: str
    expected: str

    def as_written(self, text: str) -> str:
        """`text` with the line ends that the options name."""
        if self.options.get("end") == "open":
            text = text.removesuffix("\n")
        if self.options.get("line ends") == "crlf":
            text = text.replace("\n", "\r\n")
        return text


def load(path: Path) -> Case:
    _, *parts = _HEADER.split(path.read_text(encoding="utf-8"))
    sections = list(zip(parts[::2], parts[1::2], strict=True))
    options = dict(title.split(": ", 1) for title, body in sections if not body)
    filled = [(title, body) for title, body in sections if body]
    (first, text), (second, model), (kind, expected) = filled
    assert (first, second) == ("text", "model"), path
    return Case(path, options, text, model, kind, expected)


def rewrite(case: Case, kind: str, body: str) -> None:
    """Put what was found in the place of the last section."""
    text = case.path.read_text(encoding="utf-8")
    start = text.rindex(f"--- {case.kind}\n")
    new = f"{text[:start]}--- {kind}\n{body.removesuffix(chr(10))}\n"
    case.path.write_text(new, encoding="utf-8")


def all_cases() -> list[Path]:
    return sorted(CASES.glob("*.case"))
