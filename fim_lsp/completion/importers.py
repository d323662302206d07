"""How each language names the files that it imports."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

# Files of one folder that are looked at for a language whose folder is a package.
NEIGHBOURS = 40
# Characters of a module's own description that are read.
LARGEST = 100_000

_WORD = re.compile(r"[^\W\d]\w*")
_PYTHON_FROM = re.compile(r"from\s+(\.*[\w.]*)\s+import\s+(.+)", re.DOTALL)
_PYTHON_IMPORT = re.compile(r"import\s+([\w.]+)(?:\s+as\s+(\w+))?")
_SCRIPT = re.compile(
    r"""(?:import|export)\s+(?:type\s+)?([\w*{}\s,$]+?)\s+from\s+["']([^"']+)["']"""
    r"""|(?:const|let|var)\s+([\w{}\s,:$]+?)\s*=\s*(?:await\s+import|require)\(\s*["']([^"']+)["']"""
)
_INCLUDE = re.compile(r"""\s*#\s*include\s+["<]([^">]+)[">]""")
_RUST_MOD = re.compile(r"\s*(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+)\s*;")
_RUST_USE = re.compile(r"\s*(?:pub(?:\([^)]*\))?\s+)?use\s+(\w+::[^;]+);")
_GO_IMPORT = re.compile(r"^\s*(?:import\s+)?(?:(\w+)\s+)?\"([^\"]+)\"\s*$")
_GO_MODULE = re.compile(r"^module\s+(\S+)", re.MULTILINE)
_JVM_IMPORT = re.compile(r"\s*import\s+(?:static\s+)?([\w.]+?)(?:\.\*)?;?\s*$")
_JVM_PACKAGE = re.compile(r"\s*package\s+([\w.]+)")
_RUBY = re.compile(r"\s*require_relative\s+[\"']([^\"']+)[\"']")
_STYLES = re.compile(r"""<link\b[^>]*\bhref=["']([^"'?#]+\.css)["']""", re.IGNORECASE)

_SCRIPT_ENDS = (
    *(".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ""),
    *("/index.ts", "/index.tsx", "/index.js"),
)


@dataclass(frozen=True, slots=True)
class Imported:
    """A file that may be imported.  `names` are those that the document takes from it;
    None where it takes all, so that only those count that it uses.
    """

    path: Path
    names: frozenset[str] | None


def _python(
    head: Sequence[str], code: str, own: Path, folder: Path
) -> Iterator[Imported]:
    for statement in _python_statements(head):
        if module := _PYTHON_FROM.match(statement):
            written = [
                name.split()
                for name in re.split(r"[(),\s]*,[\s(]*|[()]", module[2])
                if name.split()
            ]
            names = frozenset(words[0] for words in written)
            for path in _python_paths(module[1], own, folder):
                yield Imported(path, None if "*" in names else names)
            # `from . import engine as other` names a module.
            for name, other in sorted((words[0], words[-1]) for words in written):
                stem = f"{module[1]}{'' if module[1].endswith('.') else '.'}{name}"
                used = _attributes(code, other)
                for path in _python_paths(stem, own, folder):
                    yield Imported(path, used)
        elif module := _PYTHON_IMPORT.match(statement):
            used = _attributes(code, module[2] or module[1])
            for path in _python_paths(module[1], own, folder):
                yield Imported(path, used)


def _python_statements(head: Sequence[str]) -> Iterator[str]:
    """The import statements, those in brackets on one line."""
    lines = iter(head)
    for line in lines:
        statement = line.strip()
        if not statement.startswith(("from ", "import ")):
            continue
        while "(" in statement and ")" not in statement:
            statement += " " + next(lines, ")").partition("#")[0].strip()
        yield statement.partition("#")[0]


def _python_paths(name: str, own: Path, folder: Path) -> Iterator[Path]:
    dots = len(name) - len(name.lstrip("."))
    parts = [part for part in name.split(".") if part]
    bases = [folder, folder / "src", own.parent]
    if dots:
        bases = [own.parents[min(dots, len(own.parents)) - 1]]
    for base in bases:
        path = base.joinpath(*parts)
        yield path.with_suffix(".py") if parts else path / "__init__.py"
        yield path / "__init__.py"


def _script(
    head: Sequence[str], code: str, own: Path, folder: Path
) -> Iterator[Imported]:
    for clause, source, variables, required in _SCRIPT.findall("".join(head)):
        written, module = clause or variables, source or required
        names = frozenset(
            part.split()[0].rstrip(":")
            for part in re.split(r"[{},]", written.replace("type ", ""))
            if part.split() and "*" not in part
        )
        if whole := re.search(r"\*\s+as\s+(\w+)", written):
            names |= _attributes(code, whole[1])
        if module.startswith("."):
            bases = [own.parent / module]
        elif module.startswith(("@/", "~/")):
            bases = [folder / "src" / module[2:], folder / module[2:]]
        else:
            continue
        for base in bases:
            path = _resolved(base)
            stem = path.with_suffix("") if path.suffix in {".js", ".mjs"} else path
            for end in _SCRIPT_ENDS:
                # A default import has a name of the document's own choice.
                yield Imported(Path(f"{stem}{end}"), names or None)


def _c(head: Sequence[str], code: str, own: Path, folder: Path) -> Iterator[Imported]:
    del code
    for line in head:
        if header := _INCLUDE.match(line):
            for base in (own.parent, folder, folder / "include", folder / "src"):
                yield Imported(_resolved(base / header[1]), None)


def _rust(
    head: Sequence[str], code: str, own: Path, folder: Path
) -> Iterator[Imported]:
    root = next(
        (p / "src" for p in own.parents if (p / "Cargo.toml").is_file()), folder / "src"
    )
    here = own.parent if own.stem in {"mod", "lib", "main"} else own.parent / own.stem
    for line in head:
        if module := _RUST_MOD.match(line):
            used = _attributes(code, module[1], "::")
            yield Imported(here / f"{module[1]}.rs", used)
            yield Imported(here / module[1] / "mod.rs", used)
    for use in _RUST_USE.findall(
        " ".join(line.strip() for line in head)
        .replace("; ", ";\n")
        .replace("use ", "\nuse ")
    ):
        for parts in _rust_paths(use):
            yield from _rust_use(parts, code, root, here)


def _rust_paths(use: str) -> Iterator[list[str]]:
    """Each path of a `use`, its groups written out, without other names (`as`)."""
    stem, brace, group = use.partition("{")
    if not brace:
        yield [part.strip() for part in stem.partition(" as ")[0].split("::")]
        return
    depth, start = 0, 0
    inside = group[: group.rfind("}")] + ","
    for at, char in enumerate(inside):
        depth += (char == "{") - (char == "}")
        if char == "," and depth == 0:
            if path := inside[start:at].strip():
                yield from _rust_paths(stem + path)
            start = at + 1


def _rust_use(
    parts: list[str], code: str, root: Path, here: Path
) -> Iterator[Imported]:
    bases = {"crate": root, "self": here, "super": here.parent}
    # Without one of these words it is a module below, or another crate.
    base, rest = (bases[parts[0]], parts[1:]) if parts[0] in bases else (here, parts)
    while rest[:1] == ["super"]:
        base, rest = base.parent, rest[1:]
    if not rest:
        return
    *modules, name = [*rest[:-1]] if rest[-1] == "self" else rest
    names = None if name == "*" else frozenset({name})
    # A module may stand inside of the file of the module around it.
    for depth in (len(modules), len(modules) - 1):
        if depth > 0:
            path = base.joinpath(*modules[:depth])
            yield Imported(path.with_suffix(".rs"), names)
            yield Imported(path / "mod.rs", names)
    if len(modules) <= 1:
        for file in (base / "mod.rs", base / "lib.rs", base.with_suffix(".rs")):
            yield Imported(file, names)
    path = base.joinpath(*modules, name)
    if names and (used := _attributes(code, name, "::")):
        yield Imported(path.with_suffix(".rs"), used)
        yield Imported(path / "mod.rs", used)


def _go(head: Sequence[str], code: str, own: Path, folder: Path) -> Iterator[Imported]:
    for root in own.parents:
        if not root.is_relative_to(folder):
            break
        if (root / "go.mod").is_file():
            yield from _go_packages(head, code, root)
            break
    for path in _neighbours(own.parent, ".go"):
        if not path.stem.endswith("_test"):
            yield Imported(path, None)


def _go_packages(head: Sequence[str], code: str, root: Path) -> Iterator[Imported]:
    module = _GO_MODULE.search(_text_of(root / "go.mod"))
    for line in head:
        package = _GO_IMPORT.match(line)
        if not package or not module or not package[2].startswith(f"{module[1]}/"):
            continue
        name = package[1] or package[2].rpartition("/")[2]
        used = _attributes(code, name)
        for path in _neighbours(root / package[2].removeprefix(f"{module[1]}/"), ".go"):
            if not path.stem.endswith("_test"):
                yield Imported(path, used)


def _jvm(head: Sequence[str], code: str, own: Path, folder: Path) -> Iterator[Imported]:
    del code
    packages = [match[1] for line in head if (match := _JVM_PACKAGE.match(line))]
    depth = len(packages[0].split(".")) if packages else 0
    root = own.parents[depth] if depth < len(own.parents) else folder
    for line in head:
        if package := _JVM_IMPORT.match(line):
            parts = package[1].split(".")
            # A static import, or one of an inner class, names a member after the class.
            for end in (len(parts), len(parts) - 1):
                path = root.joinpath(*parts[:end])
                yield Imported(path.with_suffix(own.suffix), None)
    for path in _neighbours(own.parent, own.suffix):
        yield Imported(path, None)


def _ruby(
    head: Sequence[str], code: str, own: Path, folder: Path
) -> Iterator[Imported]:
    del code, folder
    for line in head:
        if source := _RUBY.match(line):
            yield Imported(
                _resolved(own.parent / f"{source[1].removesuffix('.rb')}.rb"), None
            )


def _html(
    head: Sequence[str], code: str, own: Path, folder: Path
) -> Iterator[Imported]:
    del code
    for sheet in _STYLES.findall("".join(head)):
        base = folder if sheet.startswith("/") else own.parent
        yield Imported(_resolved(base / sheet.lstrip("/")), None)


Importer = Callable[[Sequence[str], str, Path, Path], Iterator[Imported]]
IMPORTERS: Mapping[str, Importer] = {
    "python": _python,
    "javascript": _script,
    "javascriptreact": _script,
    "typescript": _script,
    "typescriptreact": _script,
    "vue": _script,
    "svelte": _script,
    "c": _c,
    "cpp": _c,
    "rust": _rust,
    "go": _go,
    "java": _jvm,
    "kotlin": _jvm,
    "ruby": _ruby,
    "html": _html,
}


def _attributes(code: str, name: str, dot: str = ".") -> frozenset[str]:
    """The names that stand behind `name` and a dot in `code`."""
    pattern = rf"\b{re.escape(name)}{re.escape(dot)}(\w+)"
    return frozenset(re.findall(pattern, code))


def _neighbours(folder: Path, ending: str) -> list[Path]:
    """Files of one folder that may share a package, in a fixed order."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in islice(entries, 1000))
    except OSError:
        return []
    return [folder / name for name in names if name.endswith(ending)][:NEIGHBOURS]


def _resolved(path: Path) -> Path:
    """Without `..`, but without following links: privacy judges the path as named."""
    return Path(os.path.normpath(path))


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")[:LARGEST]
    except OSError:
        return ""
