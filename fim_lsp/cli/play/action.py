"""One code action on one function, shown as a diff."""

from __future__ import annotations

import difflib

from ...errors import FimError
from ...text import Document, Place, Span
from .editor import Editor
from .pane import diff_lines
from .stage import Stage

WISHES = ("Document", "Add types", "Simplify", "Explain")  # the first that is offered
MOST_LINES = 30


async def show_action(
    editor: Editor, stage: Stage, document: Document, span: Span, seconds: float
) -> None:
    """Choose an action from the editor's menu, run it, and show what it changes."""
    editor.show(document, span.start)
    stage.open(document, span.start.line)
    offered = {each["title"]: each["command"] for each in await editor.actions(span)}
    title = next((wish for wish in WISHES if wish in offered), None)
    if title is None:
        return
    name = document.uri.rpartition("/")[2]
    head = document.lines[span.start.line].strip()
    stage.wait_with(f"Code action “{title}” on {head} …")
    messages = len(editor.messages)
    command = offered[title]
    try:
        await editor.command(command["command"], command["arguments"], seconds)
    except TimeoutError:
        stage.say(f"Code action “{title}”: no answer within {seconds:.0f} s.")
        return
    except FimError as error:
        stage.say(f"Code action “{title}”: {error}")
        return
    stage.say(f"Code action “{title}” on {name}:{span.start.line + 1}", "bold")
    diff = list(
        difflib.unified_diff(
            [line.rstrip("\r\n") for line in document.lines],
            [line.rstrip("\r\n") for line in editor.document.lines],
            *("before", "after"),
            n=1,
            lineterm="",
        )
    )[2:]
    stage.say_all(diff_lines(diff[:MOST_LINES]))
    if len(diff) > MOST_LINES:
        stage.say(f"… and {len(diff) - MOST_LINES} more lines")
    if not diff:
        stage.say("; ".join(editor.messages[messages:]) or "Nothing was changed.")


def beginning_of(document: Document) -> Span:
    """The first lines, for a file without functions."""
    return Span(Place(0, 0), Place(min(10, len(document.lines) - 1), 0))
