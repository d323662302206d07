"""What the product knows of each language: one table, a row for each language id.

The ids are those that editors send (LSP, `TextDocumentItem.languageId`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final


@dataclass(frozen=True, slots=True)
class Language:
    """The facts about one language.

    id: the language id.
    comments: what may begin a comment, separated by spaces; the most usual comes first.
    syntax: the name of the family in `completion/code/syntax.py`.
    files: endings (`.py`) and whole names (`makefile`) of its files, in lower case.
    aliases: other names, as models write them after a fence.
    family: the name that languages share which models rightly mix; empty where an
        answer in another language is no sign of a mistake.
    tests: the name of a test file beside `{stem}{ending}`; `{under}` and `{plain}`
        count where a name is taken, `{word}` is "test" or "spec".
    is_prose: whether people read it, not machines: a repetition there is a coincidence.
    """

    id: str
    comments: str = ""
    syntax: str = "code"
    files: str = ""
    aliases: str = ""
    family: str = ""
    tests: str = ""
    is_prose: bool = False

    @property
    def openers(self) -> tuple[str, ...]:
        """What begins a comment, the most usual first."""
        return tuple(self.comments.split())

    @property
    def ending(self) -> str:
        """The most usual ending of its file names, such as `.py`; "" without one."""
        names = self.files.split()
        return next((name for name in names if name.startswith(".")), "")

    @property
    def line_comment(self) -> str | None:
        """What begins a comment that ends with its line."""
        return next((mark for mark in self.openers if mark not in CLOSERS), None)

    @property
    def block_comment(self) -> tuple[str, str] | None:
        """What begins and what ends a comment of any length."""
        opener = next((mark for mark in self.openers if mark in CLOSERS), None)
        return (opener, CLOSERS[opener]) if opener else None


# What ends a comment, by what began it; the others end with their line.
CLOSERS: Final[Mapping[str, str]] = {
    "/*": "*/",
    "<!--": "-->",
    "(*": "*)",
    "{": "}",
    "{-": "-}",
    "{#": "#}",
    "#|": "|#",
    "{/*": "*/}",
    "{{!--": "--}}",
    "@*": "*@",
    "<%#": "%>",
}

_SCRIPT_TESTS = "{stem}{under}.{word}{ending}"
_C = "// /*"
_JSX = "// /* {/*"
_MARKUP = "<!-- // /* {{!-- @* {/*"
_LISP = "; #|"

_TABLE: Final = (
    # Languages whose blocks stand in braces.
    Language("c", _C, "c", ".c .h", "h", family="c"),
    Language(
        "cpp", _C, "c", ".cpp .cc .cxx .hpp .hh .hxx .ino", "c++ cc hpp arduino", "c"
    ),
    Language("objective-c", _C, "c", ".m", "objc", family="c"),
    Language("objective-cpp", _C, "c", ".mm", family="c"),
    Language("cuda-cpp", _C, "c", ".cu .cuh", "cuda", family="c"),
    Language("glsl", _C, "c", ".glsl .vert .frag"),
    Language("hlsl", _C, "c", ".hlsl"),
    Language("wgsl", _C, "c", ".wgsl"),
    Language("proto", _C, "c", ".proto", "protobuf"),
    Language("proto3", _C, "c"),
    Language("verilog", _C, "c", ".v"),
    Language("systemverilog", _C, "c", ".sv .svh"),
    Language("solidity", _C, "c", ".sol"),
    Language("zig", "//", "c", ".zig", family="zig"),
    Language("v", _C, "c"),
    Language("d", _C, "c", ".d"),
    Language(
        "java",
        _C,
        "java",
        ".java",
        family="java",
        tests="{stem}{plain}Test.java",
    ),
    Language(
        "kotlin",
        _C,
        "java",
        ".kt .kts",
        "kt kts",
        "kotlin",
        "{stem}{plain}Test.kt",
    ),
    Language(
        "scala",
        _C,
        "java",
        ".scala .sc",
        family="scala",
        tests="{stem}{plain}Test.scala",
    ),
    Language(
        "swift",
        _C,
        "java",
        ".swift",
        family="swift",
        tests="{stem}{plain}Tests.swift",
    ),
    Language(
        "dart", _C, "java", ".dart", family="dart", tests="{stem}{under}_test.dart"
    ),
    Language("csharp", _C, "java", ".cs", "c# cs", "csharp", "{stem}{plain}Tests.cs"),
    Language("groovy", _C, "java", ".groovy .gradle", tests="{stem}{plain}Test.groovy"),
    Language("go", _C, "go", ".go", "golang", "go", "{stem}{under}_test.go"),
    Language("rust", _C, "rust", ".rs", "rs", "rust"),
    Language(
        "javascript",
        _C,
        "javascript",
        ".js .mjs .cjs",
        "js mjs cjs node",
        "javascript",
        _SCRIPT_TESTS,
    ),
    Language(
        "typescript",
        _C,
        "javascript",
        ".ts .mts .cts",
        "ts",
        "javascript",
        _SCRIPT_TESTS,
    ),
    Language(
        "javascriptreact",
        _JSX,
        "jsx",
        ".jsx",
        "jsx",
        "javascript",
        _SCRIPT_TESTS,
    ),
    Language(
        "typescriptreact",
        _JSX,
        "jsx",
        ".tsx",
        "tsx",
        "javascript",
        _SCRIPT_TESTS,
    ),
    Language(
        "php", "// # /*", "php", ".php", family="php", tests="{stem}{plain}Test.php"
    ),
    Language("css", "/*", "css", ".css", family="css"),
    Language("less", _C, "css", ".less", family="css"),
    Language("scss", _C, "css", ".scss", family="css"),
    Language("sass", _C, "css", ".sass", family="css"),
    # Markup.
    Language("html", _MARKUP, "html", ".html .htm"),
    Language("xml", "<!--", "html", ".xml .xsd .plist"),
    Language("xsl", "<!--", "html", ".xsl .xslt"),
    Language("svg", "<!--", "html", ".svg"),
    Language("vue", _MARKUP, "html", ".vue", tests="{stem}{under}.{word}.ts"),
    Language("svelte", _MARKUP, "html", ".svelte"),
    Language("astro", _MARKUP, "html", ".astro"),
    Language("handlebars", "{{!-- <!--", "html", ".hbs .handlebars"),
    Language("razor", "@* <!--", "html", ".cshtml .razor"),
    Language("jinja", "{#", "html", ".j2 .jinja"),
    Language("twig", "{#", "html", ".twig"),
    Language("erb", "<%# <!--", "html", ".erb"),
    # Languages whose comments begin with a hash.
    Language(
        "python",
        "#",
        "python",
        ".py .pyi .pyw",
        "py python3 py3 pyi",
        "python",
        "test_{stem}{under}.py",
    ),
    Language("cython", "#", "python", ".pyx .pxd", family="python"),
    Language("starlark", "#", "python", ".bzl .star build.bazel"),
    Language("gdscript", "#", "python", ".gd"),
    Language(
        "ruby",
        "#",
        "hashed",
        ".rb .rake gemfile rakefile",
        "rb",
        "ruby",
        "{stem}{under}_spec.rb",
    ),
    Language("perl", "#", "hashed", ".pl .pm", "pl", "perl"),
    Language("perl6", "#", "hashed", ".raku"),
    Language("r", "#", "hashed", ".r"),
    Language("julia", "#", "hashed", ".jl"),
    Language(
        "elixir",
        "#",
        "hashed",
        ".ex .exs",
        "ex",
        "elixir",
        "{stem}{under}_test.exs",
    ),
    Language("toml", "#", "hashed", ".toml", family="toml"),
    Language("coffeescript", "#", "hashed", ".coffee"),
    Language("nim", "#", "hashed", ".nim"),
    Language("nix", "# /*", "hashed", ".nix"),
    Language("terraform", "# // /*", "hashed", ".tf .tfvars", "tf"),
    Language("hcl", "# // /*", "hashed", ".hcl"),
    Language("powershell", "#", "hashed", ".ps1 .psm1", "ps1"),
    Language("cmake", "#", "hashed", ".cmake cmakelists.txt"),
    Language("properties", "#", "hashed", ".properties"),
    Language("crystal", "#", "hashed", ".cr"),
    Language("graphql", "#", "hashed", ".graphql .gql"),
    Language("tcl", "#", "hashed", ".tcl"),
    Language("awk", "#", "hashed", ".awk"),
    Language("just", "#", "hashed", "justfile"),
    Language("ignore", "#", "hashed", ".gitignore .dockerignore"),
    Language("ini", "; #", "hashed", ".ini .cfg"),
    Language("yaml", "#", "yaml", ".yaml .yml", "yml", "yaml"),
    Language("dockercompose", "#", "yaml"),
    Language(
        "shellscript",
        "#",
        "shell",
        ".sh .bash .zsh .bashrc .zshrc .profile",
        "shell",
        "shell",
    ),
    Language("sh", "#", "shell", family="shell"),
    Language("bash", "#", "shell", family="shell"),
    Language("zsh", "#", "shell", family="shell"),
    Language("fish", "#", "shell", ".fish", family="shell"),
    Language("dockerfile", "#", "shell", "dockerfile containerfile .dockerfile"),
    Language("makefile", "#", "shell", "makefile gnumakefile .mk", "make"),
    # Languages whose comments begin with dashes, semicolons, percents and others.
    Language("lua", "--", "lua", ".lua", family="lua", tests="{stem}{under}_spec.lua"),
    Language(
        "haskell",
        "-- {-",
        "haskell",
        ".hs",
        "hs",
        "haskell",
        "{stem}{plain}Spec.hs",
    ),
    Language("elm", "-- {-", "haskell", ".elm"),
    Language("purescript", "-- {-", "haskell", ".purs"),
    Language("ada", "--", "lua", ".adb .ads"),
    Language("vhdl", "--", "lua", ".vhd .vhdl"),
    Language("applescript", "-- (*", "lua", ".applescript"),
    Language("sql", "-- /* #", "sql", ".sql", "mysql postgresql", "sql"),
    Language("plsql", "-- /*", "sql", family="sql"),
    Language("clojure", _LISP, "lisp", ".clj .cljs .cljc .edn"),
    Language("lisp", _LISP, "lisp", ".lisp"),
    Language("commonlisp", _LISP, "lisp"),
    Language("scheme", _LISP, "lisp", ".scm"),
    Language("racket", _LISP, "lisp", ".rkt"),
    Language("emacs-lisp", _LISP, "lisp", ".el"),
    Language("elisp", _LISP, "lisp"),
    Language("asm", ";", "code", ".asm .s"),
    Language("autohotkey", ";", "code", ".ahk"),
    Language("erlang", "%", "code", ".erl .hrl"),
    Language("matlab", "%", "code"),
    Language("octave", "% #", "code"),
    Language("prolog", "% /*", "code", ".pro"),
    Language("postscript", "%", "code", ".ps"),
    Language("fsharp", "// (*", "java", ".fs .fsi .fsx", "f#"),
    Language("ocaml", "(*", "code", ".ml .mli"),
    Language("pascal", "// { (*", "code", ".pas"),
    Language("fortran", "!", "code", ".f90 .f95 .f03"),
    Language("vb", "' REM", "code", ".vb"),
    Language("bat", "REM ::", "code", ".bat .cmd"),
    Language("vim", '" #', "code", ".vim .vimrc"),
    # Data.
    Language("json", "//", "json", ".json .geojson", family="json"),
    Language("jsonc", _C, "json", ".jsonc", family="json"),
    Language("json5", _C, "json", ".json5", family="json"),
    Language("jsonl", "", "json", ".jsonl .ndjson"),
    Language("csv", syntax="prose", files=".csv .tsv", is_prose=True),
    Language("dotenv", "#", is_prose=True),
    # Texts that people read.
    Language(
        "markdown",
        "<!--",
        "markdown",
        ".md .markdown",
        is_prose=True,
    ),
    Language("mdx", "{/* <!--", "markdown", ".mdx", is_prose=True),
    Language("quarto", "<!--", "markdown", ".qmd", is_prose=True),
    Language("latex", "%", "prose", ".tex", is_prose=True),
    Language("tex", "%", "prose", is_prose=True),
    Language("bibtex", "%", "prose", ".bib", is_prose=True),
    Language("restructuredtext", "..", "prose", ".rst", is_prose=True),
    Language("asciidoc", "//", "prose", ".adoc .asciidoc", is_prose=True),
    Language("org", "#", "prose", ".org", is_prose=True),
    Language("typst", _C, "prose", ".typ", is_prose=True),
    Language("plaintext", "", "prose", ".txt", is_prose=True),
    Language("text", "", "prose", is_prose=True),
    Language("mail", "", "prose", is_prose=True),
    Language("gitcommit", "#", "prose", is_prose=True),
    Language("git-commit", "#", "prose", "commit_editmsg", is_prose=True),
    Language("git-rebase", "#", "prose", "git-rebase-todo", is_prose=True),
    Language("log", "", "prose", ".log", is_prose=True),
    Language("help", "", "prose", is_prose=True),
    Language("scminput", "", "prose", is_prose=True),
    Language("search-result", "", "prose", is_prose=True),
)

LANGUAGES: Final[Mapping[str, Language]] = {row.id: row for row in _TABLE}

# The row of a language that the table does not know: any usual comment, any brackets.
UNKNOWN: Final = Language("", "# // /* -- ; % <!-- (* {- {#")

# What stands in a script's `#!` line, and the language that it means.
_INTERPRETERS: Final = (
    ("python", "python"),
    ("node", "javascript"),
    ("ruby", "ruby"),
    ("perl", "perl"),
    ("sh", "shellscript"),
)

_BY_FILE: Final[Mapping[str, Language]] = {
    name: row for row in _TABLE for name in row.files.split()
}
_BY_ALIAS: Final[Mapping[str, Language]] = {
    name: row for row in _TABLE for name in row.aliases.split()
}


def language(id_: str) -> Language:
    """The row of a language id; `UNKNOWN` where there is none."""
    return LANGUAGES.get(id_, UNKNOWN)


def language_called(name: str) -> Language:
    """The language of an id or of another usual name; `UNKNOWN` where there is none."""
    return LANGUAGES.get(name) or _BY_ALIAS.get(name, UNKNOWN)


def language_of_file(path: PurePath, content: str = "") -> Language:
    """The language of a file by its name, else by its `#!` line, else `plaintext`."""
    name = path.name.lower()
    ending = f".{name.rpartition('.')[2]}" if "." in name else ""
    return _BY_FILE.get(name) or _BY_FILE.get(ending) or _of_script(content)


def _of_script(content: str) -> Language:
    """The language that the `#!` line names; `plaintext` where there is none."""
    first = content[:200].partition("\n")[0]
    words = first if first.startswith("#!") else ""
    ids = (id_ for word, id_ in _INTERPRETERS if word in words)
    return LANGUAGES[next(ids, "plaintext")]
