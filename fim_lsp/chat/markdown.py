"""A model's Markdown, made safe to open in an editor's preview."""

from __future__ import annotations

import re

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_FENCE = re.compile(r"( {0,3})(`{3,}(?=[^`]*$)|~{3,})")
_CODE_SPAN = re.compile(r"(?<![\\`])(`+)(?!`).+?(?<!`)\1(?!`)")


def tame(text: str) -> str:
    """`text` without raw HTML, with links for images, and with every fence closed.

    An image could tell a stranger that the answer was read.  Code stays as it is;
    in doubt whether something is code it is not.
    """
    lines: list[str] = []
    mark, indent = "", ""
    for line in text.splitlines():
        found = _FENCE.match(line)
        if mark and line.strip() and not line.startswith(indent):
            mark = ""  # the list item that the fence stands in has ended
        if not mark:
            lines.append(line if found else _outside(line))
            indent, mark = found.groups() if found else ("", "")
        else:
            lines.append(line)
            if found and found[2].startswith(mark) and line.strip() == found[2]:
                mark = ""
    if mark:
        lines.append(indent + mark)
    return "\n".join(lines).strip("\n") + "\n"


def _outside(line: str) -> str:
    """A line that is not in a fence; what stands between backticks is kept."""
    parts: list[str] = []
    end = 0
    for span in _CODE_SPAN.finditer(line):
        parts += [_plain(line[end : span.start()]), span[0]]
        end = span.end()
    return "".join([*parts, _plain(line[end:])])


def _plain(text: str) -> str:
    return _TAG.sub("&lt;", text).replace("![", "[")
