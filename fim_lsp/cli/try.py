"""`fim-lsp try [FILE]`: a real editing session, played in the terminal."""  # noqa: N999 - named as the command

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import click

from ..completion.sources import ECHO
from ..errors import FimError, InputError
from ..privacy import Privacy
from ..reasons import reason_of
from ..session.session import Session
from ..settings import PrivacySettings
from ..text import Document, path_of
from .files import read_document, workspace_folder
from .play.action import beginning_of, show_action
from .play.editor import Editor, editing
from .play.receipt import Receipt
from .play.scenes import functions, scenes, source_documents
from .play.session import play, ready
from .play.stage import Stage, default_stage
from .play.typist import Desk

NOT_AI = (
    "No model is set up. What you see is repetition from your own files (echo), not AI."
)
WITH_A_KEY = (
    "A key adds a model: "
    "it writes new lines, fills in the middle, and edits on request."
)
# Seconds from the start until the typing ends: all of it takes at most 30.
TYPING, TYPING_WITH_MODEL = 25.0, 16.0
ALL = 28.0
INTERRUPTED = 130
# What the server tells an editor once, and was said here before it started.
SAID_BEFORE = ("Code around the cursor", "No model is set up")


@dataclass(frozen=True, slots=True)
class Program:
    """What is played: lines of `documents`, which lie in `folder`, called `title`."""

    folder: Path
    documents: list[Document]
    seed: int
    title: str


@click.command("try")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--seed", type=int, help="Choose the same places again.")
@click.pass_context
def try_(context: click.Context, file: Path | None, seed: int | None) -> None:
    """Play an editing session: a real server, real keys, your file untouched.

    Without FILE it plays on the code of fim-lsp itself.
    """
    seed = secrets.randbelow(10_000) if seed is None else seed
    try:
        if file is not None:
            documents = [read_document(file)]
            folder = workspace_folder(file)
            asyncio.run(_try(Program(folder, documents, seed, file.name)))
            return
        with _own_code() as folder:
            privacy = Privacy(PrivacySettings())
            documents = source_documents(
                folder, lambda path: privacy.refusal_of_path(path, folder) is None
            )
            asyncio.run(_try(Program(folder, documents, seed, "fim-lsp itself")))
    except KeyboardInterrupt:
        context.exit(INTERRUPTED)


@contextmanager
def _own_code() -> Iterator[Path]:
    """The repository of fim-lsp; where it is installed, a copy of its package.

    A copy, because an installed package often lies in a folder that git ignores.
    """
    package = Path(__file__).resolve().parents[1]
    if (package.parent / "pyproject.toml").is_file():
        yield package.parent
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = Path(folder).resolve() / package.name
        shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))
        yield copy


async def _try(program: Program) -> None:
    start = time.monotonic()
    chosen = scenes(program.documents, program.seed)
    first = next(chosen, None)
    if first is None:
        name = _short(program, program.documents[0].uri)
        raise InputError(f"{name} holds no line of code that is worth typing.")
    stage = default_stage()
    has_model = await _introduce(stage, program)
    seconds = TYPING_WITH_MODEL if has_model else TYPING
    receipt = Receipt()
    async with editing(
        first.document, program.folder.as_uri(), forgetful=not has_model
    ) as editor:
        desk = Desk(
            editor,
            stage,
            receipt,
            has_model=has_model,
            is_over=lambda: time.monotonic() - start > seconds,
            name=lambda uri: _short(program, uri),
        )
        try:
            with stage:
                if not has_model:
                    _tell_reading(stage, await ready(editor, stage))
                await play(desk, chain([first], chosen))
                if has_model:
                    left = start + ALL - time.monotonic()
                    await _act(editor, stage, program, left)
                editor.hide()
                receipt.remember(await editor.decisions(200))
        finally:
            for message in dict.fromkeys(editor.messages):
                if not message.startswith(SAID_BEFORE):
                    stage.say(message, "yellow")
            stage.say("")
            stage.say(receipt.line, "bold")
    if has_model:
        stage.say("Next: fim-lsp setup EDITOR --write")
    else:
        stage.say(WITH_A_KEY)
        stage.say("Next: fim-lsp login")


async def _introduce(stage: Stage, program: Program) -> bool:
    """Say who will answer, and where text will go, before any of it leaves.

    True for a model.  Raises InputError where the file gets no completion.
    """
    session = Session()
    try:
        for document in program.documents[:1]:
            _check(session, program, document)
        has_model = session.provider != ECHO
        try:
            if has_model:
                stage.say(await session.destination(), "bold")
        except FimError as error:
            stage.say(error.sentence, "yellow")
            has_model = False
        if not has_model:
            stage.say(NOT_AI, "bold")
        stage.say(
            f"Lines of {program.title} are typed again, chosen by --seed "
            f"{program.seed}: right is what stands there.",
            "bright_black",
        )
        return has_model
    finally:
        await session.aclose()


def _check(session: Session, program: Program, document: Document) -> None:
    name = _short(program, document.uri)
    if reason := session.privacy.refusal(document.uri, program.folder):
        because = reason_of(reason).because
        raise InputError(f"Nothing is offered in {name} because {because}.")
    languages = session.settings.for_folder(program.folder).completion.languages
    if languages.get(document.language, languages.get("*", True)) is not True:
        raise InputError(
            f"In {name}, nothing is offered by itself: its language is "
            f"{document.language}. Name a file of code."
        )


def _tell_reading(stage: Stage, seconds: float | None) -> None:
    if seconds is None:
        stage.say("The workspace takes long to read; echo may stay silent.", "yellow")
    else:
        stage.say(f"The workspace was read in {seconds:.1f} s.", "bright_black")


async def _act(editor: Editor, stage: Stage, program: Program, seconds: float) -> None:
    found = next(functions(program.documents, program.seed), None)
    number, span = found or (0, beginning_of(program.documents[0]))
    await show_action(editor, stage, program.documents[number], span, seconds)


def _short(program: Program, uri: str) -> str:
    path = path_of(uri)
    if path is None or not path.is_relative_to(program.folder):
        return uri
    return path.relative_to(program.folder).as_posix()
