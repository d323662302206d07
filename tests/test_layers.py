"""The invariants of ARCHITECTURE.md that can be read off the source."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pytest

from fim_lsp.api.services import PRESETS

from .harness.source import ROOT, SOURCES, layer_of, name_of, nodes_of, tree_of

LEAVES = {"text", "settings", "errors", "reasons", "languages", "privacy"}
# Which layers the files of each layer may import.
MAY_IMPORT: Mapping[str, set[str]] = MappingProxyType(
    {
        "__init__": set(),
        "__main__": {"cli"},
        "text": set(),
        "settings": set(),
        "errors": set(),
        "reasons": set(),
        "languages": set(),
        "privacy": {"text", "settings"},
        "api": {"text", "settings", "errors", "reasons", "languages"},
        "completion": LEAVES | {"api"},
        "chat": LEAVES | {"api"},
        "echo": LEAVES,
        "next": {"text", "languages", "privacy"},
        "money": {"settings", "errors", "reasons", "api"},
        "session": LEAVES | {"api", "completion", "chat", "echo", "money", "next"},
        "doctor": {"settings", "errors", "api", "session"},
        "server": LEAVES | {"api", "completion", "chat", "money", "session", "doctor"},
        "cli": LEAVES | {"api", "completion", "chat", "money", "session", "doctor"},
    }
)
# The size of the graph: rooms at the top level of the package without `__init__`,
# floors from those that import nothing to `__main__`, and arrows between rooms.
MOST_ROOMS, MOST_FLOORS, MOST_ARROWS = 18, 8, 70
STARTS_THE_SERVER = "serve.py"


@cache
def imports(path: Path) -> tuple[str, ...]:
    """The dotted names of all imported modules, wherever the import stands."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    package = path.relative_to(ROOT).parent.parts
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield stem
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def layers_imported(path: Path) -> set[str]:
    ours = (name.split(".") for name in imports(path))
    return {
        name[1]
        for name in ours
        if len(name) > 1 and name[0] == "fim_lsp" and is_module(name[1])
    }


@cache
def is_module(name: str) -> bool:
    package = ROOT / "fim_lsp" / name
    return package.is_dir() or package.with_suffix(".py").is_file()


def importers(library: str) -> set[str]:
    return {
        name_of(path)
        for path in SOURCES
        if any(name.split(".")[0] == library for name in imports(path))
    }


def test_each_layer_imports_only_what_lies_below() -> None:
    wrong = {name_of(path): layers_imported(path) - allowed(path) for path in SOURCES}
    assert {name: layers for name, layers in wrong.items() if layers} == {}


def allowed(path: Path) -> set[str]:
    """The layers that a file may import."""
    layer = layer_of(path)
    server = {"server"} if path.name == STARTS_THE_SERVER else set()
    return MAY_IMPORT[layer] | {layer} | server


def test_a_type_name_is_defined_once() -> None:
    owners: dict[str, list[str]] = {}
    for path in SOURCES:
        for name in types_defined(path):
            owners.setdefault(name, []).append(name_of(path))
    assert {name: paths for name, paths in owners.items() if len(paths) > 1} == {}


def types_defined(path: Path) -> Iterator[str]:
    """The names of classes and, as `Stream = AsyncGenerator[...]`, of other types."""
    for node in tree_of(path).body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if re.fullmatch(r"(?:[A-Z][a-z]+)+", name):
                yield name


def test_no_two_files_of_a_room_have_the_same_name() -> None:
    owners: dict[tuple[str, str], list[str]] = {}
    for path in SOURCES:
        if path.name != "__init__.py":
            owners.setdefault((layer_of(path), path.name), []).append(name_of(path))
    assert [paths for paths in owners.values() if len(paths) > 1] == []


def test_the_graph_of_rooms_stays_small(capsys: pytest.CaptureFixture[str]) -> None:
    graph: dict[str, set[str]] = {layer_of(path): set() for path in SOURCES}
    for path in SOURCES:
        graph[layer_of(path)] |= layers_imported(path) - {layer_of(path)}
    rooms = [room for room in graph if room != "__init__"]
    arrows = sum(map(len, graph.values()))
    floors = max(floor_of(room, graph) for room in rooms)
    with capsys.disabled():
        print(f"\n{len(rooms)} rooms, {floors} floors, {arrows} arrows")  # noqa: T201
    assert len(rooms) <= MOST_ROOMS
    assert floors <= MOST_FLOORS
    assert arrows <= MOST_ARROWS


def floor_of(
    room: str, graph: Mapping[str, set[str]], above: tuple[str, ...] = ()
) -> int:
    """1 for a room that imports no other; fails where rooms import in a circle."""
    assert room not in above, f"a circle: {' -> '.join((*above, room))}"
    below = graph[room]
    return 1 + max((floor_of(each, graph, (*above, room)) for each in below), default=0)


@pytest.mark.parametrize("room", ["server", "completion", "chat", "api", "session"])
def test_the_files_of_a_room_import_in_no_circle(room: str) -> None:
    files = {name_of(path): path for path in SOURCES if layer_of(path) == room}
    graph = {name: files_imported(path) & files.keys() for name, path in files.items()}
    for name in files:
        floor_of(name, graph)


def files_imported(path: Path) -> set[str]:
    """The source files that a file imports, as paths from the root."""
    stems = {name.replace(".", "/") for name in imports(path)}
    return {f"{stem}.py" for stem in stems if (ROOT / f"{stem}.py").is_file()}


def test_only_the_server_knows_the_protocol() -> None:
    knowing = importers("pygls") | importers("lsprotocol")
    assert {name for name in knowing if not name.startswith("fim_lsp/server/")} == set()


def test_only_the_client_knows_the_http_library() -> None:
    knowing = importers("httpx") | importers("httpcore")
    names = ("sending", "http_transport", "sockets")
    assert knowing == {f"fim_lsp/api/{name}.py" for name in names}


@pytest.mark.parametrize("layer", ["completion", "chat"])
def test_the_core_names_no_provider(layer: str) -> None:
    for path in sorted((ROOT / "fim_lsp" / layer).rglob("*")):
        if path.suffix in {".py", ".md", ".txt", ".toml"}:
            text = path.read_text(encoding="utf-8").lower()
            # One service's name is also an English word.
            names = PRESETS.keys() - {"together"}
            assert [name for name in names if name in text] == [], name_of(path)


def test_the_server_starts_without_what_only_commands_need() -> None:
    code = "import sys, fim_lsp.cli.serve; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "fim_lsp.server.create" in loaded
    assert not loaded & {
        "fim_lsp.chat.answer",
        "fim_lsp.chat.entry",
        "fim_lsp.doctor",
        "fim_lsp.server.commands.act",
        "markdown_it",
    }
