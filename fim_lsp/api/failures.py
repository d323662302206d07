"""An endpoint's refusal to an error with its sentence: by status, never by words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from ..errors import (
    AnswerWithheld,
    ApiError,
    AuthenticationFailed,
    BalanceInsufficient,
    HostNotTrusted,
    RateLimited,
    Redirected,
    RequestRefused,
    ServerFailed,
    StreamBroken,
    SuffixUnsupported,
    TimedOut,
)
from ..text import one_line, visible
from .calls import HttpCall
from .presets import Provider

_LONGEST_DETAIL = 300
_LONGEST_PARSED = 4096  # characters of a body that are looked at for its words
_LONGEST_WAIT = 3600.0  # seconds
_NO_STATUS = 600
_ENDS = frozenset({"stop", "length", "content_filter", "tool_calls"})
_GAVE_UP = frozenset({"insufficient_system_resource", "error"})


def from_status(
    provider: Provider,
    status: int,
    call: HttpCall,
    *,
    key_source: str,
    detail: str,
    headers: Mapping[str, str],
) -> ApiError:
    """The error that a `status` other than 200 means.

    `headers` are the response's, with names in lower case.
    """
    host = provider.host
    said: dict[str, Any] = {"status": status, "detail": detail}
    if status < HTTPStatus.BAD_REQUEST:
        return Redirected(
            _redirected(provider, status, headers.get("location")), **said
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(
            f"{host} wants fewer requests for now (429).",
            retry_after=_seconds(headers.get("retry-after")),
            **said,
        )
    kind, sentence = _meaning(provider, status, call, key_source)
    return kind(sentence, **said)


def _meaning(
    provider: Provider, status: int, call: HttpCall, key_source: str
) -> tuple[type[ApiError], str]:
    name, host = provider.name, provider.host
    match status:
        case 401 | 403:
            # A key of the environment counts before one that a login stores.
            remedy = f"check it, or run `fim-lsp login {name}`."
            if key_source == provider.api_key_env:
                remedy = "correct it there."
            return AuthenticationFailed, (
                f"{host} refuses the key from {key_source} ({status}); {remedy}"
            )
        case 402:
            return BalanceInsufficient, (
                f"The account at {host} holds no balance (402); top it up there."
            )
        case 404 | 405:
            return RequestRefused, (
                f"There is no such call at {_shown(call.url)} ({status}); check "
                f"providers.{name}.baseUrl and providers.{name}.dialect."
            )
        case 501 if call.fim:
            return SuffixUnsupported, (
                f"The model at {host} cannot fill in the middle (501); choose one "
                f"that can, or another providers.{name}.dialect."
            )
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return ServerFailed, (
                f"{host} has trouble of its own ({status}); it is asked again later."
            )
    return RequestRefused, (
        f"{host} refuses the request to {_shown(call.url)} ({status}); check the model "
        f"and providers.{name}, the log holds its words."
    )


def not_trusted(provider: Provider) -> HostNotTrusted:
    return HostNotTrusted(
        f"Nothing was sent: the editor's settings point {provider.name} to "
        f"{provider.host}, which your own settings do not name; if that is meant, "
        f'add trustedHosts = ["{provider.host}"] to your config.toml.'
    )


def end_of(provider: Provider, call: HttpCall, reason: str) -> str:
    """A finish_reason as one of ours.

    Raises ApiError for one that takes the answer back: the endpoint gave up, or its
    filter withheld a completion.
    """
    if reason in _GAVE_UP:
        raise ServerFailed(
            f"{provider.host} gave up for lack of resources; it is asked again later.",
            detail=f"finish_reason {reason}",
        )
    if reason == "content_filter" and call.fim:
        raise AnswerWithheld(
            f"The content filter of {provider.host} withheld the completion.",
            detail=f"finish_reason {reason}",
        )
    return reason if reason in _ENDS else "stop"


def inside_answer(
    provider: Provider,
    call: HttpCall,
    value: Mapping[str, Any],
    key_source: str,
    secrets: Iterable[str],
) -> ApiError:
    """The error that an answer of status 200 reports; by its code where it has one."""
    detail = words_of(json.dumps(value, ensure_ascii=False).encode(), secrets)
    error = value.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(code, int) and HTTPStatus.BAD_REQUEST <= code < _NO_STATUS:
        return from_status(
            provider, code, call, key_source=key_source, detail=detail, headers={}
        )
    return StreamBroken(
        f"{provider.host} reported an error inside its answer; "
        "the log holds its words.",
        detail=detail,
    )


def no_answer(provider: Provider, data: str, secrets: Iterable[str]) -> StreamBroken:
    return StreamBroken(
        f"{provider.host} answered something that is not JSON; check "
        f"providers.{provider.name}.baseUrl.",
        detail=clean_words(data[:_LONGEST_PARSED], secrets),
    )


def web_page(provider: Provider) -> StreamBroken:
    return StreamBroken(
        f"{provider.host} answered with a web page; check "
        f"providers.{provider.name}.baseUrl, and whether this network wants a login."
    )


def ended_early(provider: Provider) -> StreamBroken:
    return StreamBroken(f"The answer of {provider.host} ended before it was whole.")


def encoded(provider: Provider, encoding: str) -> StreamBroken:
    return StreamBroken(
        f"{provider.host} compressed its answer ({clean_words(encoding, ())[:20]}) "
        "although it was asked not to; check for a proxy or gateway that does."
    )


def tool_not_offered(provider: Provider) -> StreamBroken:
    return StreamBroken(
        f"The model at {provider.host} called a tool that was not offered; choose "
        "another model."
    )


def broken_off(provider: Provider, detail: str) -> StreamBroken:
    return StreamBroken(
        f"The connection to {provider.host} broke off during a call.", detail=detail
    )


def too_slow(provider: Provider, call: HttpCall) -> TimedOut:
    limits = call.limits
    return TimedOut(
        f"{provider.host} took too long to answer (at most {limits.first_token:g} s to "
        f"the first word, {limits.silence:g} s between words, {limits.total:g} s in "
        "all)."
    )


def words_of(body: bytes, secrets: Iterable[str]) -> str:
    """What an endpoint said about an error, fit for a log.

    Its `error.message` where the body is JSON of that shape, else the body; without
    secrets and control characters, cut at 300 characters.
    """
    text = body.decode("utf-8", "replace")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    return clean_words(_message_in(said) or text, secrets)


def clean_words(text: str, secrets: Iterable[str]) -> str:
    """`text` on one line, without secrets and what cannot be seen, cut."""
    text = visible(text)
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "***")
    return one_line(text, _LONGEST_DETAIL)


def _message_in(said: Any) -> str | None:
    """The message in `error`, `message` or `detail`: a text, an object or a list."""
    if isinstance(said, str):
        return said or None
    if isinstance(said, list):
        return "; ".join(filter(None, map(_complaint, said))) or None
    if not isinstance(said, dict):
        return None
    found = (_message_in(said.get(key)) for key in ("error", "message", "detail"))
    return next(filter(None, found), None)


def _complaint(entry: Any) -> str | None:
    """One entry of a list of complaints: which field, and what is wrong with it."""
    if not isinstance(entry, dict) or not isinstance(entry.get("msg"), str):
        return _message_in(entry)
    place = entry.get("loc")
    named = ".".join(map(str, place)) if isinstance(place, list) else ""
    return f"{named}: {entry['msg']}" if named else entry["msg"]


def _redirected(provider: Provider, status: int, location: str | None) -> str:
    if status == HTTPStatus.NOT_MODIFIED or not location:
        return f"{provider.host} answers with a redirect to nowhere ({status})."
    shown = clean_words(without_query(location), ())
    return (
        f"{provider.host} redirects to {shown} ({status}), which is never followed; "
        f"set providers.{provider.name}.baseUrl to it if that is meant."
    )


def _shown(url: str) -> str:
    """The address of a call without its query, which may hold a key."""
    return url.partition("?")[0]


def without_query(location: str) -> str:
    """An address as it may be shown; its query may hold a token."""
    try:
        target = urlsplit(location)
        host = target.hostname
    except ValueError:
        return "an address that cannot be read"
    return (f"{target.scheme}://{host}" if host else "") + target.path


def _seconds(retry_after: str | None) -> float | None:
    """`Retry-After` as a number of seconds; a date is not read."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        return None
    return min(seconds, _LONGEST_WAIT) if seconds >= 0 else None
