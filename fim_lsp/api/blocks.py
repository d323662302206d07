"""What of an answer is code: the one fenced block of a chat model, or one line.

A reader stands between the events of a stream and the deltas that are handed on.  It
lives as long as one stream.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .requests import Delta

ReadEvent = Callable[[Mapping[str, Any]], Delta]

# A line that opens or closes a fenced block, with what stands behind the fence.
_FENCE = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})[ \t]*([^`\n]*)")
# What a model thinks aloud before it answers.
_THOUGHTS = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)


def only_block(text: str) -> str | None:
    """What stands in the one fenced block of `text`, without the last line end.

    None where there is no block, more than one, or one that is never closed.
    """
    blocks: list[str] = []
    lines: list[str] = []
    opened: str | None = None  # the fence of the block that is being read
    for line in _THOUGHTS.sub("", text).split("\n"):
        fence = _FENCE.fullmatch(line.rstrip("\r"))
        if opened is None:
            opened, lines = (fence[1] if fence else None), []
        elif fence and fence[1].startswith(opened) and not fence[2].strip():
            blocks.append("\n".join(lines))
            opened = None
        else:
            lines.append(line)
    return blocks[0] if len(blocks) == 1 and opened is None else None


class OneBlock:
    """Hands on the one fenced block of an answer, once the answer has ended.

    Nothing is handed on before the end, because what follows a block may be a second
    one, or the words that take the first back.
    """

    def __init__(self, read: ReadEvent) -> None:
        self._read = read
        self._text = ""

    def __call__(self, event: Mapping[str, Any]) -> Delta:
        delta = self._read(event)
        self._text += delta.text
        block = only_block(self._text) if delta.finish_reason == "stop" else None
        return replace(delta, text=block or "", reasoning="")


class OneLine:
    """Hands on the first line of an answer, and ends the answer after it."""

    def __init__(self, read: ReadEvent) -> None:
        self._read = read
        self._is_over = False

    def __call__(self, event: Mapping[str, Any]) -> Delta:
        delta = self._read(event)
        if self._is_over:
            return replace(delta, text="")
        line, line_end, _ = delta.text.partition("\n")
        if not line_end:
            return delta
        self._is_over = True
        return replace(delta, text=line.rstrip("\r"), finish_reason="stop")
