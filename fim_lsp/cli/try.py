"""`fim-lsp try [FILE]`: a real editing session, played in the terminal."""  # noqa: N999 - named as the command

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from pathlib import Path

import click

from ..completion.sources import ECHO
from ..errors import FimError, InputError
from ..privacy import Privacy
from ..session import Session
from ..settings import PrivacySettings
from .files import workspace_folder
from .play import session as play
from .play.editor import editing
from .play.scenes import scenes, source_files
from .play.stage import Stage, default_stage

NOT_AI = (
    "No model is set up. What you see is repetition from your own files (echo), not AI."
)
WITH_A_KEY = (
    "A key adds a model: "
    "it writes new lines, fills in the middle, and edits on request."
)


@click.command("try")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--seed", type=int, help="Choose the same places again.")
def try_(file: Path | None, seed: int | None) -> None:
    """Play an editing session: a real server, real keys, your file untouched.

    Without FILE it plays on the code of fim-lsp itself.
    """
    seed = secrets.randbelow(10_000) if seed is None else seed
    folder = workspace_folder(file or Path(__file__).parents[1] / "__init__.py")
    privacy = Privacy(PrivacySettings())
    paths = (
        [file.absolute()]
        if file
        else source_files(
            folder, lambda path: privacy.refusal_of_path(path, folder) is None
        )
    )
    asyncio.run(_try(default_stage(), folder, paths, seed))


async def _try(stage: Stage, folder: Path, paths: list[Path], seed: int) -> None:
    chosen = scenes(paths, seed)
    first = next(chosen, None)
    if first is None:
        raise InputError(f"{paths[0]} holds no line of code that is worth typing.")
    provider = await _introduce(stage)
    stage.say(f"Places chosen by --seed {seed}, in {folder}.", "bright_black")
    model = None if provider == ECHO else provider
    async with editing(first.document, folder.as_uri()) as editor:
        if not model and not await play.ready(editor, first):
            stage.say("The workspace takes long to read; echo may stay silent.")
        played = play.Play(editor, stage, model=model)
        try:
            await played.typing(chosen)
            if model:
                await play.show_action(editor, stage, first)
        finally:
            stage.close()
        stage.say("")
        stage.say(await played.receipt(), "bold")
    if model:
        stage.say("Next: fim-lsp setup EDITOR --write")
    else:
        stage.say(WITH_A_KEY)
        stage.say("Next: fim-lsp login")


async def _introduce(stage: Stage) -> str:
    """Say who will answer, and where text will go, before any of it leaves."""
    session = Session()
    try:
        provider = session.provider
        if provider == ECHO:
            stage.say(NOT_AI, "bold")
            return provider
        with suppress(FimError):
            stage.say(await session.destination(), "bold")
        return provider
    finally:
        await session.aclose()
