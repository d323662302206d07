"""Snippets of other files as comments in front of a prompt."""

from __future__ import annotations

from .. import languages
from ..languages import Language
from .requests import Snippet


def as_comments(snippets: tuple[Snippet, ...], language: str) -> str:
    """Snippets as comments of the language, each headed by its path.

    The text ends with a blank line.  A language without line comments gets a block
    comment for each snippet; a text that has no comments at all gets the bare lines.
    The same snippets give the same bytes, so that the provider's cache can hit.
    """
    facts = languages.language(language)
    return "".join(_as_comment(snippet, facts) for snippet in snippets)


def _as_comment(snippet: Snippet, facts: Language) -> str:
    lines = [snippet.path, *snippet.text.strip("\n").split("\n")]
    if mark := facts.line_comment:
        body = "\n".join(f"{mark} {line}".rstrip() for line in lines)
    elif block := facts.block_comment:
        opener, closer = block
        # A comment inside the snippet must not end the comment around it.
        inner = "\n".join(lines).replace(closer, f"{closer[0]} {closer[1:]}")
        body = f"{opener} {inner}\n{closer}"
    else:
        body = "\n".join(lines)
    return f"{body}\n\n"
