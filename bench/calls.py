"""Calls in real code of what is imported by name, and the definitions they lead to.

tree-sitter reads both, so that nothing here shares an error with the product.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from .corpora import GRAMMARS

# How often a name is passed on before its definition is reached.
PASSED_ON = 3
# Bytes of the largest file that is read.
LARGEST = 400_000
# What tells the root of a project; a Python package has none above its top.
ROOT_FILES = {"typescript": "package.json", "go": "go.mod", "rust": "Cargo.toml"}
SCRIPT_ENDS = ("", ".ts", ".tsx", "/index.ts")


@dataclass(frozen=True, slots=True)
class Call:
    """A call in `path` whose arguments stand between `before` and `after`.

    `signature` is what is called, without its body, as its own file has it.
    """

    language: str
    root: Path
    path: Path
    before: str
    after: str
    name: str
    signature: str


def calls(language: str, path: Path, corpora: Path) -> Iterator[Call]:
    """The calls in a file whose definition is found in another file of its project."""
    tree = _tree(language, path)
    root = _root(language, path, corpora)
    if tree is None or root is None:
        return
    text, top = tree
    imported = dict(IMPORTS[language](top, path, root))
    for node in _walk(top, CALL_NODES[language]):
        function = node.child_by_field_name(
            "constructor" if node.type == "new_expression" else "function"
        )
        arguments = node.child_by_field_name("arguments")
        if function is None or arguments is None:
            continue
        first, _, member = (
            re.sub(r"\s|::<.*?>", "", _text(function)).replace("::", ".").partition(".")
        )
        if first not in imported or "." in member or "(" in member:
            continue
        by_name = bool(imported[first].name) is not bool(member)
        if language in ("python", "typescript") and (member or not by_name):
            continue
        signature = _definition(language, imported[first], member)
        if signature:
            start, end = arguments.start_byte + 1, arguments.end_byte - 1
            before, after = text[:start].decode(), text[end:].decode()
            name = member or first
            yield Call(language, root, path, before, after, name, signature)


@dataclass(frozen=True, slots=True)
class Source:
    """Where an imported name comes from: files, one of which defines it.

    `name` is empty where the name stands for a package of functions.
    """

    files: tuple[Path, ...]
    name: str
    root: Path


def _definition(language: str, source: Source, member: str, depth: int = 0) -> str:
    """The signature of a name, or of its member; empty where it is not found."""
    if not source.name and not member:
        return ""
    name, inner = (source.name, member) if source.name else (member, "")
    for path in source.files:
        tree = _tree(language, path) if path.is_file() else None
        if tree is None:
            continue
        signature = SIGNATURES[language](tree[1], name, inner)
        if signature:
            return signature
        if depth == PASSED_ON:
            continue
        passed_on = dict(IMPORTS[language](tree[1], path, source.root))
        further = [passed_on[name]] if name in passed_on else []
        further += [
            Source(other.files, name, source.root)
            for key, other in passed_on.items()
            if key.startswith("*")
        ]
        for other in further:
            if signature := _definition(language, other, inner, depth + 1):
                return signature
    return ""


@lru_cache(maxsize=400)
def _tree(language: str, path: Path) -> tuple[bytes, Any] | None:
    parse = _parser(language)
    try:
        text = path.read_bytes()
    except OSError:
        return None
    if parse is None or len(text) > LARGEST or b"\r" in text:
        return None
    try:
        text.decode()
    except UnicodeDecodeError:
        return None
    return text, parse(text).root_node


@lru_cache
def _parser(language: str) -> Any:
    grammar = next(one for one in GRAMMARS if one.language == language)
    try:
        sitter: Any = import_module("tree_sitter")
        module: Any = import_module(grammar.module)
    except ImportError:
        return None
    return sitter.Parser(sitter.Language(getattr(module, grammar.function)())).parse


def _root(language: str, path: Path, corpora: Path) -> Path | None:
    inside = [folder for folder in path.parents if folder.is_relative_to(corpora)]
    if language == "python":
        packages = [one for one in inside if (one / "__init__.py").is_file()]
        return packages[-1].parent if packages else None
    marker = ROOT_FILES[language]
    return next((one for one in inside if (one / marker).is_file()), None)


def _walk(node: Any, kinds: tuple[str, ...]) -> Iterator[Any]:
    stack = [node]
    while stack:
        one = stack.pop()
        if one.type in kinds:
            yield one
        stack += one.children


def _text(node: Any) -> str:
    return str(node.text.decode())


def _up_to_body(node: Any) -> str:
    """A definition without its body."""
    body = node.child_by_field_name("body")
    whole = node.text
    end = body.start_byte - node.start_byte if body else len(whole)
    head = re.sub(r"(?m)^\s*(?:#|//).*$", "", str(whole[:end].decode()))
    head = re.sub(r":\s*#.*", ":", head).partition("\nwhere")[0]
    return head.rstrip().rstrip(":{=> \n")


def _python_imports(top: Any, path: Path, root: Path) -> Iterator[tuple[str, Source]]:
    for node in _walk(top, ("import_from_statement",)):
        module = node.child_by_field_name("module_name")
        if module is None:
            continue
        written = _text(module)
        dots = len(written) - len(written.lstrip("."))
        base = path.parents[dots - 1] if dots else root
        stem = base.joinpath(*written.strip(".").split("."))
        for name in node.children_by_field_name("name"):
            real = name.child_by_field_name("name") or name
            alias = name.child_by_field_name("alias") or real
            files = (Path(f"{stem}.py"), stem / "__init__.py")
            yield _text(alias), Source(files, _text(real), root)
            inner = (stem / f"{_text(real)}.py", stem / _text(real) / "__init__.py")
            if any(one.is_file() for one in inner):
                yield _text(alias), Source(inner, "", root)
        if any(one.type == "wildcard_import" for one in node.children):
            yield (
                f"*{written}",
                Source((Path(f"{stem}.py"), stem / "__init__.py"), "", root),
            )


def _python_signature(top: Any, name: str, member: str) -> str:
    for node in _top_level(top, ("function_definition", "class_definition")):
        if _text(node.child_by_field_name("name")) != name:
            continue
        if node.type == "function_definition":
            return "" if member else _up_to_body(node)
        inner = _python_signature(
            node.child_by_field_name("body"), member or "__init__", ""
        )
        return inner or ("" if member else _up_to_body(node))
    return ""


def _top_level(top: Any, kinds: tuple[str, ...]) -> Iterator[Any]:
    for node in top.children if top is not None else ():
        if node.type in kinds:
            yield node
        elif node.type in WRAPPERS:
            yield from _top_level(node, kinds)


WRAPPERS = (
    *("decorated_definition", "if_statement", "try_statement", "block"),
    *("export_statement", "ambient_declaration", "else_clause", "except_clause"),
)


def _script_imports(top: Any, path: Path, root: Path) -> Iterator[tuple[str, Source]]:
    for node in _walk(top, ("import_statement", "export_statement")):
        source = node.child_by_field_name("source")
        if source is None or not _text(source).strip("\"'").startswith("."):
            continue
        written = _text(source).strip("\"'")
        stem = path.parent / re.sub(r"\.m?js$", "", written)
        files = tuple(Path(f"{stem}{end}") for end in SCRIPT_ENDS)
        for part in _walk(node, ("import_specifier", "export_specifier")):
            real = part.child_by_field_name("name")
            alias = part.child_by_field_name("alias") or real
            yield _text(alias), Source(files, _text(real), root)
        for part in _walk(node, ("namespace_import",)):
            yield _text(part.children[-1]), Source(files, "", root)
        if node.type == "export_statement" and any(
            one.type == "*" for one in node.children
        ):
            yield f"*{written}", Source(files, "", root)


def _script_signature(top: Any, name: str, member: str) -> str:
    kinds = (
        *("function_declaration", "class_declaration", "abstract_class_declaration"),
        *(
            "function_signature",
            "lexical_declaration",
            "generator_function_declaration",
        ),
    )
    for node in _top_level(top, kinds):
        if node.type == "lexical_declaration":
            for part in _walk(node, ("variable_declarator",)):
                value = part.child_by_field_name("value")
                if _text(part.child_by_field_name("name")) != name or member:
                    continue
                if value is not None and value.type == "arrow_function":
                    head = node.text[: value.start_byte - node.start_byte].decode()
                    return f"{head}{_up_to_body(value)}"
                return _text(node).partition("\n")[0]
            continue
        if _text(node.child_by_field_name("name")) != name:
            continue
        if "function" in node.type:
            return "" if member else _up_to_body(node)
        body = node.child_by_field_name("body")
        for part in body.children:
            if part.type in ("method_definition", "method_signature") and _text(
                part.child_by_field_name("name")
            ) == (member or "constructor"):
                return _up_to_body(part)
        return "" if member else _up_to_body(node)
    return ""


def _go_imports(top: Any, path: Path, root: Path) -> Iterator[tuple[str, Source]]:
    del path
    module = re.search(r"^module\s+(\S+)", (root / "go.mod").read_text(), re.MULTILINE)
    for node in _walk(top, ("import_spec",)):
        written = _text(node.child_by_field_name("path")).strip('"')
        if module is None or not written.startswith(f"{module[1]}/"):
            continue
        folder = root / written.removeprefix(f"{module[1]}/")
        alias = node.child_by_field_name("name")
        name = _text(alias) if alias else folder.name
        files = tuple(
            one for one in sorted(folder.glob("*.go")) if not one.stem.endswith("_test")
        )
        yield name, Source(files, "", root)


def _go_signature(top: Any, name: str, member: str) -> str:
    del member
    for node in _top_level(top, ("function_declaration",)):
        if _text(node.child_by_field_name("name")) == name:
            return _up_to_body(node)
    return ""


def _rust_imports(top: Any, path: Path, root: Path) -> Iterator[tuple[str, Source]]:
    for node in _walk(top, ("use_declaration",)):
        argument = node.child_by_field_name("argument")
        for parts, alias in _rust_paths(_text(argument)):
            yield from _rust_source(parts, alias, path, root)


def _rust_source(
    parts: list[str], alias: str, path: Path, root: Path
) -> Iterator[tuple[str, Source]]:
    own = path.parent if path.stem in ("mod", "lib", "main") else path.with_suffix("")
    bases = {"crate": root / "src", "self": own, "super": own.parent}
    if parts[0] not in bases:
        return
    base, *rest = bases[parts[0]], *parts[1:]
    while rest and rest[0] == "super":
        base, rest = base.parent, rest[1:]
    if not rest:
        return
    *modules, name = rest
    stem = base.joinpath(*modules)
    files = [stem.with_suffix(".rs"), stem / "mod.rs"]
    if not modules:
        files = [base / "lib.rs", base / "mod.rs", base.with_suffix(".rs")]
    key = f"*{stem}" if name == "*" else alias
    yield key, Source(tuple(files), "" if name == "*" else name, root)


def _rust_paths(text: str) -> Iterator[tuple[list[str], str]]:
    """The paths of a `use`, each with the name it is used by."""
    text = re.sub(r"\s+", " ", text).strip()
    head, brace, group = text.partition("{")
    if not brace:
        path, _, alias = text.partition(" as ")
        parts = [part.strip() for part in path.split("::")]
        yield parts, alias.strip() or parts[-1]
        return
    depth, start = 0, 0
    inner = group[: group.rfind("}")] + ","
    for at, char in enumerate(inner):
        depth += (char == "{") - (char == "}")
        if char == "," and depth == 0:
            if part := inner[start:at].strip():
                yield from _rust_paths(head + part)
            start = at + 1


def _rust_signature(top: Any, name: str, member: str) -> str:
    if not member:
        for node in _top_level(top, ("function_item",)):
            if _text(node.child_by_field_name("name")) == name:
                return _up_to_body(node)
        return ""
    for node in _top_level(top, ("impl_item",)):
        kind = re.match(r"\w+", _text(node.child_by_field_name("type")))
        if node.child_by_field_name("trait") or not kind or kind.group() != name:
            continue
        for part in _walk(node, ("function_item",)):
            if _text(part.child_by_field_name("name")) == member:
                return _up_to_body(part)
    return ""


CALL_NODES = {
    "python": ("call",),
    "typescript": ("call_expression", "new_expression"),
    "go": ("call_expression",),
    "rust": ("call_expression",),
}
IMPORTS: dict[str, Callable[[Any, Path, Path], Iterator[tuple[str, Source]]]] = {
    "python": _python_imports,
    "typescript": _script_imports,
    "go": _go_imports,
    "rust": _rust_imports,
}
SIGNATURES: dict[str, Callable[[Any, str, str], str]] = {
    "python": _python_signature,
    "typescript": _script_signature,
    "go": _go_signature,
    "rust": _rust_signature,
}
