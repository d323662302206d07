"""How languages write comments, strings and brackets: a table, and no more.

Each `Syntax` is one regular expression that skips what has no effect (plain text,
block comments and strings that end, line comments, brackets of one line around
plain text) up to the next token, and names the token by its group:

    comment  a line comment at the end of the text
    cut      a string that should have ended on its line, and does not
    open     a block comment or a string that runs to the end of the text
    opener, closer   brackets; in HTML, tags

The expressions are strings: `re` compiles and keeps the ones that are used.
"""

from __future__ import annotations

from dataclasses import dataclass

from ... import languages

DOUBLE_CUT = r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*'
DOUBLE = rf'{DOUBLE_CUT}"'
SINGLE_CUT = r"'[^'\\\n]*+(?:\\.[^'\\\n]*+)*"
SINGLE = rf"{SINGLE_CUT}'"
TRIPLE_DOUBLE = r'"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*"""'
TRIPLE_SINGLE = r"'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*'''"
BACKTICK = r"`[^`\\]*+(?:\\.[^`\\]*+)*`"
LONG_DOUBLE = r'"[^"\\]*+(?:\\.[^"\\]*+)*"'
LONG_SINGLE = r"'[^']*+'"
# A character in C and its family; a lone apostrophe is not one (`don't`, `1'000`).
CHARACTER = r"'(?:\\.[^'\n]*+|[^'\\\n]{1,4})'"
RUST_CHARACTER = r"'(?:\\(?:u\{[^}\n]*+\}|x..|.)|[^'\\\n])'"
RUST_RAW = "|".join(
    rf'(?<=r){marks}"[^"]*+(?:"(?!{marks})[^"]*+)*"{marks}' for marks in ("#", "##", "")
)
BLOCK_COMMENT = r"/\*.*?\*/"
# A slash begins a regular expression only where no value can stand before it.
JS_REGEX = (
    r"(?:(?<=[(,=:\[!&|?{};\n])|(?<=[(,=:\[!&|?{};] )|(?<=return ))"
    r"/(?![*/])(?:\\[^\n]|\[(?:\\[^\n]|[^\]\\\n])*\]|[^/\\\n\[])+/"
)
SLASHES = r"//[^\n]*+"
HASH = r"#[^\n]*+"
WORD_HASH = r"(?<![^\s;(])#[^\n]*+"
DASHES = r"--[^\n]*+"
# A here document; its end is the first group of the shell's pattern.
HERE_DOC_BEGINS = r"(?<!<)<<-?[ \t]*+[\"']?[A-Z_][A-Z0-9_]*+[\"']?[^\n]*+\n"
HERE_DOC = (
    r"(?<!<)<<-?[ \t]*+[\"']?([A-Z_][A-Z0-9_]*+)[\"']?[^\n]*+\n"
    r"(?:[^\n]*+\n)*?[ \t]*+\1(?=\n|\Z)"
)
NEVER = r"(?!)"

# Elements that have no end tag.
VOID = r"area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr"
ATTRIBUTES = r"""[^<>"']*+(?:(?:"[^"]*+"|'[^']*+')[^<>"']*+)*"""


@dataclass(frozen=True, slots=True)
class Syntax:
    """One family of languages.

    `soft` are closers that may stand alone (`case x)` in a shell).  `blocks`
    tells that `{` opens a block, `opens` matches a line that opens one.
    `checked` is false for prose, where brackets need not match.
    """

    pattern: str
    opens: str
    soft: str = ""
    blocks: bool = False
    checked: bool = True


def _pattern(
    first: str,
    *,
    comment: str = NEVER,
    whole: str = NEVER,
    cut: str = NEVER,
    open_: str = NEVER,
    opener: str = r"[(\[{]",
    closer: str = r"[)\]}]",
) -> str:
    """Tokens begin with a character of the class `first`; brackets are in it."""
    plain = rf"[^{first}\n]*+"
    pairs = rf"\({plain}\)|\[{plain}\]|{{{plain}}}" if opener[-1] == "]" else NEVER
    return (
        rf"(?s)(?:[^{first}]++|{pairs}|(?:{comment})(?=\n)|{whole})*"
        rf"(?:(?P<comment>{comment})|(?P<cut>{cut})|(?P<open>{open_})"
        rf"|(?P<opener>{opener})|(?P<closer>{closer})|.|\Z)"
    )


BRACKETS = r"()\[\]{}"
OPENS = r"(?:[:{(\[]|=>|->|\b(?:do|then|else|begin|try|loop))\s*\Z"
# A tag that begins on the line, or an attribute's line that ends one.
OPENS_TAG = r"(?:[:{(\[]|=>|(?:<[a-zA-Z][^<>]*|\A[^<>]*)(?<![-=/])>)\s*\Z"

PYTHON = Syntax(
    _pattern(
        BRACKETS + "#\"'",
        comment=HASH,
        whole=rf'{TRIPLE_DOUBLE}|{TRIPLE_SINGLE}|(?!"""){DOUBLE}|(?!\'\'\'){SINGLE}',
        cut=rf'(?!"""){DOUBLE_CUT}|(?!\'\'\'){SINGLE_CUT}',
        open_=r'""".*+|\'\'\'.*+',
    ),
    OPENS,
)
C = Syntax(
    _pattern(
        BRACKETS + "/\"'",
        comment=SLASHES,
        whole=rf"{BLOCK_COMMENT}|{DOUBLE}|{CHARACTER}",
        cut=DOUBLE_CUT,
        open_=r"/\*.*+",
    ),
    OPENS,
    blocks=True,
)
JAVA = Syntax(
    _pattern(
        BRACKETS + "/\"'",
        comment=SLASHES,
        whole=rf'{BLOCK_COMMENT}|{TRIPLE_DOUBLE}|(?!"""){DOUBLE}|(?<!\w){CHARACTER}',
        cut=rf'(?!"""){DOUBLE_CUT}',
        open_=r'/\*.*+|""".*+',
    ),
    OPENS,
    blocks=True,
)
GO = Syntax(
    _pattern(
        BRACKETS + "/\"'`",
        comment=SLASHES,
        whole=rf"{BLOCK_COMMENT}|{DOUBLE}|{CHARACTER}|`[^`]*+`",
        cut=DOUBLE_CUT,
        open_=r"/\*.*+|`.*+",
    ),
    OPENS,
    blocks=True,
)
RUST = Syntax(
    _pattern(
        BRACKETS + "/\"'#",
        comment=SLASHES,
        whole=rf"{BLOCK_COMMENT}|{RUST_RAW}|(?<!r){LONG_DOUBLE}|{RUST_CHARACTER}",
        open_=r'/\*.*+|".*+|(?<=r)#+".*+',
    ),
    OPENS,
    blocks=True,
)
JAVASCRIPT = Syntax(
    _pattern(
        BRACKETS + "/\"'`",
        comment=SLASHES,
        whole=rf"{BLOCK_COMMENT}|{DOUBLE}|{SINGLE}|{BACKTICK}|{JS_REGEX}",
        cut=rf"{DOUBLE_CUT}|{SINGLE_CUT}",
        open_=r"/\*.*+|`.*+",
    ),
    OPENS,
    blocks=True,
)
# An apostrophe inside a word is text between tags.
JSX = Syntax(
    JAVASCRIPT.pattern.replace(SINGLE_CUT, rf"(?<!\w){SINGLE_CUT}"),
    OPENS_TAG,
    blocks=True,
)
PHP = Syntax(
    _pattern(
        BRACKETS + "/#\"'`",
        comment=rf"{SLASHES}|#(?!\[)[^\n]*+",
        whole=rf"{BLOCK_COMMENT}|{LONG_DOUBLE}|{SINGLE}|{BACKTICK}",
        open_=r'/\*.*+|".*+|`.*+|\'.*+',
    ),
    OPENS,
    blocks=True,
)
CSS = Syntax(
    _pattern(
        BRACKETS + "/\"'",
        whole=rf"{BLOCK_COMMENT}|{DOUBLE}|{SINGLE}",
        cut=rf"{DOUBLE_CUT}|{SINGLE_CUT}",
        open_=r"/\*.*+",
    ),
    OPENS,
    blocks=True,
)
HTML = Syntax(
    _pattern(
        "<",
        whole=(
            r"<!--.*?-->|<script\b[^>]*+>.*?</script\s*>"
            r"|<style\b[^>]*+>.*?</style\s*>"
            rf"|<![^>]*+>|<\?[^>]*+>|<(?:{VOID})\b{ATTRIBUTES}>"
            rf"|<[a-zA-Z]{ATTRIBUTES}(?<=/)>"
        ),
        open_=r"<!--.*+|<(?:script|style)\b[^>]*+>.*+|</?[a-zA-Z][^<>]*+\Z",
        opener=rf"<[a-zA-Z]{ATTRIBUTES}>",
        closer=r"</[a-zA-Z][^<>]*+>",
    ),
    OPENS_TAG,
)
YAML = Syntax(
    _pattern(
        BRACKETS + "#\"'",
        comment=r"(?<!\S)#[^\n]*+",
        whole=rf"(?<![\w)\]}}]){DOUBLE}|(?<![\w)\]}}])'[^'\n]*+'",
        cut=rf"(?<![\w)\]}}]){DOUBLE_CUT}",
    ),
    OPENS,
)
MARKDOWN = Syntax(
    _pattern(
        r"()\[\]`",
        whole=r"(?<!\S)```[^\n]*\n.*?(?<=\n)[ \t]*```(?!\S)|(?<!`)`(?!`)[^`\n]+`(?!`)",
        open_=r"(?<!\S)```[^\n]*\n.*+",
        opener=r"[(\[]",
        closer=r"[)\]]",
    ),
    OPENS,
    soft=")",
)
SQL = Syntax(
    _pattern(
        r"()\[\]\-/\"'`",
        comment=DASHES,
        whole=rf'{BLOCK_COMMENT}|{LONG_SINGLE}|"[^"\n]*+"|`[^`\n]*+`',
        open_=r"/\*.*+|'.*+",
        opener=r"[(\[]",
        closer=r"[)\]]",
    ),
    OPENS,
)
SHELL = Syntax(
    _pattern(
        BRACKETS + "#\"'<\\\\",
        comment=WORD_HASH,
        whole=rf"{LONG_DOUBLE}|{LONG_SINGLE}|{HERE_DOC}|\\.",
        open_=rf"\".*+|'.*+|{HERE_DOC_BEGINS}.*+",
    ),
    OPENS,
    soft=")",
)
HASHED = Syntax(
    _pattern(
        BRACKETS + "#\"'",
        comment=WORD_HASH,
        whole=rf"{DOUBLE}|{SINGLE}",
        cut=rf"{DOUBLE_CUT}|{SINGLE_CUT}",
    ),
    OPENS,
)
LUA = Syntax(
    _pattern(
        BRACKETS + "\\-\"'",
        comment=r"--(?!\[\[)[^\n]*+",
        whole=rf"--\[\[.*?\]\]|\[\[.*?\]\]|{DOUBLE}|{SINGLE}",
        cut=rf"{DOUBLE_CUT}|{SINGLE_CUT}",
        open_=r"--\[\[.*+",
    ),
    OPENS,
)
HASKELL = Syntax(
    _pattern(
        BRACKETS + "\\-\"'",
        comment=r"--(?![!#$%&*+./<=>?@\\^|~:])[^\n]*+",
        whole=rf"\{{-.*?-\}}|{DOUBLE}|(?<![\w'])'(?:\\[^'\n]+'|[^'\\\n]')",
        cut=DOUBLE_CUT,
        open_=r"\{-.*+",
    ),
    OPENS,
)
LISP = Syntax(
    _pattern(
        BRACKETS + '";\\\\',
        comment=r";[^\n]*+",
        whole=rf"{LONG_DOUBLE}|\\.",
        open_=r'".*+',
    ),
    OPENS,
)
JSON = Syntax(
    _pattern(BRACKETS + '"/', comment=SLASHES, whole=DOUBLE, cut=DOUBLE_CUT), OPENS
)
CODE = Syntax(_pattern(BRACKETS + '"', whole=DOUBLE, cut=DOUBLE_CUT), OPENS)
PROSE = Syntax(_pattern(r"\0", opener=NEVER, closer=NEVER), OPENS, checked=False)

# By the names that the table of languages uses.
_FAMILIES = {
    "python": PYTHON,
    "c": C,
    "java": JAVA,
    "go": GO,
    "rust": RUST,
    "javascript": JAVASCRIPT,
    "jsx": JSX,
    "php": PHP,
    "css": CSS,
    "html": HTML,
    "yaml": YAML,
    "markdown": MARKDOWN,
    "sql": SQL,
    "shell": SHELL,
    "hashed": HASHED,
    "lua": LUA,
    "haskell": HASKELL,
    "lisp": LISP,
    "json": JSON,
    "code": CODE,
    "prose": PROSE,
}


def syntax_of(language: str) -> Syntax:
    """The syntax of a language id; an unknown language is taken for code."""
    return _FAMILIES[languages.language(language).syntax]
