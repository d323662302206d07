"""Helix: fim-lsp beside the servers that each language already has."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import InputError
from .change import Plan, Target, around_block, read, with_block, without_block

# The servers Helix 25.07 names by itself: a list of one's own replaces them.
OWN_SERVERS: Mapping[str, tuple[str, ...]] = {
    "bash": ("bash-language-server",),
    "c": ("clangd",),
    "cpp": ("clangd",),
    "c-sharp": ("omnisharp", "csharp-ls"),
    "css": ("vscode-css-language-server",),
    "dart": ("dart",),
    "elixir": ("elixir-ls",),
    "go": ("gopls", "golangci-lint-lsp"),
    "haskell": ("haskell-language-server",),
    "html": ("vscode-html-language-server", "superhtml"),
    "java": ("jdtls",),
    "javascript": ("typescript-language-server",),
    "jsx": ("typescript-language-server",),
    "kotlin": ("kotlin-language-server",),
    "lua": ("lua-language-server",),
    "nix": ("nil", "nixd"),
    "ocaml": ("ocamllsp",),
    "perl": ("perlnavigator",),
    "php": ("intelephense",),
    "python": ("ty", "ruff", "jedi", "pylsp"),
    "ruby": ("ruby-lsp", "solargraph"),
    "rust": ("rust-analyzer",),
    "scala": ("metals",),
    "sql": (),
    "svelte": ("svelteserver",),
    "swift": ("sourcekit-lsp",),
    "toml": ("taplo", "tombi"),
    "tsx": ("typescript-language-server",),
    "typescript": ("typescript-language-server",),
    "vue": ("vuels",),
    "yaml": ("yaml-language-server", "ansible-language-server"),
    "zig": ("zls",),
}
LIST = re.compile(
    r"^(language-servers[ \t]*=[ \t]*\[)([^\[\]\r\n#]*)(\])", re.MULTILINE
)
HEADER = re.compile(
    r"^\[\[[ \t]*language[ \t]*\]\][ \t]*(#[^\r\n]*)?\r?$", re.MULTILINE
)


# Our name in a list of servers, with the comma that stands before or after it.
OURS = re.compile(r',[ \t]*"fim-lsp"|"fim-lsp"[ \t]*,?[ \t]*')


def undo(target: Target) -> Plan:
    """Take the block out, and our name out of the lists that it was added to."""
    path = _path(target)
    before = read(path)
    after = LIST.sub(
        lambda names: names[1] + OURS.sub("", names[2]) + names[3],
        without_block(before or "", "#"),
    )
    return Plan(path, before, after or None)


def _path(target: Target) -> Path:
    folder = target.configuration() if target.platform == "win32" else target.xdg()
    return folder / "helix/languages.toml"


def plan(target: Target) -> Plan:
    """Add the server, and its name to the list of each language."""
    path = _path(target)
    before = read(path)
    try:
        foreign = tomllib.loads("".join(around_block(before or "", "#")))
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"{path} is not valid TOML ({error}); nothing was changed."
        ) from None
    if "fim-lsp" in foreign.get("language-server", {}):
        raise InputError(
            f"{path} already has a [language-server.fim-lsp] of its own; "
            "remove that table, then run this again."
        )
    named = {entry.get("name"): entry for entry in foreign.get("language", [])}
    text, left = before or "", []
    for name, entry in named.items():
        if "fim-lsp" in _names(entry):
            continue
        edited = _beside_others(text, name) if name in OWN_SERVERS else text
        if edited is None:
            left.append(name)
        else:
            text = edited
    block = _block(target.command, [name for name in OWN_SERVERS if name not in named])
    after = with_block(path, text, block, "#")
    try:
        tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        raise InputError(
            f"{path} is written in a way that leaves no room for a table at its end; "
            "nothing was changed."
        ) from None
    return Plan(path, before, after, tuple(map(_by_hand, left)))


def _names(entry: Mapping[str, Any]) -> list[Any]:
    servers = entry.get("language-servers", [])
    return [s.get("name") if isinstance(s, dict) else s for s in servers]


def _beside_others(text: str, name: str) -> str | None:
    """`text` with fim-lsp in the list of `name`; None where that is not plain to do.

    Plain is: its table has the list on one line, or no list at all.
    """
    before, after = around_block(text, "#")
    block = text[len(before) : len(text) - len(after)]
    for at, part in enumerate((before, after)):
        edited = _with_us(part, name)
        if edited != part:
            pair = (edited, after) if at == 0 else (before, edited)
            if _says_the_same_and_us(before + after, "".join(pair), name):
                return block.join(pair)
    return None


def _with_us(text: str, name: str) -> str:
    for header in HEADER.finditer(text):
        start = header.end()
        following = re.search(r"^[ \t]*\[", text[start:], re.MULTILINE)
        end = start + following.start() if following else len(text)
        table = text[start:end]
        name_line = re.search(r"^name[ \t]*=[ \t]*(['\"])(.+?)\1", table, re.MULTILINE)
        if name_line and name_line[2] == name:
            return text[:start] + _table_with_us(table, name) + text[end:]
    return text


def _table_with_us(table: str, name: str) -> str:
    if language_list := LIST.search(table):
        inner = language_list[2].rstrip().rstrip(",")
        ours = f'{inner}, "fim-lsp"' if inner.strip() else '"fim-lsp"'
        return table[: language_list.start(2)] + ours + table[language_list.end(2) :]
    servers = json.dumps([*OWN_SERVERS[name], "fim-lsp"])
    end = "\r\n" if "\r\n" in table else "\n"
    first = f"language-servers = {servers}{end}"
    line = re.compile(r"^name[^\r\n]*\r?\n?", re.MULTILINE)
    return line.sub(lambda header: header[0] + first, table, count=1)


def _says_the_same_and_us(before: str, after: str, name: str) -> bool:
    """Whether the two differ in nothing but our name in one list."""
    try:
        old, new = tomllib.loads(before), tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        return False
    for entry in old["language"]:
        if entry.get("name") == name:
            servers = entry.get("language-servers", list(OWN_SERVERS[name]))
            entry["language-servers"] = [*servers, "fim-lsp"]
    return old == new


def _block(command: tuple[str, ...], languages: list[str]) -> str:
    program, *arguments = command
    lines = [
        "[language-server.fim-lsp]",
        f"command = {json.dumps(program)}",
        f"args = {json.dumps(arguments)}",
    ]
    for name in languages:
        servers = json.dumps([*OWN_SERVERS[name], "fim-lsp"])
        lines += [
            "",
            "[[language]]",
            f'name = "{name}"',
            f"language-servers = {servers}",
        ]
    return "\n".join(lines)


def _by_hand(name: str) -> str:
    return f'Left alone: {name}. Add "fim-lsp" to its language-servers yourself.'
