"""Language ids, as editors send them, by the names of files."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

_BY_NAME = MappingProxyType(
    {
        "dockerfile": "dockerfile",
        "makefile": "makefile",
        "gnumakefile": "makefile",
        "cmakelists.txt": "cmake",
        "commit_editmsg": "git-commit",
        "git-rebase-todo": "git-rebase",
        "gemfile": "ruby",
        "rakefile": "ruby",
        ".bashrc": "shellscript",
        ".zshrc": "shellscript",
        ".profile": "shellscript",
    }
)
_ENDINGS = MappingProxyType(
    {
        "bat": "bat cmd",
        "c": "c h",
        "clojure": "clj cljs cljc edn",
        "cpp": "cpp cc cxx hpp hh hxx",
        "csharp": "cs",
        "css": "css",
        "csv": "csv tsv",
        "dart": "dart",
        "elixir": "ex exs",
        "elm": "elm",
        "erlang": "erl hrl",
        "fsharp": "fs fsi fsx",
        "go": "go",
        "graphql": "graphql gql",
        "groovy": "groovy gradle",
        "haskell": "hs",
        "html": "html htm",
        "ini": "ini cfg",
        "java": "java",
        "javascript": "js mjs cjs",
        "javascriptreact": "jsx",
        "json": "json",
        "jsonc": "jsonc",
        "julia": "jl",
        "kotlin": "kt kts",
        "latex": "tex",
        "less": "less",
        "log": "log",
        "lua": "lua",
        "markdown": "md markdown",
        "nix": "nix",
        "objective-c": "m",
        "ocaml": "ml mli",
        "perl": "pl pm",
        "php": "php",
        "plaintext": "txt",
        "powershell": "ps1 psm1",
        "properties": "properties",
        "python": "py pyi pyw",
        "r": "r",
        "restructuredtext": "rst",
        "ruby": "rb",
        "rust": "rs",
        "scala": "scala sc",
        "scss": "scss",
        "shellscript": "sh bash zsh",
        "sql": "sql",
        "svelte": "svelte",
        "swift": "swift",
        "terraform": "tf",
        "toml": "toml",
        "typescript": "ts mts cts",
        "typescriptreact": "tsx",
        "vim": "vim",
        "vue": "vue",
        "xml": "xml svg xsd",
        "yaml": "yaml yml",
        "zig": "zig",
    }
)
_INTERPRETERS = MappingProxyType(
    {
        "python": "python",
        "node": "javascript",
        "ruby": "ruby",
        "perl": "perl",
        "sh": "shellscript",
    }
)


def language_of(path: Path, content: str = "") -> str:
    """The language id of a file; `plaintext` where nothing tells another."""
    name = path.name.lower()
    if name in _BY_NAME:
        return _BY_NAME[name]
    ending = name.rpartition(".")[2] if "." in name else ""
    for language, endings in _ENDINGS.items():
        if ending and ending in endings.split():
            return language
    return _by_first_line(content)


def _by_first_line(content: str) -> str:
    """The language of a script without an ending, by its `#!` line."""
    first = content[:200].partition("\n")[0]
    if first.startswith("#!"):
        for word, language in _INTERPRETERS.items():
            if word in first:
                return language
    return "plaintext"
