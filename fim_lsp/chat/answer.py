"""Answer text -> edits, a new file or Markdown; or nothing, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ..api.prices import Money
from ..api.token_counts import Tokens
from ..privacy.redaction import restored
from ..text import (
    Document,
    Edit,
    Span,
    apply,
    bare_line,
    dominant_line_end,
    one_line,
    text_between,
    visible,
)
from .actions import Apply, Needs
from .doubts import Proposal, doubt, doubt_of_new_file
from .edits import filled, inserting, replacing, replacing_part
from .fences import Fence, find_fences
from .markdown import tame
from .messages import Task
from .parts import answered_part
from .regions import lines_span, reported_lines
from .reindent import like_document
from .soundness import Unmatched, broken
from .turns import LOOP
from .whole_blocks import repeated_block

ActionOutcome = Literal["edited", "shown", "nothing"]

# Characters of prose that a reason repeats.
_QUOTED = 160

# Actions that keep the code around what they change.
_KEEPING = ("fix", "document", "types")

# Why an answer that ended in such a way is not used, by its finish reason.
_UNFINISHED = {
    "length": "The answer was cut off at its longest length; select less code, or "
    "raise chat.maxTokens.",
    "content_filter": "The endpoint's content filter withheld the answer.",
    "stop-text": "The answer may have ended at a stop text of your chatBody.",
    "insufficient_system_resource": "The endpoint ran out of resources; try again.",
    "tool_calls": "The model asked for tools instead of answering.",
    "error": "The endpoint failed during its answer; try again.",
    LOOP: "The model repeated itself and was stopped; try again, or select less code.",
}
# Ways to end after which an explanation is shown as far as it goes.
_SHOWN = ("stop", "stop-text", "length", LOOP, None)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an action.

    edits: belong to `document` and are listed from the last to the first, so that
        they mean the same applied at once or one after another.
    reason: a sentence, always there where the outcome is "nothing".
    new_file: is to be created with `new_text`; it did not exist when the answer was
        read.
    model: which one answered.
    tools: each tool call, as it was shown.
    tokens, cost: of all requests; None where none was sent, or no price is known.
    """

    outcome: ActionOutcome
    document: Document
    reason: str | None = None
    edits: tuple[Edit, ...] = ()
    new_file: Path | None = None
    new_text: str = ""
    markdown: str | None = None
    model: str | None = None
    tools: tuple[str, ...] = ()
    tokens: Tokens | None = None
    cost: Money | None = None


def read(
    task: Task, text: str, finish_reason: str | None, unmatched: Unmatched
) -> Result:
    """What the answer `text` means for `task`."""
    document = task.selection.document
    nothing = Result("nothing", document)
    shows = task.action.apply is Apply.SHOW
    if not text.strip() and finish_reason in ("stop", None):
        return replace(nothing, reason="The model's answer is empty.")
    if shows and text.strip() and finish_reason in _SHOWN:
        cut = _UNFINISHED.get(finish_reason or "")
        return Result("shown", document, cut, markdown=tame(visible(text)))
    if finish_reason not in ("stop", None):
        why = f"The answer ended early ({one_line(finish_reason)})."
        return replace(nothing, reason=_UNFINISHED.get(finish_reason, why))
    fence = _only_fence(visible(text, already_in=text_between(document, task.span)))
    if isinstance(fence, str):
        return replace(nothing, reason=fence)
    if task.action.apply is Apply.NEW_FILE:
        return _new_file(task, fence, unmatched)
    return _edited(task, fence, unmatched)


def _only_fence(text: str) -> Fence | str:
    """The one closed block of `text` without blank lines at its ends, or why not."""
    fences = find_fences(text)
    if not fences:
        return f"The model answered without a code block: “{one_line(text, _QUOTED)}”"
    if len(fences) > 1:
        count = len(fences)
        return f"The model answered with {count} code blocks; one was asked for."
    if not fences[0].closed:
        return "The answer ended in the middle of its code block."
    lines = list(fences[0].lines)
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    if not lines:
        return "The model's code block is empty."
    return replace(fences[0], lines=tuple(lines))


def _new_file(task: Task, fence: Fence, unmatched: Unmatched) -> Result:
    """The new file, with the tabs and line ends of the document."""
    document = task.selection.document
    line_end = dominant_line_end(document)
    lines = like_document(fence.lines, document)
    text = "".join(f"{line}{line_end}" for line in lines)
    proposal = Proposal(fence, document.language, selected=())
    reason = doubt_of_new_file(proposal) or broken(
        "", text, document.language, unmatched
    )
    if reason:
        return Result("nothing", document, reason)
    return Result("edited", document, new_file=task.new_file, new_text=text)


def _edited(task: Task, fence: Fence, unmatched: Unmatched) -> Result:
    """The edits of the region; of the reported lines, where only they are answered."""
    document, span = task.selection.document, task.span
    if task.is_part:
        fence = replace(fence, lines=answered_part(document, span, fence.lines))
    reason = _doubt(task, span, fence)
    if reason and (reported := _reported_span(task)):
        span = reported
        reason = _doubt(task, span, fence) and reason
    if reason:
        return Result("nothing", document, reason)
    if (lines := restored(fence.lines, text_between(document, span))) is None:
        why = "The answer changes a line with a secret that was not sent (***)."
        return Result("nothing", document, why)
    if not (edits := _changing(task)(document, span, lines)):
        return Result("nothing", document, "The model left the code as it is.")
    after = apply(document, edits, document.version).text
    if reason := broken(document.text, after, document.language, unmatched):
        return Result("nothing", document, reason)
    return Result("edited", document, edits=edits)


def _reported_span(task: Task) -> Span | None:
    """The lines of the region that a fix is for, if they hold anything."""
    document, region = task.selection.document, task.span
    if task.action.needs is not Needs.DIAGNOSTIC:
        return None
    span = lines_span(document, *reported_lines(task.selection))
    is_inside = region.start <= span.start and span.end <= region.end
    return span if is_inside and text_between(document, span).strip() else None


def _changing(
    task: Task,
) -> Callable[[Document, Span, Sequence[str]], tuple[Edit, ...]]:
    if task.action.apply is Apply.INSERT:
        return inserting
    return replacing_part if task.is_part else replacing


def _doubt(task: Task, span: Span, fence: Fence) -> str | None:
    """Why the code in `fence` is not to stand in the place of `span`."""
    document = task.selection.document
    proposal = _proposal(document, span, fence)
    if task.action.apply is Apply.INSERT:
        return doubt_of_new_file(proposal)
    if task.action.id in _KEEPING:
        top, bottom = reported_lines(task.selection)
        chosen = document.lines[top : bottom + 1] if span == task.span else ()
        proposal = replace(proposal, chosen=tuple(line.strip() for line in chosen))
    return doubt(proposal) or repeated_block(document, span, fence.lines)


def _proposal(document: Document, span: Span, fence: Fence) -> Proposal:
    """Lines that are only partly selected count as selected."""
    core = filled(document, span)
    lines = tuple(bare_line(line) for line in document.lines)
    first, last = core.start.line, core.end.line + 1
    return Proposal(
        fence=fence,
        language=document.language,
        selected=lines[first:last],
        before=lines[:first],
        after=lines[last:],
    )
