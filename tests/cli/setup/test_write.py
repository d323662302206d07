from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from fim_lsp.cli import cli
from fim_lsp.cli.setup import run, shipped
from fim_lsp.cli.setup.change import Target

from .files import COMMAND, FILES, editors, given_file, refusal


@editors
def test_without_write_the_change_is_only_shown(editor: str, target: Target) -> None:
    said = run(editor, target, write=False)
    assert COMMAND[0] in said
    assert "Nothing was written" in said
    assert not list(target.home.iterdir())


@editors
def test_a_fresh_home_gets_a_file_with_the_absolute_path(
    editor: str, target: Target
) -> None:
    said = run(editor, target, write=True)
    path = target.home / FILES[editor]
    assert COMMAND[0] in path.read_text()
    assert f"To undo: fim-lsp setup {editor} --undo" in said


@editors
def test_a_second_run_changes_nothing(editor: str, target: Target) -> None:
    run(editor, target, write=True)
    before = (target.home / FILES[editor]).read_bytes()
    assert "already set up" in run(editor, target, write=True)
    assert (target.home / FILES[editor]).read_bytes() == before


@editors
def test_a_moved_program_replaces_its_old_path(editor: str, target: Target) -> None:
    run(editor, target, write=True)
    moved = Target(("/elsewhere/fim-lsp", "--stdio"), target.home)
    assert "before-fim-lsp-1" in run(editor, moved, write=True)
    text = (target.home / FILES[editor]).read_text()
    assert "/elsewhere/fim-lsp" in text
    assert COMMAND[0] not in text


@pytest.mark.parametrize(
    ("editor", "text"),
    [
        ("vscode", '{\n  // «mine»\n  «"a": 1,»\n}\n'),
        ("helix", "«# mine\nuse-grammars = { only = [] }\n»"),
        ("emacs", "«;; mine\n(setq a 1)\n»"),
        ("sublime", '{\n\t«// mine\n»\t"clients": {«"x": {}}»\n}\n'),
        ("kate", '«{"servers": {»«"ada": {}}}»'),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_is_there_stays_and_a_backup_is_kept(
    editor: str, text: str, line_end: str, target: Target
) -> None:
    kept = re.findall("«(.*?)»", text.replace("\n", line_end), re.DOTALL)
    text = re.sub("[«»]", "", text).replace("\n", line_end)
    path = given_file(target, editor, text)
    said = run(editor, target, write=True)
    backup = path.with_name(path.name + ".before-fim-lsp-1")
    assert backup.read_bytes() == text.encode()
    assert str(backup) in said
    after = path.read_bytes().decode()
    assert all(part in after for part in kept)
    if "\n" in text:
        assert after.count("\n") == after.count(line_end)


@pytest.mark.parametrize(
    ("editor", "text", "said"),
    [
        ("vscode", "[1]", "is not JSON"),
        ("vscode", '{"a": }', "is not JSON"),
        ("vscode", '{"a": 1', "is not JSON"),
        ("sublime", '{"clients": 3}', "is not JSON"),
        ("kate", '{"servers": []}', "is not JSON"),
        ("helix", "[[language", "not valid TOML"),
        ("helix", "[language-server.fim-lsp]\ncommand = 'x'\n", "of its own"),
        ("helix", "language-server = {a = {command = 'x'}}\n", "no room"),
        ("neovim", "-- mine\n", "not written by this command"),
        ("emacs", ";; >>> fim-lsp setup >>>\n", "only one of the two marks"),
    ],
)
def test_what_is_not_understood_is_left_alone(
    editor: str, text: str, said: str, target: Target
) -> None:
    path = given_file(target, editor, text)
    sentence = refusal(editor, target)
    assert said in sentence
    assert str(path) in sentence


@editors
def test_a_read_only_file_is_left_alone(editor: str, target: Target) -> None:
    given_file(target, editor, "").chmod(0o444)
    assert "read-only" in refusal(editor, target)


@editors
def test_a_file_in_another_encoding_is_left_alone(editor: str, target: Target) -> None:
    given_file(target, editor, "").write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in refusal(editor, target)


@editors
def test_a_folder_or_a_dangling_link_in_its_place_is_left_alone(
    editor: str, target: Target
) -> None:
    path = target.home / FILES[editor]
    path.mkdir(parents=True)
    assert "is not a file" in refusal(editor, target)
    path.rmdir()
    path.symlink_to(target.home / "nowhere")
    assert "not there" in refusal(editor, target)


@editors
def test_a_file_in_the_way_of_the_folder_is_one_sentence(
    editor: str, target: Target
) -> None:
    (target.home / ".config").write_text("")
    assert "cannot be" in refusal(editor, target)


def test_a_linked_file_stays_a_link(target: Target) -> None:
    path = target.home / FILES["vscode"]
    path.parent.mkdir(parents=True)
    real = target.home / "dotfiles.json"
    real.write_text("{}")
    real.chmod(0o600)
    path.symlink_to(real)
    run("vscode", target, write=True)
    assert path.is_symlink()
    assert COMMAND[0] in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o600


def servers(target: Target, language: str) -> list[object]:
    parsed = tomllib.loads((target.home / FILES["helix"]).read_text())
    (entry,) = [e for e in parsed["language"] if e["name"] == language]
    return entry["language-servers"]  # type: ignore[no-any-return]  # as written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["ty", "ruff", "jedi", "pylsp", "fim-lsp"]),
        (
            '[[language]]\nname = "python"\nlanguage-servers = ["ty",]  # only\n',
            ["ty", "fim-lsp"],
        ),
        (
            '[[language]] # mine\nname = "python"\nauto-format = true\n\n[editor]\n',
            ["ty", "ruff", "jedi", "pylsp", "fim-lsp"],
        ),
        (
            '[[language]]\nname="python"\nlanguage-servers = [{name="ty", x=["y"]}]\n',
            [{"name": "ty", "x": ["y"]}],
        ),
        (
            '[[language]]\nname = "python"\nlanguage-servers = [\n  "ty",\n]\n',
            ["ty"],
        ),
    ],
)
def test_helix_keeps_the_servers_a_language_has(
    text: str, expected: list[object], target: Target
) -> None:
    given_file(target, "helix", text)
    said = run("helix", target, write=True)
    assert servers(target, "python") == expected
    assert servers(target, "rust") == ["rust-analyzer", "fim-lsp"]
    assert ("Left alone: python" in said) == ("fim-lsp" not in expected)


def test_helix_follows_a_language_that_was_added_since(target: Target) -> None:
    run("helix", target, write=True)
    path = target.home / FILES["helix"]
    with path.open("a") as file:
        file.write('[[language]]\nname = "go"\nlanguage-servers = ["gopls"]\n')
    run("helix", target, write=True)
    assert servers(target, "go") == ["gopls", "fim-lsp"]


def test_emacs_is_set_up_in_the_init_file_it_reads(target: Target) -> None:
    (target.home / ".emacs").write_text("(setq a 1)")
    run("emacs", target, write=True)
    text = (target.home / ".emacs").read_text()
    assert text.startswith("(setq a 1)\n\n;; >>>")
    assert not (target.home / FILES["emacs"]).exists()


def test_many_servers_in_one_line_are_indented_alike(target: Target) -> None:
    path = target.home / FILES["kate"]
    path.parent.mkdir(parents=True)
    path.write_text('{"servers": {"ada": {}}}')
    run("kate", target, write=True)
    names = re.findall(r'^( *)"\w+": \{$', path.read_text(), re.MULTILINE)
    assert len(names) > 5
    assert set(names) == {" " * 8}


def test_kate_keeps_an_installed_server(target: Target) -> None:
    pylsp = target.home / "bin/pylsp"
    pylsp.parent.mkdir()
    pylsp.write_text("")
    pylsp.chmod(0o755)
    with_pylsp = Target(COMMAND, target.home, environ={"PATH": str(pylsp.parent)})
    assert "Left alone" in run("kate", with_pylsp, write=True)
    configured = json.loads((target.home / FILES["kate"]).read_text())["servers"]
    assert "python" not in configured
    assert configured["rust"] == {"command": list(COMMAND)}


@pytest.mark.parametrize("platform", ["darwin", "win32"])
@editors
def test_every_platform_has_a_place(editor: str, platform: str, target: Target) -> None:
    there = Target(COMMAND, target.home, platform)
    assert "Wrote" in run(editor, there, write=True)
    assert "already set up" in run(editor, there, write=True)


def test_the_command_says_a_refusal_on_stderr_and_fails(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(target.home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert CliRunner().invoke(cli, ["setup", "neovim"]).exit_code == 0
    given_file(target, "neovim", "-- mine")
    result = CliRunner().invoke(cli, ["setup", "neovim", "--write"])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1


def test_files_of_an_installed_package_are_copied_to_where_they_stay(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "lib/python3.11/site-packages/fim_lsp"
    (package / "editors/nvim/lua").mkdir(parents=True)
    (package / "editors/nvim/lua/a.lua").write_text("return 1\n")
    monkeypatch.setattr(shipped, "PACKAGE", package)
    run("neovim", target, write=True)
    written = (target.home / FILES["neovim"]).read_text()
    copy = target.home / ".local/share/fim-lsp/nvim"
    assert str(copy) in written
    assert "python3.11" not in written
    assert (copy / "lua/a.lua").read_text() == "return 1\n"
    assert "is already set up" in run("neovim", target, write=True)
    (package / "editors/nvim/lua/a.lua").write_text("return 2\n")
    run("neovim", target, write=True)
    assert (copy / "lua/a.lua").read_text() == "return 2\n"
