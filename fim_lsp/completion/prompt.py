"""Window and snippets become a request: stable parts first, secrets hidden."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from ..api.requests import FimRequest, Snippet
from ..languages import language
from ..privacy import redact, redact_around
from ..settings import CompletionSettings
from .replies import Sampling
from .window import Window


@dataclass(frozen=True, slots=True)
class Prompt:
    """`redacted`: whether a secret was hidden in what is sent."""

    request: FimRequest
    redacted: bool

    @property
    def chars(self) -> int:
        request = self.request
        snippets = sum(len(s.path) + len(s.text) for s in request.snippets)
        return len(request.prefix) + len(request.suffix) + snippets


def build_prompt(
    window: Window,
    snippets: tuple[Snippet, ...],
    settings: CompletionSettings,
    sampling: Sampling,
) -> Prompt:
    """What is sent for `window`."""
    before = _from_column_0(window)
    prefix, suffix = redact_around(
        before, window.suffix, above=window.above, beyond=window.beyond
    )
    request = FimRequest(
        prefix=prefix,
        suffix=suffix,
        snippets=tuple(Snippet(s.path, redact(s.text)) for s in snippets),
        path=_file_name(window),
        language=window.language,
        max_tokens=settings.max_tokens,
        temperature=sampling.temperature,
        logprobs=settings.min_confidence is not None,
    )
    return Prompt(request, redacted=(prefix, suffix) != (before, window.suffix))


def _file_name(window: Window) -> str:
    """The name of the file; a notebook reads as a script in the cell's language."""
    name = PurePosixPath(unquote(urlsplit(window.uri).path))
    if name.suffix.lower() != ".ipynb":
        return name.name
    return name.with_suffix(language(window.language).ending).name


def _from_column_0(window: Window) -> str:
    """The prefix; a line of white space alone is asked for from its beginning."""
    head, _, line = window.prefix.rpartition("\n")
    if line and not line.strip() and (head or len(line) < len(window.prefix)):
        return window.prefix[: len(window.prefix) - len(line)]
    return window.prefix
