"""Errors of an exchange with an endpoint, each with its sentence, and its words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from ..errors import (
    AnswerWithheld,
    HostNotTrusted,
    ServerFailed,
    StreamBroken,
    TimedOut,
)
from ..text import one_line, visible
from .calls import HttpCall
from .presets import Provider

# Characters of an endpoint's own words that are kept, and that a sentence quotes.
_LONGEST_DETAIL, _LONGEST_QUOTE = 300, 160
# Characters of a text that is not JSON that are looked at for its words.
_LONGEST_PARSED = 4096
# Fields of a body that hold what an endpoint says about an error, likeliest first.
MESSAGE_FIELDS = (
    *("error", "message", "detail", "msg", "error_msg", "errmsg", "error_message"),
    "error_description",
)
# The finish reasons that mean the same here, and those of an endpoint that gave up.
_ENDS = frozenset({"stop", "length", "content_filter", "tool_calls"})
_GAVE_UP = frozenset({"insufficient_system_resource", "error"})


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
            f"{provider.host} gave up for lack of resources; fim-lsp tries again "
            "later.",
            detail=f"finish_reason {reason}",
        )
    if reason == "content_filter" and call.fim:
        raise AnswerWithheld(
            f"The content filter of {provider.host} withheld the completion.",
            detail=f"finish_reason {reason}",
        )
    ending = reason if reason in _ENDS else "stop"
    # Whether the model has ended or was stopped, nobody says.
    return "stop-text" if ending == "stop" and call.has_own_stop else ending


def no_answer(provider: Provider, data: str, secrets: Iterable[str]) -> StreamBroken:
    """The error for what is not JSON; JSON that breaks off is told from other text."""
    detail = clean_words(data[:_LONGEST_PARSED], secrets)
    if data.lstrip().startswith("{"):
        return StreamBroken(
            f"The answer of {provider.host} broke off in the middle; it is asked again "
            "later.",
            detail=detail,
        )
    return StreamBroken(
        f"{provider.host} answered something that is not JSON{quoting(detail)}; check "
        f"providers.{provider.name}.baseUrl.",
        detail=detail,
    )


def web_page(provider: Provider) -> StreamBroken:
    return StreamBroken(
        f"{provider.host} answered with a web page; check "
        f"providers.{provider.name}.baseUrl, and whether this network wants a login."
    )


def ended_early(provider: Provider) -> StreamBroken:
    return StreamBroken(f"The answer of {provider.host} ended before it was whole.")


def too_long(provider: Provider) -> StreamBroken:
    return StreamBroken(
        f"{provider.host} sent far more than it was asked for, so the answer was "
        "dropped; check whether it knows max_tokens."
    )


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


def quoting(detail: str) -> str:
    """An endpoint's own words as the continuation of a sentence, short and in quotes;
    nothing where it said nothing.
    """
    return f': "{one_line(detail, _LONGEST_QUOTE)}"' if detail else ""


def words_of(body: bytes, secrets: Iterable[str]) -> str:
    """What an endpoint said about an error, fit for a log.

    Its `error.message` where the body is JSON of that shape, else the body; without
    secrets and control characters, cut at 300 characters.
    """
    text = body.decode("utf-8", "replace")
    try:
        message = _message_in(json.loads(text))
    except (ValueError, RecursionError):
        message = None
    return clean_words(message or text, secrets)


def clean_words(text: str, secrets: Iterable[str]) -> str:
    """`text` on one line, without secrets and what cannot be seen, cut."""
    text = visible(text)
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "***")
    return one_line(text, _LONGEST_DETAIL)


def _message_in(answer: Any) -> str | None:
    """The message in one of the usual fields: a text, an object or a list."""
    if isinstance(answer, str):
        return answer or None
    if isinstance(answer, list):
        return "; ".join(filter(None, map(_complaint, answer))) or None
    if not isinstance(answer, dict):
        return None
    messages = (_message_in(answer.get(field)) for field in MESSAGE_FIELDS)
    return next(filter(None, messages), None)


def _complaint(entry: Any) -> str | None:
    """One entry of a list of complaints: which field, and what is wrong with it."""
    if not isinstance(entry, dict) or not isinstance(entry.get("msg"), str):
        return _message_in(entry)
    place = entry.get("loc")
    named = ".".join(map(str, place)) if isinstance(place, list) else ""
    return f"{named}: {entry['msg']}" if named else entry["msg"]


def without_query(location: str) -> str:
    """An address as it may be shown; its query may hold a token."""
    try:
        target = urlsplit(location)
        host = target.hostname
    except ValueError:
        return "an address that cannot be read"
    return (f"{target.scheme}://{host}" if host else "") + target.path
