"""What the response to one probing call shows: pure, from bytes to a Finding."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from ..api import failures
from ..api.blocks import only_block
from ..api.calls import Exchange, HttpCall
from ..api.dialects import DIALECTS
from ..api.requests import Usage
from ..errors import ApiError, StreamBroken
from .hole import Judgment, SuffixHole, Verdict, judge

# Words of a refusal that blames the suffix, or filling in the middle as such.
_ABOUT_SUFFIX = re.compile(
    r"\bsuffix|\binsert\b|\binfill|fill[- ]in[- ]the[- ]middle|\bfim\b", re.IGNORECASE
)
# Words of a refusal that blames the key, whatever its status.
_ABOUT_KEY = re.compile(
    r"api[ _-]?key|unauthori[sz]ed|authenticat|credential|no connected db|"
    r"(?:invalid|missing|expired)[a-z ]* token",
    re.IGNORECASE,
)
# Words of a server that knows no such call, although its status says otherwise.
_NO_SUCH_CALL = re.compile(r"unexpected endpoint|no such (?:call|route)", re.IGNORECASE)
_ABOUT_MODEL = re.compile(r"\bmodel\b", re.IGNORECASE)
_LOADING = re.compile(r"loading", re.IGNORECASE)

_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
_KEY = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
# Statuses after which no other call would fare better, and what to do about each.
_HOPELESS: Mapping[int, tuple[Verdict, str]] = MappingProxyType(
    {
        HTTPStatus.PAYMENT_REQUIRED: (
            "error",
            "The account at {host} holds no balance; top it up, then try again.",
        ),
        HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: (
            "unreachable",
            "The proxy on the way wants a login; check HTTPS_PROXY and NO_PROXY.",
        ),
        HTTPStatus.TOO_MANY_REQUESTS: (
            "error",
            "{host} wants fewer requests for now; try again in a minute.",
        ),
    }
)
_SHOWN = 40  # characters of an answer that are shown


@dataclass(frozen=True, slots=True)
class Finding:
    """What one call has shown.

    verdict: None for a list of models that came, or that the endpoint does not have.
    detail: what came back, in a few words.
    absent: whether the endpoint has no such call.
    wants_key: whether it answers nobody without a key, or not with this one.
    stop: why no further call makes sense, in a sentence for the user.
    value: the JSON of a list of models.
    words: what the endpoint said about a refusal, cleaned.
    wrote: whether a model has written anything.
    """

    verdict: Verdict | None
    detail: str
    absent: bool = False
    wants_key: bool = False
    stop: str | None = None
    value: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    wrote: bool = False
    special_tokens: bool = False
    tokens: Usage | None = None


def of_models(exchange: Exchange, call: HttpCall, secrets: Iterable[str]) -> Finding:
    """What a list of models, or what came in its place, shows."""
    words = failures.words_of(exchange.body, secrets)
    if trouble := _trouble(exchange, call, words):
        return trouble
    if is_web_page(exchange) and exchange.status not in _GONE:
        return _web_page(exchange, call)
    if exchange.status != HTTPStatus.OK:
        gone = exchange.status in _GONE
        detail = "no list of models" if gone else _status(exchange, words)
        return Finding(None, detail, absent=True, words=words, headers=exchange.headers)
    value = next(_objects(exchange.body), None)
    if value is None:
        host = urlsplit(call.url).netloc
        return Finding(
            "not-an-api",
            f"not JSON: {_shown(words)}",
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
    if trouble := _trouble(exchange, call, words):
        return trouble
    if is_web_page(exchange):
        detail = f"a web page instead of an answer ({exchange.status})"
        return Finding("error", detail, absent=True)
    found = _of_hole(exchange, call, dialect, asked, words)
    return replace(found, headers=exchange.headers)


def _of_hole(
    exchange: Exchange, call: HttpCall, dialect: str, asked: SuffixHole, words: str
) -> Finding:
    """What a response that has to do with how the endpoint was asked shows."""
    events = [event for event in _objects(exchange.body) if isinstance(event, dict)]
    refused = next((event for event in events if event.get("error")), None)
    if exchange.status != HTTPStatus.OK or refused:
        return _refusal(exchange, call, words)
    if not events:
        return Finding("error", f"not JSON: {_shown(words)}", words=words)
    return _answer(events, dialect, asked)


def of_silence(error: ApiError, url: str, greeting: str) -> Finding:
    """What it shows that the first call got no response at all.

    greeting: what the server says before it is asked anything.
    """
    place, named = urlsplit(url).netloc, greeting.strip()
    if named.startswith("SSH-"):
        stop = f"An SSH server answers at {place}; check the port."
        return Finding("not-an-api", _shown(named), stop=stop)
    if named or isinstance(error, StreamBroken):
        detail = f"says {_shown(named)}" if named else "no HTTP response"
        stop = f"What answers at {place} is not a web server; check the port."
        if url.startswith("http:") and not named:
            stop = f"{place} does not answer in HTTP; try https://{place}, or check it."
        return Finding("not-an-api", detail, stop=stop)
    stop = error.sentence
    if stop.startswith("Nothing listens"):
        stop = f"Nothing listens at {place}; start the model server, or check the port."
    if "WRONG_VERSION_NUMBER" in error.detail:
        stop = f"{place} does not speak TLS; try http://{place}."
    return Finding("unreachable", stop.partition(";")[0].rstrip("."), stop=stop)


def is_web_page(exchange: Exchange) -> bool:
    kind = exchange.headers.get("content-type", "")
    start = exchange.body[:200].lstrip().lower()
    return "text/html" in kind or start.startswith((b"<!doctype html", b"<html"))


def is_written_in_go(exchange_words: str) -> bool:
    """Whether a refusal is that of Go's own HTTP server, as Ollama's is."""
    return exchange_words.strip() == "404 page not found"


def _trouble(exchange: Exchange, call: HttpCall, words: str) -> Finding | None:
    """What has nothing to do with how the endpoint was asked."""
    host, status = urlsplit(call.url).netloc, exchange.status
    detail = _status(exchange, words)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return _redirect(exchange, call)
    is_page = is_web_page(exchange) and status == HTTPStatus.FORBIDDEN
    if (status in _KEY and not is_page) or _blames_key(exchange, words):
        return Finding("key-refused", detail, wants_key=True, words=words)
    is_loading = status == HTTPStatus.SERVICE_UNAVAILABLE and _LOADING.search(words)
    if is_loading:
        stop = f"{host} is still loading its model; try again when it has."
        return Finding("error", detail, stop=stop)
    if status in _HOPELESS:
        verdict, stop = _HOPELESS[status]
        return Finding(verdict, detail, stop=stop.format(host=host))
    return None


def _blames_key(exchange: Exchange, words: str) -> bool:
    """Whether a refusal of another status is about the key all the same."""
    return (
        exchange.status >= HTTPStatus.BAD_REQUEST
        and not is_web_page(exchange)
        and bool(_ABOUT_KEY.search(words))
        and not _ABOUT_SUFFIX.search(words)
    )


def _refusal(exchange: Exchange, call: HttpCall, words: str) -> Finding:
    """A refusal of the request itself: its suffix, its address, or something else."""
    detail = _status(exchange, words)
    # Some servers repeat the address of the call, which may hold such a word.
    about = words.replace(urlsplit(call.url).path, "")
    gone = exchange.status in _GONE and not _ABOUT_MODEL.search(about)
    if gone or _NO_SUCH_CALL.search(words):
        return Finding("error", "no such call", absent=True, words=words)
    if exchange.status not in _GONE and _ABOUT_SUFFIX.search(about):
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


def _in_words(verdict: Verdict, text: str, *, thinks: bool) -> str:
    """What an answer was, in a few words."""
    if thinks:
        return "the model thinks before it answers"
    match verdict:
        case "reads-suffix":
            return "filled the hole from the text after it"
        case "glues-suffix":
            return "the suffix was only pasted behind the answer"
        case "empty":
            return "an empty answer"
        case "prose":
            return f"prose instead of code: {_shown(text)}"
    return f"answered {_shown(text)}"


def _web_page(exchange: Exchange, call: HttpCall) -> Finding:
    host, status = urlsplit(call.url).netloc, exchange.status
    wants_login = status == HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED
    if status >= HTTPStatus.BAD_REQUEST and not wants_login:
        return Finding(
            "not-an-api",
            f"a web page of a proxy ({status})",
            stop=f"A proxy answers in place of {host} ({status}); the service behind "
            "it may be down, or the proxy may not let the call through.",
        )
    return Finding(
        "not-an-api",
        "a web page",
        stop=f"{host} answers with a web page: give the address of its API, and if "
        "this network wants a login in the browser first, log in there.",
    )


def _redirect(exchange: Exchange, call: HttpCall) -> Finding:
    """A redirect, which is never followed: it may lead anywhere."""
    target = failures.without_query(exchange.headers.get("location", ""))
    here = urlsplit(call.url)
    there = urlsplit(target)
    if not target:
        advice = f"{here.netloc} redirects to nowhere; check the address."
    elif there.netloc in ("", here.netloc):
        advice = (
            f"{here.netloc} redirects to {target}; give that address if it is meant."
        )
    else:
        advice = (
            f"{here.netloc} redirects to {target}, which is never followed; either "
            "this network wants a login in the browser first, or the service has "
            "moved there."
        )
    detail = f"redirects to {target or 'nowhere'} ({exchange.status})"
    return Finding("not-an-api", detail, stop=advice)


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


def _status(exchange: Exchange, words: str) -> str:
    return f"{exchange.status}: {words}" if words else str(exchange.status)


def _shown(text: str) -> str:
    """The beginning of an answer, quoted and fit for one line."""
    line = failures.clean_words(text, ())
    return json.dumps(
        line[:_SHOWN] + ("…" if len(line) > _SHOWN else ""), ensure_ascii=False
    )
