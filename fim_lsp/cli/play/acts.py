"""The acts of `fim-lsp try`: each shows one thing, and each really happens."""

from __future__ import annotations

import asyncio
import difflib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from ...errors import FimError
from ...reasons import reason_of
from ...text import Document, Place, Span, bare_line, document
from .editor import Editor, Ghost
from .pane import View, diff_lines, marked
from .receipt import Receipt, money
from .scenes import Scene
from .stage import Stage

# Places of the first act, and keys that are typed at each before the next one.
PLACES, PLACES_WITH_MODEL = 40, 8
KEYS = 12
# Seconds between two keys, alone and where a model is asked.
KEY, KEY_WITH_MODEL = 0.02, 0.12
# Seconds that something new stays on the screen.
LOOK = 1.1
# Seconds to wait for an answer: where echo answers, and where a model does.
ANSWER, MODEL_ANSWER = 3.0, 4.0
# Seconds to wait for a next edit after the second change has settled.
NEXT_EDIT = 3.0
# Seconds between two looks at something that takes its time.
STEP = 0.1
# Seconds that echo may take to read the workspace.
READING = 9.0
# Outcomes for which nobody was asked.
FREE = frozenset({"typed-through", "cache", "joined"})
# Lines of a diff that are shown.
MOST_LINES = 30

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
    """What all acts share.

    is_over: whether the time for typing is used up.
    name: makes a short name of a document's URI.
    """

    editor: Editor
    stage: Stage
    receipt: Receipt
    has_model: bool
    is_over: Callable[[], bool]
    name: Callable[[str], str]

    @property
    def key_seconds(self) -> float:
        return KEY_WITH_MODEL if self.has_model else KEY

    def where(self, scene: Scene) -> str:
        return f"{self.name(scene.document.uri)}:{scene.line + 1}"


async def read_workspace(play: Play) -> None:
    """Wait until echo has read the workspace, and say how long that took."""
    editor, start = play.editor, time.monotonic()
    lines = editor.document.lines
    editor.place = Place(len(lines) - 1, len(bare_line(lines[-1])))
    # The first request only begins the reading.
    await editor.complete(invoked=True, patience=ANSWER)
    while (spent := time.monotonic() - start) < READING:
        await editor.complete(invoked=True, patience=ANSWER)
        decision = await editor.last_decision()
        if decision.get("reason") != "echo-building":
            play.stage.say(f"The workspace was read in {spent:.1f} s.", "bright_black")
            return
        play.stage.wait_with(f"Reading the workspace … {spent:.0f} s")
        await asyncio.sleep(STEP)
    play.stage.say("The workspace takes long to read; echo may stay silent.", "yellow")


async def offers(play: Play, scenes: Iterator[Scene]) -> Scene | None:
    """Act 1: lines are typed again until something is offered.

    Returns the scene of the longest offer that was right, from the key on at which it
    was offered.
    """
    places = offered = right = longest = 0
    best: Scene | None = None
    for scene in islice(scenes, PLACES_WITH_MODEL if play.has_model else PLACES):
        if play.is_over():
            break
        places += 1
        typed, ghost = await _type_until_offered(play, scene)
        if ghost is None:
            continue
        offered += 1
        is_right = scene.text[typed:].startswith(ghost.text.rstrip())
        right += is_right
        await _tell_offer(play, scene, typed, ghost, is_right=is_right)
        if is_right and len(ghost.text) > longest:
            longest, best = len(ghost.text), scene.from_key(typed)
    play.receipt.offered += offered
    play.receipt.right += right
    play.stage.say(f"offered {offered} of {places} places, right {right}", "bold")
    return best


async def _type_until_offered(play: Play, scene: Scene) -> tuple[int, Ghost | None]:
    """How many keys were typed, and what was offered then."""
    play.editor.show(scene.document, scene.place)
    for typed, key in enumerate(scene.text[:KEYS]):
        ghost = await _ask(play, rests=typed == 0)
        if ghost:
            return typed, ghost
        _draw(play, scene, None, await _silence(play))
        await _press(play, key)
    return KEYS, None


async def _silence(play: Play) -> str:
    """Why nothing was offered just now."""
    if play.has_model:
        return "the answer is on its way"
    reason = (await play.editor.last_decision()).get("reason")
    return f"quiet: {reason_of(reason or 'failed').because}"


async def _ask(play: Play, *, rests: bool = True) -> Ghost | None:
    """What is offered at the cursor; a typist who goes on does not wait for a model."""
    patience = MODEL_ANSWER if play.has_model and rests else ANSWER
    if play.has_model and not rests:
        patience = play.key_seconds
    ghost = await play.editor.complete(invoked=False, patience=patience)
    if ghost:
        play.receipt.seconds.append(ghost.seconds)
    return ghost


async def _press(play: Play, key: str) -> None:
    """Type one character."""
    editor, place = play.editor, play.editor.place
    after = replace(place, column=place.column + 1)
    editor.edit(Span(place, place), key, after)
    play.receipt.keys += 1
    await play.stage.pause(play.key_seconds)


async def _tell_offer(
    play: Play, scene: Scene, typed: int, ghost: Ghost, *, is_right: bool
) -> None:
    decision = await play.editor.last_decision()
    words = [decision.get("source") or ""]
    if decision.get("origin"):
        words.append(f"repeats {decision['origin']}")
    cost = money([decision["cost"]] if decision.get("cost") else [])
    about = " · ".join([*words, f"{ghost.seconds * 1000:.1f} ms", cost])
    _draw(play, scene, ghost, about)
    await play.stage.pause(LOOK)
    verdict, style = ("right", "green") if is_right else ("wrong", "red")
    before = (scene.start + scene.text[:typed]).lstrip()
    play.stage.tell(
        verdict, style, play.where(scene), marked(before, ghost.text, style), about
    )


async def repeat_my_edit(play: Play) -> None:
    """Act 2: two changes are typed, the third is offered."""
    editor, stage = play.editor, play.stage
    example = document("untitled:receipt.py", "python", 1, EXAMPLE)
    editor.show(example, Place(1, len(CALL)))
    for line in (1, 2):
        editor.place = Place(line, len(CALL))
        for key in TYPED:
            await _press(play, key)
            stage.draw(View("receipt.py", editor.document, editor.place))
    edit = await editor.next_edit(NEXT_EDIT)
    if edit is None:
        stage.say("No third change was offered this time.", "yellow")
        return
    line = edit["range"]["start"]["line"]
    old, new = edit["oldText"], edit["newText"]
    change = f"`{old}` → `{new}`" if old else f"insert `{new}`"
    stage.draw(View("receipt.py", editor.document, editor.place, under=change))
    await stage.pause(LOOK)
    stage.say(
        f"`log` became `log.info` twice; offered on line {line + 1}: {change} "
        f"({edit['source']}, {edit['remaining']} places like it)"
    )
    await editor.command("fim-lsp.applyNextEdit", [{"id": edit["id"]}], ANSWER)
    stage.draw(View("receipt.py", editor.document, Place(line, len(CALL))))
    await stage.pause(LOOK)
    stage.say(f"Tab applies it: {editor.document.lines[line].strip()}")


async def typed_through(play: Play, scene: Scene | None) -> None:
    """Act 3: an offer is typed by hand; what it showed is not asked for again."""
    if scene is None:
        play.stage.say("Nothing right was offered, so there is nothing to type along.")
        return
    editor = play.editor
    editor.show(scene.document, scene.place)
    ghost = await _ask(play)
    if ghost is None:
        play.stage.say("It was not offered a second time.", "yellow")
        return
    text, keys, asked = ghost.text.split("\n")[0].rstrip(), 0, 0
    for key in text:
        _draw(play, scene, ghost, f"{keys} keys typed through, {asked} requests")
        await _press(play, key)
        keys += 1
        if keys < len(text):
            ghost = await _ask(play)
            outcome = (await editor.last_decision()).get("outcome")
            asked += ghost is not None and outcome not in FREE
    noun = "request" if asked == 1 else "requests"
    play.stage.say(f"typed through {keys} keys at {asked} further {noun}: {text}")


async def why(play: Play, scene: Scene) -> None:
    """Act 4: one silence, and the reason that the server gives for it."""
    word = next(
        column
        for column in range(1, len(scene.text))
        if scene.text[column - 1 : column + 1].isalpha()
    )
    place = replace(scene.place, column=len(scene.start) + word)
    lines = scene.document.lines
    whole = lines.replaced(scene.line, scene.line, [f"{scene.start}{scene.text}\n"])
    play.editor.show(replace(scene.document, lines=whole), place)
    await play.editor.complete(invoked=False, patience=ANSWER)
    reason = (await play.editor.last_decision()).get("reason") or "failed"
    _draw(play, scene, None, await _silence(play))
    await play.stage.pause(LOOK)
    play.stage.say(
        f"{play.where(scene)}:{place.column + 1} is quiet because "
        f"{reason_of(reason).because} ({reason})."
    )


async def action(play: Play, code: Document, span: Span, seconds: float) -> None:
    """One code action on a selection, shown as a diff; `seconds` is all it may take."""
    editor, stage = play.editor, play.stage
    editor.show(code, span.start)
    command = next(iter(await editor.actions(span, "Document")), None)
    if command is None:
        return
    stage.wait_with("Code action “Document” …")
    messages = len(editor.messages)
    try:
        await editor.command(command["command"], command["arguments"], seconds)
    except TimeoutError:
        stage.say(f"Code action “Document”: no answer within {seconds:.0f} s.")
        return
    except FimError as error:
        stage.say(f"Code action “Document”: {error}")
        return
    name = f"{play.name(code.uri)}:{span.start.line + 1}"
    stage.say(f"Code action “Document” on {name}", "bold")
    before, after = (
        [bare_line(line) for line in version.lines]
        for version in (code, editor.document)
    )
    diff = [*difflib.unified_diff(before, after, n=1, lineterm="")][2:]
    stage.say_all(diff_lines(diff[:MOST_LINES]))
    if len(diff) > MOST_LINES:
        stage.say(f"… and {len(diff) - MOST_LINES} more lines")
    if not diff:
        stage.say("; ".join(editor.messages[messages:]) or "Nothing was changed.")


def _draw(play: Play, scene: Scene, ghost: Ghost | None, under: str) -> None:
    editor = play.editor
    play.stage.draw(
        View(play.where(scene), editor.document, editor.place, ghost, under)
    )
