"""What source may do: print, hold state, catch every error, sleep, and be long."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .harness.source import ROOT, SOURCES, TESTS, layer_of, name_of, nodes_of, tree_of

# The files of data, which may have more than `MOST_LINES` lines.
TABLES = {"fim_lsp/languages.py", "fim_lsp/settings/table.py"}
MOST_LINES = 320
PRINTING = {"print", "click.echo", "click.secho", "sys.stdout.write"}
MUTATING = {
    *("append", "extend", "insert", "pop", "popitem", "remove", "clear", "update"),
    *("add", "discard", "setdefault", "sort", "reverse", "appendleft", "popleft"),
}


def test_a_file_that_is_no_table_is_short() -> None:
    lengths = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in (*SOURCES, *TESTS)
        if name_of(path) not in TABLES
    }
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_only_the_command_line_prints() -> None:
    printing = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in nodes_of(path)
        if layer_of(path) != "cli" and path.name != "__main__.py"
        if isinstance(node, ast.Call) and ast.unparse(node.func) in PRINTING
    ]
    assert printing == []


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
