"""What a response shows that has nothing to do with how the endpoint was asked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

from ..api import failures
from ..api.calls import Exchange, HttpCall
from ..errors import ApiError, StreamBroken
from .finding import Finding
from .hole import HoleVerdict

# Words of a refusal that blames the suffix, or filling in the middle as such.
ABOUT_SUFFIX = re.compile(
    r"\bsuffix|\binsert\b|\binfill|fill[- ]in[- ]the[- ]middle|\bfim\b", re.IGNORECASE
)
# Words of a refusal that blames the key, whatever its status.
_ABOUT_KEY = re.compile(
    r"api[ _-]?key|unauthori[sz]ed|authenticat|credential|no connected db|"
    r"(?:invalid|missing|expired)[a-z ]* token\b|"
    r"\btoken\b[a-z ]* (?:invalid|illegal|missing|expired|required)",
    re.IGNORECASE,
)


# The name of a header that a refusal wants the key in.
_KEY_HEADER = re.compile(r"\b(?:x-)?api-key\b", re.IGNORECASE)


# Words of a refusal that blames the money, although its status says otherwise.
_ABOUT_MONEY = re.compile(r"\bquota\b|billing|\bcredits?\b|balance", re.IGNORECASE)


_LOADING = re.compile(r"loading", re.IGNORECASE)


_KEY = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


# Statuses after which no other call would fare better, and what to do about each.
_HOPELESS: Mapping[int, tuple[HoleVerdict, str]] = {
    HTTPStatus.PAYMENT_REQUIRED: (
        "error",
        "The account at {host} has nothing left; top it up, then try again.",
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


_SHOWN = 40  # characters of an answer that are shown


def of_silence(error: ApiError, url: str, greeting: str) -> Finding:
    """What it shows that the first call got no response at all.

    greeting: what the server says before it is asked anything.
    """
    place, named = urlsplit(url).netloc, greeting.strip()
    if named.startswith("SSH-"):
        stop = f"An SSH server answers at {place}; check the port."
        return Finding("not-an-api", quoted(named), stop=stop)
    if named or isinstance(error, StreamBroken):
        detail = f"says {quoted(named)}" if named else "no HTTP response"
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


def trouble(exchange: Exchange, call: HttpCall, words: str) -> Finding | None:
    """What has nothing to do with how the endpoint was asked."""
    host, status = urlsplit(call.url).netloc, exchange.status
    detail = status_words(exchange, words)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return _redirect(exchange, call)
    is_page = is_web_page(exchange) and status == HTTPStatus.FORBIDDEN
    if (status in _KEY and not is_page) or _blames_key(exchange, words):
        header = _KEY_HEADER.search(words)
        return Finding(
            "key-refused",
            detail,
            wants_key=True,
            key_header=header[0].lower() if header else None,
            words=words,
        )
    is_loading = status == HTTPStatus.SERVICE_UNAVAILABLE and _LOADING.search(words)
    if is_loading:
        stop = f"{host} is still loading its model; try again when it has."
        return Finding("error", detail, stop=stop)
    if status == HTTPStatus.TOO_MANY_REQUESTS and _ABOUT_MONEY.search(words):
        status = HTTPStatus.PAYMENT_REQUIRED
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
        and not ABOUT_SUFFIX.search(words)
    )


def web_page_finding(exchange: Exchange, call: HttpCall) -> Finding:
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


def status_words(exchange: Exchange, words: str) -> str:
    return f"{exchange.status}: {words}" if words else str(exchange.status)


def quoted(text: str) -> str:
    """The beginning of an answer, quoted and fit for one line."""
    line = failures.clean_words(text, ())
    return json.dumps(
        line[:_SHOWN] + ("…" if len(line) > _SHOWN else ""), ensure_ascii=False
    )
