"""Instructions written into the source: a comment that begins with `fim:`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_HASH = (
    "python ruby perl perl6 r shellscript fish yaml toml dockerfile makefile cmake "
    "elixir julia nix powershell coffeescript crystal nim graphql terraform just "
    "ignore properties gitcommit tcl awk starlark gdscript"
)
_SLASHES = (
    "c cpp csharp cuda-cpp objective-c objective-cpp java javascript javascriptreact "
    "typescript typescriptreact go rust swift kotlin scala dart groovy php zig v "
    "jsonc scss less css proto3 proto solidity fsharp glsl hlsl wgsl verilog d"
)
_DASHES = "lua sql haskell elm ada vhdl applescript purescript"
_SEMICOLONS = (
    "lisp commonlisp clojure scheme racket emacs-lisp elisp asm ini autohotkey"
)
_PERCENTS = "latex tex erlang matlab prolog bibtex postscript"
_TAGS = "html xml svg markdown vue svelte astro handlebars razor"

_OPENERS = {
    **dict.fromkeys(_HASH.split(), ("#",)),
    **dict.fromkeys(_SLASHES.split(), ("//", "/*", "*")),
    **dict.fromkeys(_DASHES.split(), ("--", "{-", "/*")),
    **dict.fromkeys(_SEMICOLONS.split(), (";", "#|")),
    **dict.fromkeys(_PERCENTS.split(), ("%",)),
    **dict.fromkeys(_TAGS.split(), ("<!--", "//", "/*", "{{!--", "@*", "{/*")),
    "javascriptreact": ("//", "/*", "*", "{/*"),
    "typescriptreact": ("//", "/*", "*", "{/*"),
    "php": ("//", "#", "/*", "*"),
    "fsharp": ("//", "(*"),
    "ocaml": ("(*",),
    "pascal": ("//", "{", "(*"),
    "vim": ('"', "#"),
    "vb": ("'", "REM"),
    "bat": ("REM", "::"),
    "fortran": ("!",),
    "sql": ("--", "/*", "#"),
    "jinja": ("{#",),
    "twig": ("{#",),
    "erb": ("<%#",),
}
# For a language that the table does not know.
_COMMON = ("#", "//", "/*", "--", ";", "%", "<!--", "(*", "{-", "{#")
_CLOSERS = {
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


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment within one line, from `start` up to `end`, and what it says to do."""

    start: int
    end: int
    instruction: str


def find_comment(line: str, language: str) -> Comment | None:
    """The `fim:` comment on `line`, wherever on the line it stands.

    One that goes on on the next line is not taken: it could not be taken out alone.
    """
    if "fim:" not in line.casefold():
        return None
    if (found := _opening(language).search(line)) is None:
        return None
    opener, start = str(found[found.lastindex or 0]), found.end()
    end = len(line.rstrip())
    instruction = line[start:end]
    if closer := _CLOSERS.get(opener):
        if (at := line.find(closer, start)) < 0:
            return None
        instruction, end = line[start:at].rstrip(closer[0]), at + len(closer)
    elif opener == "*" and "*/" in instruction:
        return None
    instruction = instruction.strip()
    return Comment(found.start(), end, instruction) if instruction else None


@cache
def _opening(language: str) -> re.Pattern[str]:
    """Any opener, however often its last character is repeated (`///`, `;;`, `/**`)."""
    openers = "|".join(
        f"({re.escape(opener)}){re.escape(opener[-1])}*!?"
        for opener in sorted(_OPENERS.get(language, _COMMON), key=len, reverse=True)
    )
    return re.compile(rf"(?:(?<=[\s;{{}})\],])|^)(?:{openers})\s*fim:", re.IGNORECASE)
