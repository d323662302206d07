"""The invariants of ARCHITECTURE.md that can be read off the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pytest

from fim_lsp.api.services import PRESETS

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "fim_lsp").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

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
PRINTING = {"print", "click.echo", "click.secho", "sys.stdout.write"}
STARTS_THE_SERVER = "serve.py"
MUTATING = {
    *("append", "extend", "insert", "pop", "popitem", "remove", "clear", "update"),
    *("add", "discard", "setdefault", "sort", "reverse", "appendleft", "popleft"),
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def layer_of(path: Path) -> str:
    """`fim_lsp/api/client.py` -> `api`; `fim_lsp/errors.py` -> `errors`."""
    return path.relative_to(ROOT / "fim_lsp").parts[0].removesuffix(".py")


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree_of(path)))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


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


def test_a_class_name_is_defined_once() -> None:
    owners: dict[str, list[str]] = {}
    for path in SOURCES:
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef):
                owners.setdefault(node.name, []).append(name_of(path))
    assert {name: paths for name, paths in owners.items() if len(paths) > 1} == {}


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


def test_only_the_command_line_prints() -> None:
    printing = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in nodes_of(path)
        if layer_of(path) != "cli" and path.name != "__main__.py"
        if isinstance(node, ast.Call) and ast.unparse(node.func) in PRINTING
    ]
    assert printing == []


@pytest.mark.parametrize("layer", ["completion", "chat"])
def test_the_core_names_no_provider(layer: str) -> None:
    for path in sorted((ROOT / "fim_lsp" / layer).rglob("*")):
        if path.suffix in {".py", ".md", ".txt", ".toml"}:
            text = path.read_text(encoding="utf-8").lower()
            # One service's name is also an English word.
            names = PRESETS.keys() - {"together"}
            assert [name for name in names if name in text] == [], name_of(path)


def test_no_module_works_at_import() -> None:
    working = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in tree_of(path).body
        if works(node)
    ]
    assert working == []


def works(node: ast.stmt) -> bool:
    """Whether a statement of a module does more than to define and to import."""
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant)
    if isinstance(node, ast.If):
        condition = ast.unparse(node.test)
        return not condition.startswith(("__name__", "TYPE_CHECKING", "sys.", "os."))
    return isinstance(node, ast.For | ast.While | ast.With)


def test_no_module_holds_state() -> None:
    changing = [
        f"{name_of(path)}:{line}" for path in SOURCES for line in changes(tree_of(path))
    ]
    assert changing == []


def changes(tree: ast.Module) -> Iterator[int]:
    """The lines that change what the module itself holds."""
    names = set(module_names(tree))
    for node in ast.walk(tree):
        is_change = isinstance(node, ast.Global) or changed_name(node) in names
        if is_change and isinstance(node, ast.expr | ast.stmt):
            yield node.lineno


def module_names(tree: ast.Module) -> Iterator[str]:
    """Names that a module binds and that no function binds again."""
    inner = {
        node.id
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    } | {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        for target in targets:
            if isinstance(target, ast.Name) and target.id not in inner:
                yield target.id


def changed_name(node: ast.AST) -> str | None:
    """The name whose value a statement changes in place."""
    target: ast.AST | None = None
    if isinstance(node, ast.Subscript | ast.Attribute):
        target = None if isinstance(node.ctx, ast.Load) else node.value
    elif isinstance(node, ast.AugAssign):
        target = node.target
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        target = node.func.value if node.func.attr in MUTATING else None
    return target.id if isinstance(target, ast.Name) else None


def test_only_the_servers_reporter_catches_every_error() -> None:
    catching = {
        name_of(path)
        for path in SOURCES
        for node in nodes_of(path)
        if isinstance(node, ast.ExceptHandler) and catches_all(node)
    }
    assert catching <= {"fim_lsp/server/protocol.py"}


def catches_all(handler: ast.ExceptHandler) -> bool:
    caught = ast.unparse(handler.type) if handler.type else "Exception"
    return caught in {"Exception", "BaseException"}


def test_tests_do_not_sleep() -> None:
    sleeping = [
        f"{name_of(path)}:{node.lineno}"
        for path in TESTS
        for node in nodes_of(path)
        if "e2e" not in path.parts and path.name.startswith(("test_", "conftest"))
        if isinstance(node, ast.Call) and is_sleep(node)
    ]
    assert sleeping == []


def is_sleep(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    if name == "time.sleep":
        return True
    is_zero = call.args and ast.unparse(call.args[0]) in {"0", "0.0"}
    return name in {"asyncio.sleep", "anyio.sleep", "sleep"} and not is_zero


def test_the_repository_speaks_of_no_machine() -> None:
    """No path of somebody's own computer in source or documentation."""
    own = str(ROOT)
    for path in [*SOURCES, *TESTS, *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        assert own not in path.read_text(encoding="utf-8"), name_of(path)


def test_what_is_printed_passes_one_of_two_doors() -> None:
    """Else text from outside could steer a terminal."""
    doors = {"fim_lsp/cli/output.py", "fim_lsp/cli/console.py"}
    printing = {
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in nodes_of(path)
        if name_of(path) not in doors and isinstance(node, ast.Call)
        if ast.unparse(node.func) in PRINTING | {"Console"}
    }
    assert printing == set()
