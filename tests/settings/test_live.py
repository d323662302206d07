"""The settings in force follow the files that they are made of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fim_lsp.settings.live import LOOK_EVERY, LiveSettings

from ..harness.clock import Clock

PROJECT = ".fim-lsp.toml"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def user_file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


@pytest.fixture
def layers(user_file: Path, clock: Clock) -> LiveSettings:
    return LiveSettings(environ={}, user_file=user_file, clock=clock)


def sentences(layers: LiveSettings) -> str:
    return " ".join(problem.sentence for problem in layers.problems)


def test_an_edited_user_file_counts_after_a_moment(
    layers: LiveSettings, user_file: Path, clock: Clock
) -> None:
    user_file.write_text("completion.maxLines = 3")
    assert not layers.refresh()
    clock.now += LOOK_EVERY
    assert layers.refresh()
    assert layers.parsed.settings.completion.max_lines == 3
    assert layers.parsed.origins["completion.maxLines"] == "user"
    clock.now += LOOK_EVERY
    assert not layers.refresh()


def test_a_broken_user_file_leaves_what_it_said_before(
    layers: LiveSettings, user_file: Path, clock: Clock
) -> None:
    user_file.write_text('privacy.exclude = ["secret/"]')
    clock.now += LOOK_EVERY
    layers.refresh()
    user_file.write_text('privacy.exclude = ["secret/", ')
    clock.now += LOOK_EVERY
    assert layers.refresh()
    assert "secret/" in layers.parsed.settings.privacy.exclude
    assert "not valid TOML" in sentences(layers)
    user_file.unlink()
    clock.now += LOOK_EVERY
    assert layers.refresh()
    assert not layers.parsed.settings.privacy.exclude
    assert layers.problems == ()


def test_the_editor_is_stronger_than_the_user_file(
    layers: LiveSettings, user_file: Path, clock: Clock
) -> None:
    user_file.write_text("completion = {maxLines = 3, maxTokens = 30}")
    clock.now += LOOK_EVERY
    layers.refresh()
    layers.set_editor({"completion": {"maxLines": 4}})
    completion = layers.parsed.settings.completion
    assert (completion.max_lines, completion.max_tokens) == (4, 30)


def test_a_project_restricts_its_own_documents_alone(
    layers: LiveSettings, folder: Path, tmp_path: Path
) -> None:
    (folder / PROJECT).write_text("completion.maxLines = 1")
    assert layers.for_folder(folder).completion.max_lines == 1
    assert layers.for_folder(tmp_path).completion.max_lines == 20
    assert layers.for_folder(None).completion.max_lines == 20


def test_an_edited_project_file_counts_after_a_moment(
    layers: LiveSettings, folder: Path, clock: Clock
) -> None:
    assert layers.for_folder(folder).completion.enabled
    (folder / PROJECT).write_text("completion.enabled = false")
    assert layers.for_folder(folder).completion.enabled
    clock.now += LOOK_EVERY
    assert not layers.for_folder(folder).completion.enabled
    (folder / PROJECT).write_text("completion.enabled = ")
    clock.now += LOOK_EVERY
    assert not layers.for_folder(folder).completion.enabled
    assert "not valid TOML" in sentences(layers)
    (folder / PROJECT).unlink()
    clock.now += LOOK_EVERY
    assert layers.for_folder(folder).completion.enabled
    assert layers.problems == ()


def test_a_project_restricts_what_the_other_layers_say_now(
    layers: LiveSettings, folder: Path
) -> None:
    (folder / PROJECT).write_text('chat.instructions = "Be brief."')
    assert layers.for_folder(folder).chat.instructions == "Be brief."
    layers.set_editor({"chat": {"instructions": "Use tabs."}})
    assert layers.for_folder(folder).chat.instructions == "Use tabs.\nBe brief."


def test_what_a_project_may_not_do_stays_on_record(
    layers: LiveSettings, folder: Path
) -> None:
    (folder / PROJECT).write_text("completion = {maxLines = 99, maxLynes = 1}")
    assert layers.for_folder(folder).completion.max_lines == 20
    assert "completion.maxLines" in sentences(layers)
    assert "maxLynes" in sentences(layers)
    before = layers.problems
    layers.set_editor({"completion": {"maxTokens": 9}})
    assert layers.problems == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_place_of_the_project_file_is_not_waited_for(
    layers: LiveSettings, folder: Path
) -> None:
    os.mkfifo(folder / PROJECT)
    assert layers.for_folder(folder).completion.enabled
    assert layers.problems == ()


def test_switched_on_completion_stays_off_where_the_project_says_so(
    layers: LiveSettings, folder: Path, tmp_path: Path
) -> None:
    (folder / PROJECT).write_text("completion.enabled = false")
    layers.set_editor({"completion": {"enabled": False}})
    layers.toggle(on=True)
    assert layers.for_folder(tmp_path).completion.enabled
    assert not layers.for_folder(folder).completion.enabled
    layers.set_editor({"completion": {"enabled": True}})
    layers.toggle(on=False)
    assert not layers.for_folder(tmp_path).completion.enabled
