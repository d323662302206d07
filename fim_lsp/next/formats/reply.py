"""A model's answer about a region, after its format was read."""

from __future__ import annotations

import re
from dataclasses import dataclass

# The marks of the cursor in all formats; a model may know another format than its own.
CURSORS = ("<cursor_position/>", "<|cursor|>", "<|user_cursor|>")
# What a model writes, in any format, if it would change nothing.
_NOTHING = frozenset({"", "no_edits", "no_edit", "no edits", "no edit", "none"})
# What ends an answer, if a server hands it on.
_ENDS = re.compile(
    r"<\|(?:endoftext|im_end|eot_id|end_of_text|eot|EOT|end)\|>|</s>|<｜end▁of▁sentence｜>"
)
# What a model thinks before it answers.
_THOUGHT = re.compile(r"\s*<think>.*?</think>\n*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class EditReply:
    """The region's new text, or the name of the reason why there is none."""

    text: str | None = None
    reason: str = ""


NO_EDIT = EditReply(reason="no-edit")
UNPARSABLE = EditReply(reason="unparsable")


def answer_in(text: str, source: str) -> str:
    """An answer with LF line ends, up to its end, without thoughts and cursor marks.

    source: the text that the model was asked about; marks in it are none.
    """
    text = text.replace("\r\n", "\n").removeprefix("\ufeff")
    if thought := _THOUGHT.match(text):
        text = text[thought.end() :]
    if (end := _ENDS.search(text)) and end[0] not in source:
        text = text[: end.start()]
    for cursor in CURSORS:
        if cursor not in source:
            text = text.replace(cursor, "")
    return text


def says_nothing(text: str) -> bool:
    """Whether an answer is one of the ways to say that nothing is to be changed."""
    return text.strip().strip("`.").strip().lower() in _NOTHING


def fenced_content(text: str, source: str) -> str | None:
    """The content of a text that is one fenced block; None if it is not.

    The first line opens the block and the last line closes it.  Fences between them are
    part of the content if there are fences in `source`, the text that the model was
    asked about; otherwise the text is more than one block.
    """
    lines = text.strip("\n").split("\n")
    opening = re.match(r"(`{3,}|~{3,})", lines[0].strip())
    if len(lines) < 2 or opening is None or lines[-1].strip() != opening[1]:  # noqa: PLR2004
        return None
    content = lines[1:-1]
    if "```" not in source and any(_is_fence(line) for line in content):
        return None
    return "".join(f"{line}\n" for line in content)


def unfenced(text: str, source: str) -> str | None:
    """A text without the fence around it; None if there are other fences in it.

    source: the text that the model was asked about; its fences are none.
    """
    content = fenced_content(text, source)
    if content is not None:
        return content
    has_fence = any(map(_is_fence, text.split("\n")))
    return None if has_fence and "```" not in source and "~~~" not in source else text


def _is_fence(line: str) -> bool:
    return line.lstrip().startswith(("```", "~~~"))


def ending_as(text: str, original: str) -> str:
    """`text` with a line break at its end if `original` has one, and else without."""
    if original.endswith("\n"):
        return text if text.endswith("\n") or not text else text + "\n"
    return text.removesuffix("\n")
