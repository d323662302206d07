"""What the response to one probing call shows: pure, from bytes to a Finding."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from ..api import failures
from ..api.blocks import only_block
from ..api.calls import Exchange, HttpCall
from ..api.dialects import DIALECTS
from .finding import Finding
from .hole import HoleVerdict, Judgment, SuffixHole, judge
from .trouble import (
    ABOUT_SUFFIX,
    is_web_page,
    quoted,
    status_words,
    trouble,
    web_page_finding,
)

# Fields in which an endpoint reports an error although its status is one of success.
_ERROR_FIELDS = ("error", "error_code", "error_msg", "errmsg", "errcode")
# Words of a server that does not know a call, although its status says otherwise.
_NO_SUCH_CALL = re.compile(r"unexpected endpoint|no such (?:call|route)", re.IGNORECASE)
_ABOUT_MODEL = re.compile(r"\bmodel\b", re.IGNORECASE)

_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
# What is said of calls that more than one place asks about.
NO_LIST, NO_SUCH_CALL = "no list of models", "no such call"
THINKS = "the model thinks before it answers"


def of_models(exchange: Exchange, call: HttpCall, secrets: Iterable[str]) -> Finding:
    """What a list of models, or what came in its place, shows."""
    words = failures.words_of(exchange.body, secrets)
    if finding := trouble(exchange, call, words):
        return finding
    if is_web_page(exchange) and exchange.status not in _GONE:
        return web_page_finding(exchange, call)
    if exchange.status != HTTPStatus.OK:
        gone = exchange.status in _GONE
        detail = NO_LIST if gone else status_words(exchange, words)
        return Finding(None, detail, absent=True, words=words, headers=exchange.headers)
    value = next(_objects(exchange.body), None)
    if value is None:
        host = urlsplit(call.url).netloc
        return Finding(
            "not-an-api",
            f"not JSON: {quoted(words)}",
            stop=f"What answers at {host} is not the API of a model server; check the "
            "address and its port.",
        )
    absent = isinstance(value, dict) and bool(value.get("error"))
    return Finding(
        None, "", absent=absent, value=value, headers=exchange.headers, words=words
    )


def of_hole(
    exchange: Exchange,
    call: HttpCall,
    dialect: str,
    asked: SuffixHole,
    secrets: Iterable[str],
) -> Finding:
    """What the answer to a hole, or what came in its place, shows."""
    words = failures.words_of(exchange.body, secrets)
    if finding := trouble(exchange, call, words):
        return finding
    if is_web_page(exchange):
        detail = f"a web page instead of an answer ({exchange.status})"
        return Finding("error", detail, absent=True)
    finding = _of_hole(exchange, call, dialect, asked, words)
    return replace(finding, headers=exchange.headers)


def _of_hole(
    exchange: Exchange, call: HttpCall, dialect: str, asked: SuffixHole, words: str
) -> Finding:
    """What a response that has to do with how the endpoint was asked shows."""
    events = [event for event in _objects(exchange.body) if isinstance(event, dict)]
    refused = any(event.get(field) for event in events for field in _ERROR_FIELDS)
    if exchange.status != HTTPStatus.OK or refused:
        return _refusal(exchange, call, words)
    if not events:
        return Finding("error", f"not JSON: {quoted(words)}", words=words)
    return _answer(events, dialect, asked)


def is_written_in_go(exchange_words: str) -> bool:
    """Whether a refusal is that of Go's own HTTP server, as Ollama's is."""
    return exchange_words.strip() == "404 page not found"


def _refusal(exchange: Exchange, call: HttpCall, words: str) -> Finding:
    """A refusal of the request itself: its suffix, its address, or something else."""
    detail = status_words(exchange, words)
    # Some servers repeat the address of the call, which may hold such a word.
    about = words.replace(urlsplit(call.url).path, "")
    gone = exchange.status in _GONE and not _ABOUT_MODEL.search(about)
    if gone or _NO_SUCH_CALL.search(words):
        return Finding("error", NO_SUCH_CALL, absent=True, words=words)
    if exchange.status not in _GONE and ABOUT_SUFFIX.search(about):
        return Finding("refuses-suffix", detail, words=words)
    return Finding("error", detail, words=words)


def _answer(
    events: Sequence[Mapping[str, Any]], dialect: str, asked: SuffixHole
) -> Finding:
    """What the text of an answer shows."""
    deltas = [DIALECTS[dialect].fim_delta(event) for event in events]
    text = "".join(delta.text for delta in deltas)
    thinks = any(delta.reasoning for delta in deltas) or "<think>" in text
    tokens = next((delta.usage for delta in reversed(deltas) if delta.usage), None)
    judgment = judge(asked, text)
    if judgment.verdict == "glues-suffix" and _writes_prompt(dialect):
        # The suffix stands in the prompt, and a server may repeat that.
        judgment = replace(judgment, verdict="ignores-suffix")
    if dialect == "chat" and text.strip():
        block = only_block(text)
        judgment = judge(asked, block) if block else Judgment("prose")
    return Finding(
        judgment.verdict,
        _in_words(judgment.verdict, text, thinks=thinks),
        wrote=bool(text.strip()) or thinks,
        special_tokens=judgment.special_tokens,
        tokens=tokens,
    )


def _writes_prompt(dialect: str) -> bool:
    """Whether the whole request is one text, as with FIM tokens or in chat."""
    return dialect == "chat" or DIALECTS[dialect].template == "required"


def _in_words(verdict: HoleVerdict, text: str, *, thinks: bool) -> str:
    """What an answer was, in a few words."""
    if thinks:
        return THINKS
    match verdict:
        case "reads-suffix":
            return "filled the hole from the text after it"
        case "glues-suffix":
            return "the suffix was only pasted behind the answer"
        case "empty":
            return "an empty answer"
        case "prose":
            return f"prose instead of code: {quoted(text)}"
    return f"answered {quoted(text)}"


def _objects(body: bytes) -> Iterator[Any]:
    """The JSON values of a body: one as a whole, or one in each line or event."""
    text = body.decode("utf-8", "replace").strip()
    try:
        yield json.loads(text)
    except (ValueError, RecursionError):
        for line in text.splitlines():
            try:
                yield json.loads(line.removeprefix("data:"))
            except (ValueError, RecursionError):
                continue
