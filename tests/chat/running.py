"""Runs a chat action, and notes what it reports."""

from __future__ import annotations

from fim_lsp.chat.actions import find_action
from fim_lsp.chat.answer import Result
from fim_lsp.chat.run import run
from fim_lsp.chat.selection import Selection
from fim_lsp.chat.tools import ToolBox
from fim_lsp.chat.turns import Step
from fim_lsp.completion.code.brackets import unmatched
from fim_lsp.settings import ChatSettings

from ..harness.marked import parse
from .talk import Script, Talk, says, settings

ANSWER = says("```python\na = 2\n```\n")


class Ran:
    """One run against a scripted model, and what could be seen meanwhile."""

    def __init__(self, *scripts: Script, tools: ToolBox | None = None) -> None:
        self.talk = Talk(*scripts)
        self.tools = tools
        self.progress: list[Step] = []
        self.slept: list[float] = []

    async def __call__(
        self, id_: str = "edit", chat: ChatSettings | None = None
    ) -> Result:
        marked = parse("$0a = 1\n$0")
        assert marked.selection is not None
        return await run(
            find_action(id_),
            Selection(marked.document, marked.selection),
            converse=self.talk.converse,
            settings=chat or settings(),
            report=self.progress.append,
            unmatched=unmatched,
            tools=self.tools,
            instruction="Make it two.",
            sleep=self._sleep,
        )

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    @property
    def messages(self) -> list[str]:
        return [progress.message for progress in self.progress]
