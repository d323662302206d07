"""The session that is played: scenes, keys, a receipt."""

from __future__ import annotations

import asyncio
import difflib
import time
from collections.abc import Iterator
from dataclasses import dataclass

from ...completion.decision import REASONS
from ...text import Place, Span
from .editor import Editor, Ghost
from .receipt import Receipt, money
from .scenes import Scene
from .stage import Stage

READING = 10.0  # seconds for echo to read the workspace
SECONDS = 18.0  # for the typing; the whole stays below 30
KEY = 0.03  # seconds between two keys, where somebody watches
KEY_WITH_MODEL = 0.12
LOOK = 0.5  # seconds for looking at a suggestion before Tab
SCENES = 14
FIRST_PATIENCE, PATIENCE = 3.0, 0.5
CLOSERS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a scene is typed.  `accept`: Tab on a suggestion that is right; `close`:
    closers come by themselves; `slip`: one key is taken back.
    """

    title: str
    accept: bool = True
    close: bool = False
    slip: bool = False


MANNERS = (
    Manner("accepting what is right"),
    Manner("typing through what is right", accept=False),
    Manner("brackets that close themselves", close=True),
    Manner("a slip of the finger", slip=True),
)


class Play:
    """Types scenes until the time is up."""

    def __init__(self, editor: Editor, stage: Stage, *, model: str | None) -> None:
        self._editor = editor
        self._stage = stage
        self._model = model
        self._receipt = Receipt()
        self._until = time.monotonic() + SECONDS
        self._slipped = False
        self._last = ""

    async def typing(self, scenes: Iterator[Scene]) -> None:
        for number, scene in zip(range(SCENES), scenes, strict=False):
            if time.monotonic() > self._until:
                return
            await self._scene(scene, MANNERS[number % len(MANNERS)])

    async def receipt(self) -> str:
        return self._receipt.line(await self._editor.decisions(200))

    async def _scene(self, scene: Scene, manner: Manner) -> None:
        editor, stage = self._editor, self._stage
        editor.show(scene.document)
        editor.place = Place(scene.line, len(scene.start))
        name = scene.document.uri.rpartition("/")[2]
        stage.open(f"{name}:{scene.line + 1} · {manner.title}")
        before = len(await self._paid())
        self._slipped = not manner.slip
        through = 0
        shown = False
        patience = FIRST_PATIENCE
        while left := self._left(scene):
            half = len(left) == len(scene.text) // 2
            ghost = await self._look(left, patience, invoked=half and not shown)
            shown = shown or ghost is not None
            patience = PATIENCE if self._model else FIRST_PATIENCE
            if ghost and manner.accept and left.startswith(ghost.text):
                await self._accept(ghost)
                continue
            through += bool(ghost and left.startswith(ghost.text))
            await self._key(left, manner)
            if time.monotonic() > self._until:
                break
        if through:
            asked = len(await self._paid()) - before
            further = max(0, asked - 1) if self._model else asked
            stage.tell(f"typed through {through} keys at {further} further requests")
            stage.draw(
                editor.document,
                editor.place,
                None,
                f"typed through {through} keys at {further} further requests",
            )
        stage.close()

    def _left(self, scene: Scene) -> str:
        """What of the line is still to be typed."""
        typed = self._editor.document.lines[scene.line].rstrip("\r\n")
        before = typed[: self._editor.place.column]
        return (scene.start + scene.text)[len(before) :]

    async def _look(
        self, left: str, patience: float, *, invoked: bool = False
    ) -> Ghost | None:
        """Ask at the cursor, draw, and count.  Half-way through a line in which
        nothing came by itself, the completion key is pressed: `invoked`.
        """
        editor, receipt = self._editor, self._receipt
        ghost = await editor.complete(invoked=invoked, patience=patience)
        receipt.keys += 1
        key = "completion key: " if invoked else ""
        under = key + await self._why(ghost)
        if ghost is None:
            receipt.quiet += 1
        else:
            receipt.seconds.append(ghost.seconds)
            right = left.startswith(ghost.text.split("\n")[0].rstrip())
            receipt.right += right
            receipt.wrong += not right
            mark = "right" if right else "wrong"
            if ghost.text != self._last[1:]:
                self._stage.tell(f"{mark}: {_line(editor)}⟦{ghost.text}⟧  {under}")
        self._last = ghost.text if ghost else ""
        self._stage.draw(editor.document, editor.place, ghost, under)
        return ghost

    async def _why(self, ghost: Ghost | None) -> str:
        """Where it came from, how long it took, what it cost; or why nothing."""
        last = (await self._editor.decisions(1))[:1]
        if not last:
            return ""
        decision = last[0]
        if ghost is None:
            reason = decision["reason"] or "failed"
            return f"nothing, because {REASONS.get(reason, reason)}"
        cost = money([decision["cost"]] if decision["cost"] else [])
        source = decision["source"]
        return (
            f"{source} · {decision['outcome']} · {ghost.seconds * 1000:.1f} ms · {cost}"
        )

    async def _accept(self, ghost: Ghost) -> None:
        editor, stage = self._editor, self._stage
        await self._pause(LOOK)
        start = ghost.span.start
        lines = ghost.text.split("\n")
        column = len(lines[-1]) + (0 if len(lines) > 1 else start.column)
        end = Place(start.line + len(lines) - 1, column)
        editor.edit(ghost.span, ghost.text, end)
        stage.tell(f"Tab: {_line(editor)}")
        stage.draw(editor.document, editor.place, None, "Tab: accepted")
        await self._pause(LOOK)

    async def _key(self, left: str, manner: Manner) -> None:
        """Type the next character, as an editor and a hasty hand do."""
        editor, place = self._editor, self._editor.place
        char = left[0]
        line = editor.document.lines[place.line]
        if not self._slipped and place.column > len(line) // 2 + 4:
            self._slipped = True
            wrong = Place(place.line, place.column + 1)
            editor.edit(Span(place, place), "~", wrong)
            editor.edit(Span(place, wrong), "", place)
            await self._look(left, PATIENCE)
            self._stage.tell(f"a slip, taken back: {await self._why(None)}")
            await self._pause(LOOK)
        over = line[place.column : place.column + 1] == char and char in ")]}"
        closer = CLOSERS.get(char, "") if manner.close else ""
        after = Place(place.line, place.column + 1)
        if over:
            editor.place = after
        else:
            editor.edit(Span(place, place), char + closer, after)
        await self._pause(KEY_WITH_MODEL if self._model else KEY)

    async def _pause(self, seconds: float) -> None:
        if self._stage.in_terminal or self._model:
            await asyncio.sleep(seconds)

    async def _paid(self) -> list[object]:
        return [each for each in await self._editor.decisions(200) if each["tokens"]]


async def ready(editor: Editor, scene: Scene) -> bool:
    """Wait until the workspace has been read; False if it takes too long."""
    editor.show(scene.document)
    editor.place = Place(scene.line, len(scene.start))
    # The first request only begins the reading.
    await editor.complete(invoked=True, patience=FIRST_PATIENCE)
    until = time.monotonic() + READING
    while time.monotonic() < until:
        await editor.complete(invoked=True, patience=FIRST_PATIENCE)
        last = await editor.decisions(1)
        if not last or last[0]["reason"] != "echo-building":
            return True
        await asyncio.sleep(0.1)
    return False


async def show_action(editor: Editor, stage: Stage, scene: Scene) -> None:
    """One chat action on the scene's line, as a coloured diff."""
    editor.show(scene.document)
    stage.open(
        f"{scene.document.uri.rpartition('/')[2]}:{scene.line + 1} · action: document"
    )
    stage.close()
    before = editor.document.text
    span = {
        "start": {"line": scene.line, "character": 0},
        "end": {"line": scene.line + 1, "character": 0},
    }
    ask = {"action": "document", "uri": scene.document.uri, "range": span}
    try:
        await editor.command("fim-lsp.act", ask, patience=20.0)
    except TimeoutError:
        stage.say("The model took longer than 20 s; nothing was changed.")
        return
    after = editor.document.text
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), "before", "after", n=2, lineterm=""
    )
    stage.diff(list(lines) or editor.messages[-1:] or ["Nothing was changed."])


def _line(editor: Editor) -> str:
    """The cursor's line up to the cursor."""
    return editor.document.lines[editor.place.line][: editor.place.column].lstrip()
