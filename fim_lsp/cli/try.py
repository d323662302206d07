"""`fim-lsp try [FILE]`: a real editing session, played in the terminal."""  # noqa: N999 - named as the command

from __future__ import annotations

import asyncio
import secrets
import shutil
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path

import click

from ..completion.sources import ECHO
from ..errors import FimError, InputError
from ..reasons import reason_of
from ..session.announcements import destination_of
from ..session.session import Session
from ..text import Document
from .files import read_document, refuse_notebook, workspace_folder
from .play import acts
from .play.editor import editing
from .play.receipt import Receipt
from .play.scenes import function, scenes
from .play.stage import Stage

NOT_AI = (
    "No model is set up. What you see is repetition from your own files (echo), not AI."
)
# Seconds from the start until the first act ends: all four take at most 30.
TYPING, TYPING_WITH_MODEL = 16.0, 12.0
ALL = 28.0  # seconds from the start until everything has to be over
INTERRUPTED = 130  # the exit code of a program that was interrupted
# What the server tells an editor once, and was said here before it started.
SAID_BEFORE = ("Code around the cursor", "No model is set up")


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
            asyncio.run(_try(workspace_folder(file), [read_document(file)], seed))
            return
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            # A copy, because an installed package may lie in a folder that git ignores.
            copy = Path(folder).resolve() / "fim_lsp"
            skipped = shutil.ignore_patterns("__pycache__")
            shutil.copytree(Path(__file__).parents[1], copy, ignore=skipped)
            code = [read_document(path) for path in sorted(copy.rglob("*.py"))]
            asyncio.run(_try(copy.parent, code, seed, own_code=True))
    except KeyboardInterrupt:
        context.exit(INTERRUPTED)


async def _try(
    folder: Path, documents: list[Document], seed: int, *, own_code: bool = False
) -> None:
    """Play lines of `documents`, which lie in `folder`; of its own code, all acts."""
    start = time.monotonic()
    chosen, name = scenes(documents, seed), Path(documents[0].uri).name
    first = next(chosen, None)
    if first is None:
        raise InputError(f"{name} has no line of code that is worth typing.")
    stage, receipt = Stage(), Receipt()
    has_model = await _introduce(stage, folder, documents[0], name)
    who, seconds = ("the model", TYPING_WITH_MODEL) if has_model else ("echo", TYPING)
    async with editing(
        first.document, folder.as_uri(), forgetful=not has_model
    ) as editor:
        end = start + seconds
        play = acts.Play(
            folder, editor, stage, receipt, has_model, lambda: time.monotonic() > end
        )
        try:
            with stage:
                if not has_model:
                    await acts.read_workspace(play)
                title = "fim-lsp itself" if own_code else name
                stage.head(f"1 · What {who} offers in {title} (--seed {seed})")
                offer = await acts.offers(play, chain([first], chosen))
                if own_code:
                    stage.head("2 · Repeat my edit: made twice, offered once more")
                    await acts.repeat_my_edit(play)
                stage.head("3 · Typed through: an offer typed by hand costs nothing")
                await acts.typed_through(play, offer)
                stage.head("4 · Why: every silence has a reason")
                await acts.why(play, first)
                if has_model:
                    stage.head("And a code action")
                    left = start + ALL - time.monotonic()
                    await acts.action(play, *function(documents), left)
                editor.hide()
        finally:
            for message in dict.fromkeys(editor.messages):
                if not message.startswith(SAID_BEFORE):
                    stage.say(message, "yellow")
        stage.say()
        stage.say(receipt.line(await editor.decisions(200)), "bold")
    subcommand = "setup EDITOR --write" if has_model else "login"
    stage.say(f"Next: {_program_name()} {subcommand}")


async def _introduce(stage: Stage, folder: Path, code: Document, name: str) -> bool:
    """Say who will answer, and where text will go, before any of it leaves.

    True for a model.  Raises InputError if the file gets no completion.
    """
    session = Session()
    try:
        if reason := session.privacy.refusal(code.uri, folder):
            because = reason_of(reason).because
            raise InputError(f"Nothing is offered in {name} because {because}.")
        languages = session.settings.for_folder(folder).completion.languages
        if languages.get(code.language, languages.get("*", True)) is not True:
            raise InputError(
                f"In {name} nothing is offered automatically, because its language is "
                f"{code.language}. Name a file of code."
            )
        if session.provider != ECHO:
            try:
                await session.client()
            except FimError as error:
                stage.say(error.sentence, "yellow")
            else:
                stage.say(destination_of(session.providers, session.provider), "bold")
                return True
        stage.say(NOT_AI, "bold")
        return False
    finally:
        await session.aclose()


def _program_name() -> str:
    """How this program is started from the shell that started it."""
    installed = shutil.which("fim-lsp")
    started = Path(sys.argv[0])
    if installed and Path(installed).resolve() == started.resolve():
        return "fim-lsp"
    if started.stem == "fim-lsp" and started.is_file():
        here = Path.cwd()
        inside = started.is_absolute() and started.is_relative_to(here)
        return str(started.relative_to(here) if inside else started)
    return f"{sys.executable} -m fim_lsp"
