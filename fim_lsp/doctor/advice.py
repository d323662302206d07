"""What to tell the user about a probed endpoint, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from ..api.choice import is_made_for_chat
from ..api.prices import cost, readable
from ..api.requests import Usage
from .plan import CHAT, Known
from .probe import ProbeOutcome


def advice(outcome: ProbeOutcome) -> str:
    """What was found, what to mind, and what the probe has cost."""
    return " ".join(sentences(outcome))


def sentences(outcome: ProbeOutcome) -> Iterator[str]:
    """The advice in its parts, each of which can stand alone."""
    known = outcome.known
    if known.chosen is None:
        yield outcome.stopped or _nothing_found(outcome)
    else:
        yield from _cautions(outcome)
    yield from _spent(known)


def _nothing_found(outcome: ProbeOutcome) -> str:
    """What to do where nothing was proved, by what came back instead."""
    known = outcome.known
    verdicts = {attempt.verdict for attempt in known.attempts}
    if verdicts & {"ignores-suffix", "glues-suffix"}:
        return (
            "It completes, but never reads what stands after the cursor. Choose a "
            "model that can fill in the middle with --model, or have one line at a "
            'time completed without it by setting dialect = "prefix".'
        )
    if known.chat:
        return (
            "It chats, but did not fill in the middle: it can answer chat actions "
            "(chat.provider), not complete."
        )
    if "empty" in verdicts:
        return "It answers, but with nothing; try another model with --model."
    if any("no answer" in attempt.detail for attempt in known.attempts):
        return (
            "It did not answer in time; if it is still loading its model, try again in "
            "a minute."
        )
    if outcome.key is None and any(
        re.match("5\\d\\d", attempt.detail) for attempt in known.attempts
    ):
        return (
            "It answers with errors of its own (500 and the like); if it wants a key, "
            "put it in a variable and add --key-env VARIABLE."
        )
    return (
        "No way to have it complete was found; check the address, or name a model that "
        "can fill in the middle with --model."
    )


def _cautions(outcome: ProbeOutcome) -> Iterator[str]:
    """What the user of a way that works has to mind."""
    known = outcome.known
    way = known.chosen
    if way == CHAT:
        yield (
            "It only chats. Filling in the middle by chat is slow and costs more, so "
            "it completes only when you ask for it, unless you set completion.trigger."
        )
    elif is_made_for_chat(known.model):
        yield (
            f"{known.model} was trained to converse; a base or code model of the same "
            "family usually completes better."
        )
    if any(attempt.special_tokens for attempt in known.attempts if attempt.way == way):
        yield (
            "Special tokens of the model stand in its answer as text, which may show "
            "up in completions; check the server's template."
        )
    if known.address.plain:
        yield (
            "The address is plain http on your network, so your code can be read on "
            "the way; allowInsecure says that this is meant."
        )
    if outcome.stopped:
        yield outcome.stopped


def _spent(known: Known) -> Iterator[str]:
    """What the probe has cost, where the endpoint counts tokens."""
    counted = [attempt.tokens for attempt in known.attempts if attempt.tokens]
    if not counted:
        return
    usage = Usage(
        prompt=sum(tokens.prompt for tokens in counted),
        completion=sum(tokens.completion for tokens in counted),
        cache_hit=sum(tokens.cache_hit for tokens in counted),
    )
    total = usage.prompt + usage.completion
    money = cost(known.model, usage, datetime.now(UTC).timestamp())
    if money is not None:
        yield f"The probe used {total} tokens, {readable(money)}."
    elif known.address.loopback:
        yield f"The probe used {total} tokens on this machine."
    else:
        yield f"The probe used {total} tokens; the price of {known.model} is not known."
