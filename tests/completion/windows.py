"""Windows from marked text, for the tests of the pure stages."""

from __future__ import annotations

from fim_lsp.completion.window import Window
from fim_lsp.text import Place


def window(marked: str, language: str = "python", *, whole: bool = True) -> Window:
    """The window at `$0`; not `whole`: it is cut before and after."""
    prefix, _, suffix = marked.partition("$0")
    line = prefix.rpartition("\n")[2]
    return Window(
        uri="file:///workspace/main",
        language=language,
        prefix=prefix,
        suffix=suffix,
        place=Place(prefix.count("\n"), len(line)),
        first_line=0,
        at_start=whole,
        at_end=whole,
    )
