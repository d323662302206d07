"""An action, a selection and what is around it -> the request for the model.

All text for the model goes through here; secrets in it are replaced by `***`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from math import ceil
from pathlib import Path

from ..api.requests import ChatRequest, Message
from ..errors import InputError
from ..privacy import lines_above, redact
from ..settings import ChatSettings
from ..text import Document, Place, Span, bare_line, split_lines, text_between
from .actions import Action, Apply, Needs, diagnostics_at
from .definitions import imported_definitions, name_of
from .fences import fenced
from .parts import marked, marks_for
from .regions import comment_at, is_part
from .selection import Diagnostic, Related, Selection

# Characters of a token of code, few enough that a budget of tokens is kept.
_CHARS_PER_TOKEN = 3
# The most characters of the selection that are sent.
LONGEST_SELECTION = 60_000
# The most diagnostics that are sent.
_DIAGNOSTICS = 12
# Tokens that an answer may have in addition to twice those of the selection.
_MORE_ANSWER = 512


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Characters that are sent of what is around the selection."""

    before: int
    after: int
    definitions: int


_AROUND_EDIT = Surroundings(before=6000, after=3000, definitions=4500)
# An explanation gets at most 1,000 tokens.
_AROUND_EXPLANATION = Surroundings(before=1200, after=900, definitions=900)


@dataclass(frozen=True, slots=True)
class Task:
    """What one run of an action is about.

    span: the region, which alone may change.
    new_file: the path of the file that the answer becomes.
    others: further open documents, which may be sent.
    """

    action: Action
    selection: Selection
    span: Span
    instruction: str = ""
    new_file: Path | None = None
    others: tuple[Document, ...] = ()

    @property
    def is_part(self) -> bool:
        """Whether only a part of a line may change."""
        return is_part(self.selection.document, self.span)


def build(task: Task, settings: ChatSettings) -> ChatRequest:
    """The request for `task`.  Raises InputError for too much text or too little."""
    code = selected_code(task)
    if not code.strip() and task.action.needs is Needs.SELECTION and _needs_code(task):
        raise InputError("There is no code here; select some, or move to it.")
    if len(code) > LONGEST_SELECTION:
        raise InputError(
            f"The selected code has {len(code) // 1000} thousand characters; "
            f"select at most {LONGEST_SELECTION // 1000} thousand."
        )
    if _cuts_secret(task, code):
        raise InputError(
            "The selection begins or ends inside a key, which is never sent; "
            "select all of it or none."
        )
    instruction = _instruction(task)
    if task.action.id == "edit" and not instruction:
        raise InputError(
            "Say what is to be changed: give an instruction, "
            "or write it in a comment that begins with fim:"
        )
    if task.action.needs is Needs.DIAGNOSTIC and not (instruction or _reported(task)):
        raise InputError(
            "No problem is reported here, so there is nothing to fix; "
            "an instruction can say what is wrong."
        )
    shows = task.action.apply is Apply.SHOW
    return ChatRequest(
        messages=(
            Message("system", redact(_system(task, settings))),
            Message("user", redact("\n\n".join(_parts(task, code, instruction)))),
        ),
        max_tokens=_answer_limit(code, settings),
        thinking=settings.thinking,
        temperature=None if shows or settings.thinking else 0.0,
    )


def _needs_code(task: Task) -> bool:
    """Whether the action is about code that is there; an edit may begin with none."""
    return task.action.id != "edit" and not task.action.is_own


def selected_code(task: Task) -> str:
    """The text of the region, with LF line ends and without its `fim:` comment."""
    document, span = task.selection.document, task.span
    text = text_between(document, span)
    if task.action.needs is Needs.COMMENT and (comment := comment_at(task.selection)):
        first, *rest = split_lines(text)
        kept = (first[: comment.start] + first[comment.end :]).rstrip()
        text = "".join([f"{kept}\n" if kept else "", *rest])
    return _lf(text)


def _around(task: Task) -> Surroundings:
    return _AROUND_EXPLANATION if task.action.apply is Apply.SHOW else _AROUND_EDIT


def _cuts_secret(task: Task, code: str) -> bool:
    """Whether a secret is split between parts of the prompt, each of which hides it."""
    document, span = task.selection.document, task.span
    around = _around(task)
    before = _before(document, span.start, around.before)
    after = _after(document, span.end, around.after)
    above = _above(document, span.start, before)
    whole = redact(before + code + after, above=above)
    return whole != redact(before, above=above) + redact(code) + redact(after)


def _above(document: Document, place: Place, before: str) -> str:
    """The lines of a private key of which `before`, up to `place`, holds the rest."""
    row = document.lines_above + place.line
    return lines_above(document.whole, row - before.count("\n"))


def _system(task: Task, settings: ChatSettings) -> str:
    action = task.action
    own = action.prompt or _read(f"{action.id}.md")
    form = "part" if task.is_part else action.apply.value
    parts = [own, _read("answer", f"{form}.md")]
    if settings.instructions.strip():
        parts.append(f"Instructions for this project:\n{settings.instructions.strip()}")
    return "\n\n".join(part.strip() for part in parts)


def _read(*name: str) -> str:
    return files(__package__).joinpath("prompts", *name).read_text(encoding="utf-8")


def _instruction(task: Task) -> str:
    if task.instruction.strip() or task.action.needs is not Needs.COMMENT:
        return task.instruction.strip()
    if (comment := comment_at(task.selection)) is None:
        raise InputError("There is no comment here that begins with fim:")
    return comment.instruction


def _parts(task: Task, code: str, instruction: str) -> Iterator[str]:
    document, span = task.selection.document, task.span
    around = _around(task)
    yield f"File: {name_of(document.uri)}\nLanguage: {document.language}"
    definitions = imported_definitions(
        document, code, task.others, budget=around.definitions
    )
    for snippet in definitions:
        yield f"From {snippet.path}:\n{fenced(snippet.text, document.language)}"
    start, end = _lines_of(document, span)
    before = _before(document, start, around.before)
    before = redact(before, above=_above(document, start, before))
    if before.strip():
        yield f"Code before the selection:\n{fenced(before, document.language)}"
    if task.is_part:
        line = marked(document, span)
        opening, closing = marks_for(text_between(document, Span(start, end)))
        what = f"Line {span.start.line + 1}; change the part between"
        yield f"{what} {opening} and {closing}:\n{fenced(line, document.language)}"
    else:
        yield f"Selected code, {_numbered(span)}:\n{fenced(code, document.language)}"
    if (after := _after(document, end, around.after).removeprefix("\n")).strip():
        yield f"Code after the selection:\n{fenced(after, document.language)}"
    if reported := _reported(task):
        yield f"Reported problems:\n{reported}"
    if task.new_file:
        yield f"The new file is {'/'.join(task.new_file.parts[-2:])}"
    if instruction:
        yield f"Instruction: {instruction}"


def _lines_of(document: Document, span: Span) -> tuple[Place, Place]:
    """Where the lines of `span` begin and end, without the last line's end."""
    last = span.end.line
    width = len(bare_line(document.lines[last]))
    return Place(span.start.line, 0), Place(last, width)


def _numbered(span: Span) -> str:
    return f"lines {span.start.line + 1} to {span.end.line + 1}"


def _before(document: Document, place: Place, limit: int) -> str:
    """The whole lines before `place` that fit, and the part of its own line.

    For the cell of a notebook, the cells before it are among those lines.
    """
    lines, row = document.whole, document.lines_above + place.line
    text = lines[row][: place.column]
    for number in range(row - 1, -1, -1):
        line = lines[number]
        if len(text) + len(line) > limit:
            break
        text = line + text
    return _lf(text)


def _after(document: Document, place: Place, limit: int) -> str:
    """The rest of the line after `place`, and the whole lines after it that fit.

    For the cell of a notebook, the cells after it are among those lines.
    """
    lines, row = document.whole, document.lines_above + place.line
    text = lines[row][place.column :]
    for number in range(row + 1, len(lines)):
        line = lines[number]
        if len(text) + len(line) > limit:
            break
        text += line
    return _lf(text)


def _reported(task: Task) -> str:
    """The diagnostics that the action is for, each with what explains it.

    A fix is for those of the selection, any other action for those of its region.
    """
    selection = task.selection
    if task.action.needs is not Needs.DIAGNOSTIC:
        selection = replace(selection, span=task.span)
    diagnostics = diagnostics_at(selection)[:_DIAGNOSTICS]
    documents = (task.selection.document, *task.others)
    return "\n".join(
        line for item in diagnostics for line in _described(item, documents)
    )


def _described(diagnostic: Diagnostic, open_: Sequence[Document]) -> Iterator[str]:
    where = _where(diagnostic.span)
    origin = " ".join(part for part in (diagnostic.source, diagnostic.code) if part)
    origin = f" ({origin})" if origin else ""
    yield f"- {where}{diagnostic.severity}: {_flat(diagnostic.message)}{origin}"
    for related in diagnostic.related:
        place = f"{name_of(related.uri)} {_where(related.span)}"
        yield f"  - {place}{_flat(related.message)}{_quoted(related, open_)}"


def _quoted(related: Related, open_: Sequence[Document]) -> str:
    """The text of the related line, if its document is open."""
    for document in open_:
        if document.uri == related.uri and related.span is not None:
            line = min(related.span.start.line, len(document.lines) - 1)
            return f": `{document.lines[line].strip()}`"
    return ""


def _where(span: Span | None) -> str:
    return "" if span is None else f"line {span.start.line + 1}: "


def _flat(text: str) -> str:
    return " ".join(text.split())


def _lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _answer_limit(code: str, settings: ChatSettings) -> int | None:
    """The most tokens of an answer.  Thoughts count too, so thinking has no limit."""
    if settings.max_tokens is not None or settings.thinking:
        return settings.max_tokens
    return 2 * ceil(len(code) / _CHARS_PER_TOKEN) + _MORE_ANSWER
