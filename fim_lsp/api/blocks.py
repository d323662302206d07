"""Picks the code out of an answer: the only fenced block, or the first line.

A reader turns the events of one stream into deltas that hold code alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .requests import Delta

ReadEvent = Callable[[Mapping[str, Any]], Delta]

# A line that opens or closes a fenced block; its groups are the fence and the rest.
_FENCE = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})[ \t]*([^`\n]*)")
# The thoughts that a model writes before its answer.
_THOUGHTS = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)


def only_block(text: str) -> str | None:
    """The content of the only fenced block of `text`, without the last line end.

    None if there is no block, more than one, or one that is never closed.
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
    """Reads the only fenced block of an answer, once the answer has ended.

    Text comes only at the end, because a second block, or words that take the first one
    back, may follow.
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
    """Reads the first line of an answer, and ends the answer after it."""

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
