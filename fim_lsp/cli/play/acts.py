"""The acts of `fim-lsp try`: each shows one thing, and each really happens."""

from __future__ import annotations

import asyncio
import difflib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from rich.syntax import Syntax
from rich.text import Text

from ...errors import FimError
from ...reasons import reason_of
from ...text import Document, Place, Span, bare_line, document, path_of
from .editor import Editor, Ghost
from .pane import View, marked
from .receipt import Receipt, money
from .scenes import Scene
from .stage import Stage

# Places of the first act, and keys that are typed at each before the next one.
PLACES, PLACES_WITH_MODEL, KEYS = 40, 8, 12
# Seconds between two keys, without a model and with one.
KEY, KEY_WITH_MODEL = 0.02, 0.12
LOOK = 1.1  # seconds that something new stays on the screen
# Seconds to wait for an answer of echo, for one of a model, and for a next edit.
ANSWER, MODEL_ANSWER, NEXT_EDIT = 3.0, 4.0, 3.0
READING = 9.0  # seconds that echo may take to read the workspace
FREE = {"typed-through", "cache", "joined"}  # outcomes for which nobody was asked
MOST_LINES = 30  # lines of a diff that are shown

# The text of the second act, and what is typed into two of its lines.
EXAMPLE = """\
def receipt(order, log):
    log("customer: " + order.customer)
    log("total: " + order.total)
    log("paid: " + order.paid)
    log("sent: " + order.sent)
"""
CALL, TYPED = "    log", ".info"


@dataclass(frozen=True, slots=True)
class Play:
    """What all acts share; `is_over` says whether the time for typing is used up."""

    folder: Path
    editor: Editor
    stage: Stage
    receipt: Receipt
    has_model: bool
    is_over: Callable[[], bool]

    def name(self, uri: str) -> str:
        """A short name for a document."""
        path = path_of(uri)
        inside = path is not None and path.is_relative_to(self.folder)
        return path.relative_to(self.folder).as_posix() if path and inside else uri

    def where(self, scene: Scene) -> str:
        return f"{self.name(scene.document.uri)}:{scene.line + 1}"

    def draw(self, title: str, under: str = "", ghost: Ghost | None = None) -> None:
        editor = self.editor
        self.stage.draw(View(title, editor.document, editor.place, ghost, under))

    async def ask(self, *, rests: bool = True) -> Ghost | None:
        """What is offered at the cursor; a typist who goes on waits for no model."""
        patience = ANSWER
        if self.has_model:
            patience = MODEL_ANSWER if rests else KEY_WITH_MODEL
        ghost = await self.editor.complete(invoked=False, patience=patience)
        if ghost:
            self.receipt.seconds.append(ghost.seconds)
        return ghost

    async def press(self, key: str) -> None:
        """Type one character."""
        place = self.editor.place
        after = replace(place, column=place.column + 1)
        self.editor.edit(Span(place, place), key, after)
        self.receipt.keys += 1
        await self.stage.pause(KEY_WITH_MODEL if self.has_model else KEY)

    async def silence(self) -> str:
        """The name of the reason why nothing was offered just now."""
        decisions = await self.editor.decisions()
        return (decisions and decisions[0]["reason"]) or "failed"


async def read_workspace(play: Play) -> None:
    """Wait until echo has read the workspace, and say how long that took."""
    editor, start = play.editor, time.monotonic()
    lines = editor.document.lines
    editor.place = Place(len(lines) - 1, len(bare_line(lines[-1])))
    while (spent := time.monotonic() - start) < READING:
        # The first request only begins the reading.
        await editor.complete(invoked=True, patience=ANSWER)
        if spent and await play.silence() != "echo-building":
            play.stage.say(f"The workspace was read in {spent:.1f} s.", "bright_black")
            return
        play.stage.wait_with(f"Reading the workspace … {spent:.0f} s")
        await asyncio.sleep(0.1)
    play.stage.say("The workspace takes long to read; echo may stay silent.", "yellow")


async def offers(play: Play, scenes: Iterable[Scene]) -> Scene | None:
    """Act 1: lines are typed again until something is offered.

    Returns the scene of the longest offer that was right, from the key on at which it
    was offered.
    """
    places, longest, best = 0, 0, None
    for scene in islice(scenes, PLACES_WITH_MODEL if play.has_model else PLACES):
        if play.is_over():
            break
        places += 1
        play.editor.show(scene.document, scene.place)
        for typed, key in enumerate(scene.text[:KEYS]):
            if ghost := await play.ask(rests=typed == 0):
                is_right = await _tell_offer(play, scene.from_key(typed), ghost)
                if is_right and len(ghost.text) > longest:
                    longest, best = len(ghost.text), scene.from_key(typed)
                break
            waiting = "the answer is on its way"
            if not play.has_model:
                waiting = f"quiet: {reason_of(await play.silence()).because}"
            play.draw(play.where(scene), waiting)
            await play.press(key)
    offered, right = play.receipt.offered, play.receipt.right
    play.stage.say(f"offered {offered} of {places} places, right {right}", "bold")
    return best


async def _tell_offer(play: Play, scene: Scene, ghost: Ghost) -> bool:
    """Show an offer, and say whether it is what was written there."""
    (decision,) = await play.editor.decisions()
    origin = f" · repeats {decision['origin']}" if decision["origin"] else ""
    cost = money([decision["cost"]] if decision["cost"] else [])
    about = f"{decision['source']}{origin} · {ghost.seconds * 1000:.1f} ms · {cost}"
    play.draw(play.where(scene), about, ghost)
    await play.stage.pause(LOOK)
    is_right = scene.text.startswith(ghost.text.rstrip())
    play.receipt.offered += 1
    play.receipt.right += is_right
    verdict, style = ("right", "green") if is_right else ("wrong", "red")
    line = Text.assemble(
        (f"{verdict} ", style),
        (f"{play.where(scene)}  ", "bright_black"),
        marked(scene.start.lstrip(), ghost.text, style),
        (f"  {about}", "cyan"),
    )
    play.stage.tell(line)
    return is_right


async def repeat_my_edit(play: Play) -> None:
    """Act 2: two changes are typed, the third is offered."""
    editor, stage, title = play.editor, play.stage, "receipt.py"
    example = document(f"untitled:{title}", "python", 1, EXAMPLE)
    editor.show(example, Place(1, len(CALL)))
    for line in (1, 2):
        editor.place = Place(line, len(CALL))
        for key in TYPED:
            await play.press(key)
            play.draw(title)
    edit = await editor.next_edit(NEXT_EDIT)
    if edit is None:
        stage.say("No third change was offered this time.", "yellow")
        return
    line, old, new = edit["range"]["start"]["line"], edit["oldText"], edit["newText"]
    change = f"`{old}` → `{new}`" if old else f"insert `{new}`"
    play.draw(title, change)
    await stage.pause(LOOK)
    stage.say(
        f"`log` became `log.info` twice; offered on line {line + 1}: {change} "
        f"({edit['source']}, {edit['remaining']} places like it)"
    )
    await editor.command("fim-lsp.applyNextEdit", {"id": edit["id"]}, ANSWER)
    editor.place = Place(line, len(CALL))
    play.draw(title)
    await stage.pause(LOOK)
    stage.say(f"Tab applies it: {editor.document.lines[line].strip()}")


async def typed_through(play: Play, scene: Scene | None) -> None:
    """Act 3: an offer is typed by hand; what it showed is not asked for again."""
    if scene is None:
        play.stage.say("Nothing right was offered, so there is nothing to type along.")
        return
    play.editor.show(scene.document, scene.place)
    ghost = await play.ask()
    if ghost is None:
        play.stage.say("It was not offered a second time.", "yellow")
        return
    text, asked = ghost.text.split("\n")[0].rstrip(), 0
    for keys, key in enumerate(text, 1):
        under = f"{keys - 1} keys typed through, {asked} requests"
        play.draw(play.where(scene), under, ghost)
        await play.press(key)
        if keys < len(text) and (ghost := await play.ask()):
            (decision,) = await play.editor.decisions()
            asked += decision["outcome"] not in FREE
    noun = "request" if asked == 1 else "requests"
    play.stage.say(f"typed through {len(text)} keys at {asked} further {noun}: {text}")


async def why(play: Play, scene: Scene) -> None:
    """Act 4: one silence, and the reason that the server gives for it."""
    text = scene.text
    inside = next(n for n in range(1, len(text)) if text[n - 1 : n + 1].isalpha())
    place = replace(scene.place, column=len(scene.start) + inside)
    play.editor.show(scene.with_line(f"{scene.start}{text}\n"), place)
    await play.editor.complete(invoked=False, patience=ANSWER)
    reason = await play.silence()
    because = reason_of(reason).because
    play.draw(play.where(scene), f"quiet: {because}")
    await play.stage.pause(LOOK)
    at = f"{play.where(scene)}:{place.column + 1}"
    play.stage.say(f"{at} is quiet because {because} ({reason}).")


async def action(play: Play, code: Document, span: Span, seconds: float) -> None:
    """One code action on a selection, shown as a diff; `seconds` is all it may take."""
    editor, stage, title = play.editor, play.stage, "Code action “Document”"
    editor.show(code, span.start)
    stage.wait_with(f"{title} …")
    messages = len(editor.messages)
    try:
        await editor.act("document", span, seconds)
    except (TimeoutError, FimError) as error:
        stage.say(f"{title}: {error or f'no answer within {seconds:.0f} s.'}")
        return
    stage.say(f"{title} on {play.name(code.uri)}:{span.start.line + 1}", "bold")
    before, after = (
        [bare_line(line) for line in version.lines]
        for version in (code, editor.document)
    )
    diff = [*difflib.unified_diff(before, after, n=1, lineterm="")][2:]
    if diff:
        shown = "\n".join(diff[:MOST_LINES])
        stage.say(Syntax(shown, "diff", theme="ansi_dark", word_wrap=True))
    if len(diff) > MOST_LINES:
        stage.say(f"… and {len(diff) - MOST_LINES} more lines")
    if not diff:
        stage.say("; ".join(editor.messages[messages:]) or "Nothing was changed.")
