"""A model's Markdown, made safe to open in an editor's preview."""

from __future__ import annotations

import re

_IMAGE = re.compile(r"!\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_FENCE_LINE = re.compile(r"[ \t]{0,3}(?:`{3,}|~{3,})")
_CODE_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")


def tame(text: str) -> str:
    """`text` without images and raw HTML, and with every fence closed.

    An image could tell a stranger that the answer was read.  Code stays as it is.
    """
    lines: list[str] = []
    fence = ""
    for line in text.splitlines():
        found = _FENCE_LINE.match(line)
        mark = found[0].strip() if found else ""
        if not fence:
            lines.append(line if mark else _outside(line))
            fence = mark
        else:
            lines.append(line)
            if mark.startswith(fence) and line.strip() == mark:
                fence = ""
    if fence:
        lines.append(fence)
    return "\n".join(lines).strip() + "\n"


def _outside(line: str) -> str:
    """A line that is not in a fence; what stands between backticks is kept."""
    parts: list[str] = []
    end = 0
    for span in _CODE_SPAN.finditer(line):
        parts += [_plain(line[end : span.start()]), span[0]]
        end = span.end()
    return "".join([*parts, _plain(line[end:])])


def _plain(text: str) -> str:
    return _TAG.sub("&lt;", _IMAGE.sub(r"\1", text))
