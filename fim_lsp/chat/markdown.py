"""A model's Markdown, made safe to open in an editor's preview.

The text is parsed and written anew, so that nothing stays that a preview could fetch
or run: an image becomes its description, raw HTML becomes text, and a link that does
not lead to http or https becomes its words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from .fences import fenced

_SAFE_LINK = re.compile(r"https?://", re.IGNORECASE)
# The word behind a fence, where it can only be the name of a language.
_LANGUAGE = re.compile(r"[\w+#.-]{1,40}")

# Characters that mean something in Markdown, where they do.
_ESCAPED = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)"  # a backslash before punctuation or a line's end
    r"|`|~(?=~)"
    r"|(?<=\S)\*|\*(?=\S)"
    r"|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)"
    r"|\](?=[(\[:])|!(?=\[)",
    re.MULTILINE,
)
# The beginning of raw HTML, and of a character reference.
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_REFERENCE = re.compile(r"&(?=#?\w{1,32};)")
# What makes a line of a paragraph the beginning of some other block.
_BLOCK = re.compile(
    r"^([ \t]*\d{1,9}(?=[.)](?:\s|$))|[ \t]*(?=(?:#{1,6}|[-+*])(?:\s|$)|>|[-=]+\s*$))",
    re.MULTILINE,
)

_LONGEST = 100_000  # characters that are parsed; longer text is shown as it is
_DEEPEST = 100  # levels of blocks and marks inside one another

Render = Callable[[SyntaxTreeNode], str]


def tame(text: str) -> str:
    """`text` without images, raw HTML and links that are not http(s)."""
    if len(text) > _LONGEST:
        return fenced(text) + "\n"
    written = _blocks(SyntaxTreeNode(_parser().parse(text)))
    if not _is_safe(written):
        written = fenced(text)
    return written.strip("\n") + "\n"


@cache
def _parser(*, html: bool = False) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": html, "maxNesting": _DEEPEST})
    return parser.enable(["table", "strikethrough"])


def _is_safe(text: str) -> bool:
    """Whether a preview that renders HTML, too, finds nothing to fetch or to run."""
    tree = SyntaxTreeNode(_parser(html=True).parse(text))
    return not any(
        node.type in ("image", "html_inline", "html_block")
        or (node.type == "link" and not _leads_to_web(node))
        for node in tree.walk()
    )


def _leads_to_web(link: SyntaxTreeNode) -> bool:
    return _SAFE_LINK.match(str(link.attrs.get("href", ""))) is not None


def _blocks(node: SyntaxTreeNode) -> str:
    """The blocks in `node`, with a blank line between them, except in a tight list."""
    parts: list[str] = []
    for child in node.children:
        is_tight = bool(child.nester_tokens and child.nester_tokens.opening.hidden)
        parts += [_rendered(child), "\n" if is_tight else "\n\n"]
    return "".join(parts[:-1])


def _inline(nodes: Iterable[SyntaxTreeNode]) -> str:
    text = ""
    for is_text, group in groupby(_flat(nodes), lambda node: node.type == "text"):
        if is_text:
            part = _escaped("".join(node.content for node in group))
        else:
            part = "".join(map(_rendered, group))
        # An exclamation mark would make an image of the link behind it.
        if part.startswith("[") and text.endswith("!"):
            text = f"{text[:-1]}\\!"
        text += part
    return text


def _flat(nodes: Iterable[SyntaxTreeNode]) -> Iterator[SyntaxTreeNode]:
    """The nodes, with its words for each image and for each link that is not safe."""
    for node in nodes:
        if node.type == "image" or (node.type == "link" and not _leads_to_web(node)):
            yield from _flat(node.children)
        else:
            yield node


def _rendered(node: SyntaxTreeNode) -> str:
    return _RENDERED.get(node.type, _blocks)(node)


def _paragraph(node: SyntaxTreeNode) -> str:
    return _BLOCK.sub(r"\1\\", _content(node))


def _content(node: SyntaxTreeNode) -> str:
    return _inline(part for inline in node.children for part in inline.children)


def _heading(node: SyntaxTreeNode) -> str:
    return f"{'#' * int(node.tag[1:])} {_one_line(_content(node))}"


def _one_line(text: str) -> str:
    return text.replace("\\\n", " ").replace("\n", " ")


def _code_block(node: SyntaxTreeNode) -> str:
    word = node.info.split()[:1]
    language = word[0] if word and _LANGUAGE.fullmatch(word[0]) else ""
    return fenced(node.content, language)


def _quote(node: SyntaxTreeNode) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _blocks(node).split("\n"))


def _bullets(node: SyntaxTreeNode) -> str:
    return _items(node, [f"{node.markup} "] * len(node.children))


def _numbers(node: SyntaxTreeNode) -> str:
    first = int(node.attrs.get("start", 1))
    numbers = range(first, first + len(node.children))
    return _items(node, [f"{number}{node.markup} " for number in numbers])


def _items(node: SyntaxTreeNode, marks: list[str]) -> str:
    """The items of a list, each with its mark, its further lines indented below it."""
    items: list[str] = []
    is_tight = True
    for mark, item in zip(marks, node.children, strict=True):
        first, *rest = _blocks(item).split("\n")
        below = [f"{' ' * len(mark)}{line}".rstrip() for line in rest]
        items.append("\n".join([f"{mark}{first}".rstrip(), *below]))
        is_tight &= all(
            child.type != "paragraph"
            or bool(child.nester_tokens and child.nester_tokens.opening.hidden)
            for child in item.children
        )
    return ("\n" if is_tight else "\n\n").join(items)


def _table(node: SyntaxTreeNode) -> str:
    rows = [row for part in node.children for row in part.children]
    cells = [[_cell(cell) for cell in row.children] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    rule = "|" + " --- |" * len(cells[0])
    return "\n".join([lines[0], rule, *lines[1:]])


def _cell(node: SyntaxTreeNode) -> str:
    return _one_line(_content(node)).replace("|", "\\|")


def _escaped(text: str) -> str:
    text = _ESCAPED.sub(r"\\\g<0>", text)
    return _TAG.sub("&lt;", _REFERENCE.sub("&amp;", text))


def _code(node: SyntaxTreeNode) -> str:
    runs = {len(run) for run in re.findall(r"`+", node.content)}
    mark = "`" * next(size for size in range(1, len(runs) + 2) if size not in runs)
    is_padded = node.content.startswith(("`", " ")) or node.content.endswith(("`", " "))
    pad = " " if is_padded and node.content.strip() else ""
    return f"{mark}{pad}{node.content}{pad}{mark}"


def _link(node: SyntaxTreeNode) -> str:
    target = re.sub(r"[<>()\s\\]", _percent, str(node.attrs["href"]))
    if node.markup == "autolink":
        return f"<{target}>"
    return f"[{_inline(node.children)}]({target})"


def _percent(match: re.Match[str]) -> str:
    return f"%{ord(match[0]):02X}"


_RENDERED: Final[Mapping[str, Render]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "hr": lambda _: "---",
    "fence": _code_block,
    "code_block": _code_block,
    "blockquote": _quote,
    "bullet_list": _bullets,
    "ordered_list": _numbers,
    "table": _table,
    "softbreak": lambda _: "\n",
    "hardbreak": lambda _: "\\\n",
    "code_inline": _code,
    "em": lambda node: f"*{_inline(node.children)}*",
    "strong": lambda node: f"**{_inline(node.children)}**",
    "s": lambda node: f"~~{_inline(node.children)}~~",
    "link": _link,
}
