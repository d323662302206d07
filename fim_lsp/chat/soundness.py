"""Whether code still holds together after an edit: its brackets, and Python's grammar.

Only what the edit broke is a reason against it: a document that was not sound before
may stay so, and may be repaired.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable

# Counts the brackets, tags and quotes without a partner, in text of a language id.
Unmatched = Callable[[str, str], int]

# Characters of a text that is parsed; a longer one takes too long.
_LONGEST = 2_000_000


def broken(before: str, after: str, language: str, unmatched: Unmatched) -> str | None:
    """Why `after` is not to stand in the place of `before`, as a sentence."""
    if max(len(before), len(after)) > _LONGEST:
        return None
    if unmatched(language, after) and not unmatched(language, before):
        return "With this answer, brackets or quotes would no longer match."
    if language != "python" or _python_error(before):
        return None
    if error := _python_error(after):
        return f"With this answer, the file would not be valid Python: {error}."
    return None


def _python_error(text: str) -> str | None:
    """What is wrong with `text` for this Python, and in which line; None if nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as error:
        return f"{error.msg or 'invalid syntax'} in line {error.lineno}"
    except (ValueError, RecursionError, MemoryError):
        return None
    return None
