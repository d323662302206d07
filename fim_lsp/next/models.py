"""A model as a source of next edits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .formats import FORMATS, EditFormat
from .guards import reduced
from .next_edit import EditProposal
from .region import EditRegion, history_of, region_around
from .settled import SettledEdit
from .sources import EditQuestion

# The confidence of a model's edit, as endpoints do not report one.
CONFIDENCE = 0.5
# The most settled edits that are sent.
MOST_EDITS = 6
# How many tokens more than twice the region an answer may have.
SPARE_TOKENS = 256
# How many characters more than four times the region an answer may have: a server that
# keeps to the limit in tokens never reaches this limit.
SPARE_CHARACTERS = 4000
# Characters of one token, for the limit of the answer.
CHARS_PER_TOKEN = 3


@dataclass(frozen=True, slots=True)
class EditPrompt:
    """The prompt for a model; `system` is empty if the model is not a chat model."""

    text: str
    max_tokens: int
    stop: tuple[str, ...] = ()
    system: str = ""


@dataclass(frozen=True, slots=True)
class EditAnswer:
    """A model's answer; with a `reason`, the model was not asked, or failed."""

    text: str = ""
    finish: str | None = None
    reason: str = ""


class EditModel(Protocol):
    """Answers prompts."""

    async def ask(self, prompt: EditPrompt, language: str) -> EditAnswer: ...


class ModelSource:
    """Asks a model in a format of `FORMATS`, and reads its answer.

    name: the name of the source.
    dialect: the format, as a key of `FORMATS`.
    path_of: gives, for the URI of a document, the path that the model is told.
    """

    def __init__(
        self, name: str, dialect: str, model: EditModel, path_of: Callable[[str], str]
    ) -> None:
        self.name = name
        self._format = FORMATS[dialect]
        self._model = model
        self._path_of = path_of

    async def propose(self, question: EditQuestion) -> tuple[EditProposal | None, str]:
        """A proposal with an empty reason, or None with the reason's name."""
        document = question.document
        path = self._path_of(document.uri)
        region = region_around(
            document,
            question.place,
            path,
            above=self._format.above,
            below=self._format.below,
        )
        history = history_of(question.history[-MOST_EDITS:], path, document.uri)
        prompt = self._format.prompt(region, history)
        if _holds_marks(self._format, region, question.history):
            return None, "marks-in-text"
        answer = await self._model.ask(
            EditPrompt(
                text=prompt,
                max_tokens=2 * len(region.text) // CHARS_PER_TOKEN + SPARE_TOKENS,
                stop=self._format.stop,
                system=self._format.system,
            ),
            document.language,
        )
        if answer.reason:
            return None, answer.reason
        if answer.finish == "length" or len(answer.text) > _longest_answer(region):
            return None, "cut-off"
        reply = self._format.read(answer.text, region)
        if reply.text is None:
            return None, reply.reason
        edit, reason = reduced(region, reply.text, history)
        if edit is None:
            return None, reason
        key = (document.uri, region.path, edit.new_text, edit.span.end.column)
        return (
            EditProposal(edit.span, edit.new_text, self.name, CONFIDENCE, key),
            "",
        )


def _longest_answer(region: EditRegion) -> int:
    """How many characters an answer may have; some servers know no limit."""
    return 4 * len(region.text) + SPARE_CHARACTERS


def _holds_marks(
    edit_format: EditFormat, region: EditRegion, history: tuple[SettledEdit, ...]
) -> bool:
    """Whether the text that is sent contains one of the format's own marks."""
    texts = [region.text, region.before, region.after]
    for edit in history:
        texts += [*edit.old, *edit.new]
    return any(mark in text for mark in edit_format.marks for text in texts)
