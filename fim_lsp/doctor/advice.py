"""What to tell the user about a probed endpoint, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from ..api.choice import code_models, is_made_for_chat
from ..api.prices import cost, readable
from ..api.requests import Usage
from .plan import CHAT, Endpoint
from .probe import ProbeOutcome
from .replies import NO_LIST, NO_SUCH_CALL, THINKS

NO_SUCH_CALLS = {NO_LIST, NO_SUCH_CALL}
_MOST_NAMED = 2  # models that are named as examples


def advice(outcome: ProbeOutcome) -> str:
    """What was found, what to mind, and what the probe has cost."""
    return " ".join(sentences(outcome))


def sentences(outcome: ProbeOutcome) -> Iterator[str]:
    """The advice in its parts, each of which can stand alone."""
    endpoint = outcome.endpoint
    if endpoint.chosen is None:
        yield outcome.stopped or _nothing_found(outcome)
    else:
        yield from _cautions(outcome)
    yield from _spent(endpoint)


def _nothing_found(outcome: ProbeOutcome) -> str:
    """What to do where nothing was proved, by what came back instead."""
    endpoint = outcome.endpoint
    verdicts = {attempt.verdict for attempt in endpoint.attempts}
    details = [attempt.detail for attempt in endpoint.attempts]
    another = f"another model{_such_as(endpoint)} with --model"
    if THINKS in details:
        return (
            "Its model thinks before it answers, which takes too long for completion; "
            f"try {another}."
        )
    if verdicts & {"ignores-suffix", "glues-suffix"}:
        return (
            f"It completes, but never reads what stands after the cursor. Try {another}"
            ", or have one line at a time completed without it by setting dialect = "
            '"prefix".'
        )
    if endpoint.chat:
        return (
            "It chats, but did not fill in the middle: it can answer chat actions "
            f"(chat.provider), not complete. To complete, try {another}."
        )
    if "empty" in verdicts:
        return f"It answers, but with nothing; try {another}."
    return _no_way(outcome, details)


def _no_way(outcome: ProbeOutcome, details: list[str]) -> str:
    """What to do where no call led to an answer of a model."""
    endpoint = outcome.endpoint
    if any("no answer" in detail for detail in details):
        return (
            "It did not answer in time; if it is still loading its model, try again in "
            "a minute."
        )
    if outcome.key is None and any(re.match("5\\d\\d", detail) for detail in details):
        return (
            "It answers with errors of its own (500 and the like); if it wants a key, "
            "put it in a variable and add --key-env VARIABLE."
        )
    refusals = set(details) - NO_SUCH_CALLS
    if not endpoint.model and any("model" in detail for detail in refusals):
        return (
            "It wants the name of a model, and does not list the models it has; add "
            "--model MODEL."
        )
    if endpoint.listing is None and not refusals:
        return (
            f"{urlsplit(endpoint.address.url).netloc} has none of the calls of a model "
            "server; check the address, its port and its path."
        )
    return (
        "No way to have it complete was found; check the address, or name a model that "
        f"can fill in the middle{_such_as(endpoint)} with --model."
    )


def _such_as(endpoint: Endpoint) -> str:
    """Models that were not asked and may complete, as part of a sentence."""
    offered = endpoint.listing.ids if endpoint.listing else ()
    others = [name for name in code_models(offered) if name != endpoint.model]
    return f", such as {' or '.join(others[:_MOST_NAMED])}," if others else ""


def _cautions(outcome: ProbeOutcome) -> Iterator[str]:
    """What the user of a way that works has to mind."""
    endpoint = outcome.endpoint
    way = endpoint.chosen
    if way == CHAT:
        yield (
            "It only chats. Filling in the middle by chat is slow and costs more, so "
            "it completes only when you ask for it, unless you set completion.trigger."
        )
        if others := _such_as(endpoint):
            yield f"Another model{others} may complete better; name it with --model."
    elif is_made_for_chat(endpoint.model):
        yield (
            f"{endpoint.model} was trained to converse; a base or code model of the "
            "same family usually completes better."
        )
    if any(
        attempt.special_tokens for attempt in endpoint.attempts if attempt.way == way
    ):
        yield (
            "Special tokens of the model stand in its answer as text, which may show "
            "up in completions; check the server's template."
        )
    if endpoint.address.plain:
        yield (
            "The address is plain http on your network, so your code can be read on "
            "the way; allowInsecure says that this is meant."
        )
    if outcome.stopped:
        yield outcome.stopped


def _spent(endpoint: Endpoint) -> Iterator[str]:
    """What the probe has cost, where the endpoint counts tokens."""
    counted = [attempt.tokens for attempt in endpoint.attempts if attempt.tokens]
    if not counted:
        return
    usage = Usage(
        prompt=sum(tokens.prompt for tokens in counted),
        completion=sum(tokens.completion for tokens in counted),
        cache_hit=sum(tokens.cache_hit for tokens in counted),
    )
    total = usage.prompt + usage.completion
    money = cost(endpoint.model, usage, datetime.now(UTC).timestamp())
    if money is not None:
        yield f"The probe used {total} tokens, {readable(money)}."
    elif endpoint.address.loopback:
        yield f"The probe used {total} tokens on this machine."
    else:
        price = f"the price of {endpoint.model} is not known"
        yield f"The probe used {total} tokens; {price}."
