"""Types one line again, key by key, and looks at what is offered meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ...reasons import reason_of
from ...text import Span
from .editor import Editor, Ghost
from .pane import View, told
from .receipt import Receipt, money
from .scenes import Scene
from .stage import Stage

# Seconds.
KEY, KEY_WITH_MODEL = 0.035, 0.12  # between two keys
LOOK, GLANCE = 0.9, 0.4  # at something new; at what a key has done
REST = 3.0  # for an answer, where the typist rests
HURRY = 0.15  # for an answer of a model, where the typist goes on

SLIP = "~"
CLOSERS = {"(": ")", "[": "]", "{": "}"}
FREE = {"typed-through", "cache", "joined"}  # outcomes that ask nobody
ON_ITS_WAY = {"superseded", "contradicted"}
STYLES = {"right": "green", "wrong": "red", "quiet": "bright_black"}


@dataclass(frozen=True, slots=True)
class TypingStyle:
    """How a line is typed.  `accept`: Tab on a suggestion that is right; `close`:
    closers come by themselves; `slip`: one key is taken back.
    """

    title: str
    accept: bool = False
    close: bool = False
    slip: bool = False

    def suits(self, scene: Scene) -> bool:
        return not self.close or any(char in scene.text for char in CLOSERS)


@dataclass(slots=True)
class Run:
    """A suggestion, from the key at which it appears to the one at which it goes.

    `left` of it is still to be typed; `keys` were typed through it, and meanwhile
    `asked` further requests were made.
    """

    before: str
    ghost: Ghost
    right: bool
    about: str
    left: str
    keys: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """What every line is typed with.  `show` makes a short name of a document."""

    editor: Editor
    stage: Stage
    receipt: Receipt
    has_model: bool
    is_over: Callable[[], bool]
    name: Callable[[str], str]


class Typist:
    """One line, typed in one manner."""

    def __init__(self, desk: Desk, scene: Scene, manner: TypingStyle) -> None:
        self._desk, self._scene, self._manner = desk, scene, manner
        self._editor, self._stage = desk.editor, desk.stage
        self._where = f"{desk.name(scene.document.uri)}:{scene.line + 1}"
        self._run: Run | None = None
        self._runs = 0
        self._reasons: Counter[str] = Counter()
        self._slips = int(manner.slip)
        self._pressed = False
        self._done = False

    async def type(self) -> bool:
        """Type the line to its end; whether something came of its manner."""
        scene = self._scene
        self._editor.show(scene.document, scene.place)
        self._stage.open(scene.document, scene.line)
        while (left := self._left()) and not self._desk.is_over():
            ghost = await self._look(left)
            if ghost and self._manner.accept and self._run and self._run.right:
                await self._accept(ghost)
            elif self._slips and len(left) <= len(scene.text) // 2:
                await self._slip(left)
            else:
                await self._key(left[0])
        self._end_run()
        if not self._runs and not self._done:
            reason = self._reasons.most_common(1)
            self._tell("quiet", scene.text, reason[0][0] if reason else "")
        self._desk.receipt.remember(await self._editor.decisions(200))
        return self._done

    def _left(self) -> str:
        """What of the line is still to be typed."""
        place = self._editor.place
        typed = self._editor.document.lines[self._scene.line][: place.column]
        return (self._scene.start + self._scene.text)[len(typed) :]

    async def _look(self, left: str) -> Ghost | None:
        """Ask at the cursor, draw, and count."""
        typed = len(self._scene.text) - len(left)
        invoked = self._is_help_wanted(typed)
        rests = not typed or invoked or not self._desk.has_model
        ghost = await self._editor.complete(
            invoked=invoked, patience=REST if rests else HURRY
        )
        decision = (await self._editor.decisions(1) or [{}])[0]
        receipt = self._desk.receipt
        receipt.keys += 1
        if ghost is None:
            reason = self._reason(decision)
            self._reasons[reason] += 1
            self._end_run()
            self._draw(None, f"quiet: {reason}", "bright_black")
            return None
        receipt.seconds.append(ghost.seconds)
        about = ("completion key · " if invoked else "") + _about(decision, ghost)
        self._draw(ghost, about)
        if self._goes_on(ghost):
            assert self._run is not None
            self._run.left = ghost.text
            self._run.asked += decision.get("outcome") not in FREE
        else:
            self._begin_run(ghost, left, about)
            await self._stage.pause(LOOK)
        return ghost

    def _is_help_wanted(self, typed: int) -> bool:
        """Whether the completion key is pressed: half-way through a line in which
        nothing came by itself, once.
        """
        if self._runs or self._pressed or 2 * typed < len(self._scene.text):
            return False
        self._pressed = True
        return True

    def _reason(self, decision: dict[str, Any]) -> str:
        reason = decision.get("reason") or "failed"
        if reason in ON_ITS_WAY and self._desk.has_model:
            return "the answer is on its way"
        return reason_of(reason).because

    def _goes_on(self, ghost: Ghost) -> bool:
        """Whether this is what was there before, less what was typed of it."""
        if self._run is None or not self._run.left:
            return False
        left = self._run.left
        return ghost.text.startswith(left) or left.startswith(ghost.text)

    def _begin_run(self, ghost: Ghost, left: str, about: str) -> None:
        self._end_run()
        self._runs += 1
        right = left.startswith(ghost.text.rstrip())
        self._desk.receipt.right += right
        self._desk.receipt.wrong += not right
        before = self._line()[: self._editor.place.column]
        self._run = Run(before.lstrip(), ghost, right, about, ghost.text)

    def _end_run(self, how: str = "") -> None:
        """Tell what became of the suggestion, if there was one."""
        run, self._run = self._run, None
        if run is None:
            return
        if not run.right:
            how = "typed against"
        elif not how and run.keys:
            how = f"typed through {run.keys} keys at {run.asked} further requests"
            plain = not (self._manner.accept or self._manner.close or self._manner.slip)
            self._done = self._done or plain
        parts = " · ".join(part for part in (how, run.about) if part)
        verdict = "right" if run.right else "wrong"
        self._tell(verdict, told(run.before, run.ghost.text, STYLES[verdict]), parts)

    async def _accept(self, ghost: Ghost) -> None:
        start = ghost.span.start
        end = replace(start, column=start.column + len(ghost.text))
        self._editor.edit(ghost.span, ghost.text, end)
        self._done = True
        self._draw(None, "Tab: accepted")
        self._end_run("Tab")
        await self._stage.pause(GLANCE)

    async def _key(self, char: str) -> None:
        """Type a character, as an editor does that closes brackets."""
        editor, place = self._editor, self._editor.place
        closer = CLOSERS.get(char, "") if self._manner.close else ""
        after = replace(place, column=place.column + 1)
        if self._manner.close and self._line()[place.column :].startswith(char):
            editor.place = after  # over the closer that stands there already
        else:
            editor.edit(Span(place, place), char + closer, after)
        if run := self._run:
            if run.left.startswith(char):
                run.keys, run.left = run.keys + 1, run.left[1:]
            else:
                self._end_run()
        if closer and not self._done:
            self._done = True
            self._draw(None, f"{char} was typed, {closer} came by itself")
            self._tell("close", self._line().strip(), f"{closer} came by itself")
            await self._stage.pause(GLANCE)
        await self._stage.pause(KEY_WITH_MODEL if self._desk.has_model else KEY)

    async def _slip(self, left: str) -> None:
        """A wrong key, and the right one instead of it: no time for suggestions."""
        self._slips -= 1
        self._end_run()
        editor, place = self._editor, self._editor.place
        wrong = replace(place, column=place.column + 1)
        editor.edit(Span(place, place), SLIP, wrong)
        self._draw(None, "a slip of the finger")
        await self._stage.pause(GLANCE)
        editor.edit(Span(place, wrong), "", place)
        self._pressed = True
        if await self._look(left) is None:
            self._done = True
            reason = self._reason((await editor.decisions(1))[0])
            before = self._line()[: place.column].strip()
            self._tell("quiet", before, f"after a slip: {reason}")
            await self._stage.pause(LOOK)
        await self._key(left[0])

    def _line(self) -> str:
        return self._editor.document.lines[self._scene.line].rstrip("\r\n")

    def _draw(self, ghost: Ghost | None, under: str, style: str = "cyan") -> None:
        title = f"{self._where} · {self._manner.title}"
        editor = self._editor
        self._stage.draw(
            View(title, editor.document, editor.place, ghost, under, style)
        )

    def _tell(self, verdict: str, what: Any, how: str) -> None:
        where = self._where.rpartition("/")[2]
        self._stage.tell(verdict, STYLES.get(verdict, "cyan"), where, what, how)


def _about(decision: dict[str, Any], ghost: Ghost) -> str:
    """Where it came from, how long it took, what it cost."""
    words = [decision.get("source") or ""]
    outcome, origin = decision.get("outcome"), decision.get("origin")
    if origin:
        words.append(f"repeats {origin}")
    elif outcome in FREE:
        words.append(outcome.replace("-", " "))
    cost = money([decision["cost"]] if decision.get("cost") else [])
    return " · ".join([*words, f"{ghost.seconds * 1000:.1f} ms", cost])
