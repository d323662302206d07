"""What an endpoint refuses, as an error with its sentence.

The status decides which error it is.  Where a status has several causes, the
endpoint's own words tell them apart; they also stand in the sentence, in quotes,
because they name the cause best.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from ..errors import (
    ApiError,
    AuthenticationFailed,
    BalanceInsufficient,
    RateLimited,
    Redirected,
    RequestRefused,
    ServerFailed,
    StreamBroken,
    SuffixUnsupported,
)
from . import failures, keys
from .calls import HttpCall
from .failures import quoting
from .keys import Key
from .presets import Provider
from .templates import family_of

# The longest wait in seconds that an endpoint can ask for.
_LONGEST_WAIT = 3600.0
# The first number that is not a status.
_NO_STATUS = 600

# Words of a refusal that is about the text after the cursor: vLLM, Docker Model Runner,
# Ollama and llama.cpp each say it in their own way.
_ABOUT_SUFFIX = re.compile(
    r"\bsuffix\b|support insert|\binfill\b|fill[- ]in[- ]the[- ]middle|\bfim\b",
    re.IGNORECASE,
)
# Words of a refusal that is about the key, although its status is another: LiteLLM.
_ABOUT_KEY = re.compile(
    r"no connected db|api[ _-]?key|authenticat|unauthori[sz]ed", re.IGNORECASE
)
# Words of a gateway whose own budget for this user is used up: LiteLLM.
_ABOUT_BUDGET = re.compile(
    r"budget.{0,40}exceeded|exceeded.{0,20}budget", re.IGNORECASE
)
# Words of a refusal because the prompt is too long.
_ABOUT_LENGTH = re.compile(
    r"context[ _-]?(?:length|size|window)|too many tokens|maximum.{0,20}tokens",
    re.IGNORECASE,
)
# Statuses under which the words decide: each of them stands for several causes.
_VAGUE = frozenset({400, 413, 422, 500})


def from_status(
    provider: Provider,
    status: int,
    call: HttpCall,
    *,
    key: Key | None,
    detail: str,
    headers: Mapping[str, str],
) -> ApiError:
    """The error that a `status` other than 200 means.

    detail: the endpoint's own words, cleaned.
    headers: those of the response, with names in lower case.
    """
    if status < HTTPStatus.BAD_REQUEST:
        kind, sentence = _redirected(provider, status, headers)
    elif status == HTTPStatus.TOO_MANY_REQUESTS or (
        status in _VAGUE and _ABOUT_BUDGET.search(detail)
    ):
        return _limited(provider, status, detail, headers)
    else:
        kind, sentence = (
            _by_words(provider, status, call, key, detail) if status in _VAGUE else None
        ) or _by_status(provider, status, call, key, detail)
    return kind(sentence, status=status, detail=detail)


def inside_answer(
    provider: Provider,
    call: HttpCall,
    value: Mapping[str, Any],
    key: Key | None,
) -> ApiError:
    """The error that an answer of status 200 reports; by its code where it has one."""
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    detail = failures.words_of(text, keys.secrets(provider, key))
    error = value.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(code, int) and HTTPStatus.BAD_REQUEST <= code < _NO_STATUS:
        return from_status(provider, code, call, key=key, detail=detail, headers={})
    return StreamBroken(
        f"{provider.host} reported an error inside its answer{quoting(detail)}.",
        detail=detail,
    )


def _by_status(
    provider: Provider, status: int, call: HttpCall, key: Key | None, detail: str
) -> tuple[type[ApiError], str]:
    name, host, words = provider.name, provider.host, quoting(detail)
    match status:
        case 401 | 403:
            return AuthenticationFailed, _key_refused(provider, status, key, words)
        case 402:
            return BalanceInsufficient, (
                f"The account at {host} has no balance left (402){words}; top it up "
                "there."
            )
        case 404 | 405:
            return RequestRefused, (
                f"There is no such call at {_shown(call.url)} ({status}){words}; check "
                f"providers.{name}.baseUrl and providers.{name}.dialect."
            )
        case 501 if call.fim:
            return SuffixUnsupported, (
                f"The model at {host} cannot fill in the middle (501){words}; choose "
                f"one that can, or another providers.{name}.dialect."
            )
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return ServerFailed, (
                f"{host} failed ({status}){words}; fim-lsp tries again later"
                f"{_perhaps_a_key(provider, key)}."
            )
    return RequestRefused, (
        f"{host} refuses the request to {_shown(call.url)} ({status}){words}; check "
        f"the model and providers.{name}{_perhaps_a_key(provider, key)}."
    )


def _by_words(
    provider: Provider, status: int, call: HttpCall, key: Key | None, detail: str
) -> tuple[type[ApiError], str] | None:
    """What the endpoint's words tell beyond the status, if they do."""
    words = quoting(detail)
    if call.fim and _ABOUT_SUFFIX.search(detail):
        return SuffixUnsupported, (
            f"{provider.host} does not take the text after the cursor ({status})"
            f"{words}; {_other_dialect(provider, call.model)}."
        )
    if _ABOUT_KEY.search(detail):
        return AuthenticationFailed, _key_refused(provider, status, key, words)
    if _ABOUT_LENGTH.search(detail):
        shorten = "completion.prefixTokens and completion.contextTokens"
        return RequestRefused, (
            f"The text is too long for the model at {provider.host} ({status}){words}; "
            f"{f'lower {shorten}' if call.fim else 'select less code'}."
        )
    return None


def _other_dialect(provider: Provider, model: str) -> str:
    """The dialect that helps where the endpoint refuses the suffix."""
    setting = f"providers.{provider.name}"
    if provider.dialect == "infill" or provider.template:
        return f"choose a model that can fill in the middle ({setting}.model)"
    family = family_of(model)
    template = f'"{family}"' if family else "the family of the model"
    return (
        f'set {setting}.dialect = "openai-template" and {setting}.template = {template}'
    )


def _key_refused(provider: Provider, status: int, key: Key | None, words: str) -> str:
    name, host = provider.name, provider.host
    if key is None:
        return (
            f"{host} wants a key and there is none ({status}){words}; run "
            f"`fim-lsp login {name}`, or set providers.{name}.apiKeyEnv."
        )
    # A key of the environment counts before one that a login stores.
    remedy = f"check it, or run `fim-lsp login {name}`"
    if key.source == provider.api_key_env:
        remedy = "correct it there"
    return f"{host} refuses the key from {key.source} ({status}){words}; {remedy}."


def _perhaps_a_key(provider: Provider, key: Key | None) -> str:
    """Some gateways answer with another status where only the key is missing."""
    if key is not None:
        return ""
    return (
        f"; if it wants a key, run `fim-lsp login {provider.name}`, for none was sent"
    )


def _limited(
    provider: Provider, status: int, detail: str, headers: Mapping[str, str]
) -> RateLimited:
    host, words = provider.host, quoting(detail)
    sentence = f"{host} asks for fewer requests ({status}){words}."
    if _ABOUT_BUDGET.search(detail):
        sentence = (
            f"Your budget at {host} is used up ({status}){words}; raise it there."
        )
    wait = _seconds(headers.get("retry-after"))
    return RateLimited(sentence, status=status, detail=detail, retry_after=wait)


def _redirected(
    provider: Provider, status: int, headers: Mapping[str, str]
) -> tuple[type[ApiError], str]:
    location = headers.get("location")
    if status == HTTPStatus.NOT_MODIFIED or not location:
        return Redirected, f"{provider.host} redirects to nowhere ({status})."
    target = failures.clean_words(failures.without_query(location), ())
    return Redirected, (
        f"{provider.host} redirects to {target} ({status}), which is never followed; "
        f"set providers.{provider.name}.baseUrl to it if that is meant."
    )


def _shown(url: str) -> str:
    """The address of a call without its query, which may hold a key."""
    return url.partition("?")[0]


def _seconds(retry_after: str | None) -> float | None:
    """`Retry-After` as a number of seconds; a date is not read."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        return None
    return min(seconds, _LONGEST_WAIT) if seconds >= 0 else None
