"""`fim-lsp settings`: the settings in force, and where each is from."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import click

from .. import settings as table
from ..settings import DisplayedSetting, Parsed
from ..settings.live import LiveSettings
from .files import workspace_folder
from .output import print_json, print_table, say
from .running import JSON


@click.command
@click.option("--schema", is_flag=True, help="Print the JSON schema of all settings.")
@JSON
def settings(*, schema: bool, as_json: bool) -> None:
    """Show the settings in force and where each is from.

    Those of an editor are not known here.
    """
    if schema:
        print_json(table.json_schema())
        return
    layers = LiveSettings(environ=os.environ, user_file=None, clock=time.monotonic)
    folder = workspace_folder(Path.cwd() / "file")
    shown, problems = _in_force(layers, folder)
    for problem in problems:
        say(problem.sentence)
    if as_json:
        print_json(
            {entry.key: {"value": entry.value, "from": entry.origin} for entry in shown}
        )
        return
    say(f"The user file is {_file(table.user_file())}.")
    print_table(
        ("setting", "value", "from"),
        [
            (entry.key, json.dumps(entry.value, ensure_ascii=False), entry.origin)
            for entry in shown
        ],
    )


def _in_force(
    layers: LiveSettings, folder: Path
) -> tuple[list[DisplayedSetting], tuple[table.Problem, ...]]:
    """The settings for files of `folder`; what its own file changed is named so."""
    parsed = layers.parsed
    restricted = layers.for_folder(folder)
    before = table.in_force(parsed)
    after = table.in_force(Parsed(restricted, (), parsed.origins))
    shown = [
        now if now == was else replace(now, origin="project")
        for was, now in zip(before, after, strict=True)
    ]
    return shown, layers.problems


def _file(path: Path) -> str:
    return str(path) if path.exists() else f"{path} (not there)"
