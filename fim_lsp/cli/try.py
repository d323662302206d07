"""`fim-lsp try [FILE]`: a real editing session, played in the terminal."""  # noqa: N999 - named as the command

from __future__ import annotations

import asyncio
import secrets
import shutil
import sys
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
from ..session.announcements import destination_of
from ..session.session import Session
from ..settings import PrivacySettings
from ..text import Document, path_of
from .files import read_document, refuse_notebook, workspace_folder
from .play import acts
from .play.editor import editing
from .play.receipt import Receipt
from .play.scenes import Scene, function, scenes, source_documents
from .play.stage import Stage, default_stage

NOT_AI = (
    "No model is set up. What you see is repetition from your own files (echo), not AI."
)
# Seconds from the start until the first act ends: all four take at most 30.
TYPING, TYPING_WITH_MODEL = 16.0, 12.0
# Seconds from the start until everything has to be over.
ALL = 28.0
# The exit code of a program that was interrupted.
INTERRUPTED = 130
# What the server tells an editor once, and was said here before it started.
SAID_BEFORE = ("Code around the cursor", "No model is set up")


@dataclass(frozen=True, slots=True)
class Program:
    """What is played: lines of `documents`, which lie in `folder`, called `title`.

    own_code: whether no file was named, so that all four acts are played.
    """

    folder: Path
    documents: list[Document]
    seed: int
    title: str
    own_code: bool

    def name(self, uri: str) -> str:
        """A short name for a document."""
        path = path_of(uri)
        if path is None or not path.is_relative_to(self.folder):
            return uri
        return path.relative_to(self.folder).as_posix()


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
            refuse_notebook(str(file))
            documents, folder = [read_document(file)], workspace_folder(file)
            program = Program(folder, documents, seed, file.name, own_code=False)
            asyncio.run(_try(program))
            return
        with _own_code() as folder:
            privacy = Privacy(PrivacySettings())
            documents = source_documents(
                folder, lambda path: privacy.refusal_of_path(path, folder) is None
            )
            program = Program(folder, documents, seed, "fim-lsp itself", own_code=True)
            asyncio.run(_try(program))
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
        name = program.name(program.documents[0].uri)
        raise InputError(f"{name} has no line of code that is worth typing.")
    stage, receipt = default_stage(), Receipt()
    has_model = await _introduce(stage, program)
    seconds = TYPING_WITH_MODEL if has_model else TYPING
    async with editing(
        first.document, program.folder.as_uri(), forgetful=not has_model
    ) as editor:
        play = acts.Play(
            editor,
            stage,
            receipt,
            has_model=has_model,
            is_over=lambda: time.monotonic() - start > seconds,
            name=program.name,
        )
        try:
            with stage:
                if not has_model:
                    await acts.read_workspace(play)
                await _play(play, program, chain([first], chosen), start)
                editor.hide()
        finally:
            for message in dict.fromkeys(editor.messages):
                if not message.startswith(SAID_BEFORE):
                    stage.say(message, "yellow")
        stage.say("")
        stage.say(receipt.line(await editor.decisions(200)), "bold")
    subcommand = "setup EDITOR --write" if has_model else "login"
    stage.say(f"Next: {_program_name()} {subcommand}")


async def _play(
    play: acts.Play, program: Program, chosen: Iterator[Scene], start: float
) -> None:
    """The acts in turn, each under a line that says what it shows."""
    stage, first = play.stage, next(chosen)
    who = "the model" if play.has_model else "echo"
    stage.head(f"1 · What {who} offers in {program.title} (--seed {program.seed})")
    offer = await acts.offers(play, chain([first], chosen))
    if program.own_code:
        stage.head("2 · Repeat my edit: two changes are typed, the third is offered")
        await acts.repeat_my_edit(play)
    stage.head("3 · Typed through: an offer that you type by hand costs nothing")
    await acts.typed_through(play, offer)
    stage.head("4 · Why: every silence has a reason")
    await acts.why(play, first)
    if play.has_model:
        stage.head("And a code action")
        code, span = function(program.documents)
        await acts.action(play, code, span, start + ALL - time.monotonic())


async def _introduce(stage: Stage, program: Program) -> bool:
    """Say who will answer, and where text will go, before any of it leaves.

    True for a model.  Raises InputError where the file gets no completion.
    """
    session = Session()
    try:
        _check(session, program, program.documents[0])
        has_model = session.provider != ECHO
        try:
            if has_model:
                await session.client()
                where = destination_of(session.providers, session.provider)
                stage.say(where, "bold")
        except FimError as error:
            stage.say(error.sentence, "yellow")
            has_model = False
        if not has_model:
            stage.say(NOT_AI, "bold")
        return has_model
    finally:
        await session.aclose()


def _check(session: Session, program: Program, document: Document) -> None:
    name = program.name(document.uri)
    if reason := session.privacy.refusal(document.uri, program.folder):
        because = reason_of(reason).because
        raise InputError(f"Nothing is offered in {name} because {because}.")
    languages = session.settings.for_folder(program.folder).completion.languages
    if languages.get(document.language, languages.get("*", True)) is not True:
        raise InputError(
            f"In {name} nothing is offered automatically, because its language is "
            f"{document.language}. Name a file of code."
        )


def _program_name() -> str:
    """How this program is started from the shell that started it."""
    found = shutil.which("fim-lsp")
    started = Path(sys.argv[0])
    if found and Path(found).resolve() == started.resolve():
        return "fim-lsp"
    if started.stem == "fim-lsp" and started.is_file():
        here = Path.cwd()
        inside = started.is_absolute() and started.is_relative_to(here)
        return str(started.relative_to(here) if inside else started)
    return f"{sys.executable} -m fim_lsp"
