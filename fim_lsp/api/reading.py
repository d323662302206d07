"""Events of a stream to deltas: deadlines, the end, and what is not an answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..errors import ApiError
from . import failures, keys, refusals
from .calls import HttpCall
from .keys import Key
from .presets import Provider
from .requests import Delta, TokenProb, ToolCallDelta, Usage
from .streams import DONE, StreamDecoder

# Seconds to wait for the usage and the end mark, once the text is whole: what a request
# used is to be written down soon after its answer.
_AFTER_FINISH = 0.15
# The most characters of thoughts and tool calls, as a multiple of the answer's limit.
_THOUGHTS = 20
# The most events that bring neither text nor an end.
_MOST_EMPTY = 10_000


class Reading:
    """One stream as it is read; nothing here waits.  Times are the event loop's.

    `deadline` is when the next text is due; an event without text does not move it.
    `is_whole`: a finish reason has come, so nothing that happens later can spoil the
    answer.  `is_over`: nothing more is expected.
    """

    def __init__(
        self,
        provider: Provider,
        key: Key | None,
        call: HttpCall,
        *,
        decoder: StreamDecoder,
        parse: Callable[[Mapping[str, Any]], Delta],
        started: float,
    ) -> None:
        self._provider = provider
        self._key = key
        self._call = call
        self._decoder = decoder
        self._parse = parse
        self._total = started + call.limits.total
        self._due = started + call.limits.first_token
        self._length = 0  # characters of the answer so far
        self._length_of_thoughts = 0  # those of thoughts and of calls of tools
        self._empty = 0  # events that brought none of these
        self.is_whole = False
        self.is_over = False

    @property
    def deadline(self) -> float:
        return min(self._due, self._total)

    def feed(self, chunks: Sequence[bytes], now: float) -> Iterator[Delta]:
        """What `chunks` have brought as one delta, and the usage as another.

        No chunks at all are the end of the body.  Raises ApiError, after the delta of
        what came before it: for an event that reports an error or is not JSON, for a
        body that ends before the answer is whole, and at the deadline.
        """
        yield from self._deltas(chunks, now)
        if not chunks:
            self.is_over = True
        if self.is_whole or (now < self.deadline and not self.is_over):
            return
        if self.is_over:
            raise failures.ended_early(self._provider)
        raise failures.too_slow(self._provider, self._call)

    def _events(self, chunks: Sequence[bytes]) -> Iterator[str]:
        for chunk in chunks:
            yield from self._decoder.feed(chunk)
        if not chunks:
            yield from self._decoder.end()

    def _deltas(self, chunks: Sequence[bytes], now: float) -> Iterator[Delta]:
        gathered = _Gathered()
        try:
            for data in self._events(chunks):
                self._read(data, gathered)
                if self.is_over:
                    break
        except ApiError:
            if not (self.is_whole or gathered.finish_reason):
                if text := gathered.delta():
                    yield text
                raise
            self.is_over = True
        if gathered.text or gathered.reasoning or gathered.tool_calls:
            self._due = now + self._call.limits.silence
        if gathered.finish_reason:
            self.is_whole = True
            self._due = now + _AFTER_FINISH
        if merged := gathered.delta():
            yield merged
        if gathered.usage:
            yield Delta(usage=gathered.usage, model=gathered.model)

    def _read(self, data: str, gathered: _Gathered) -> None:
        """Add one event to what has been gathered; raises ApiError."""
        if data == DONE:
            if not (self.is_whole or gathered.finish_reason):
                gathered.finish_reason = failures.end_of(
                    self._provider, self._call, "stop"
                )
            self.is_over = True
            return
        value = checked(self._provider, self._call, data, self._key)
        delta = self._parse(value)
        if delta.tool_calls and not self._call.tools:
            raise failures.tool_not_offered(self._provider)
        self._check_length(delta)
        gathered.add(delta)
        if delta.finish_reason:
            gathered.finish_reason = failures.end_of(
                self._provider, self._call, delta.finish_reason
            )

    def _check_length(self, delta: Delta) -> None:
        """Raises StreamBroken once the answer is longer than any that was asked for."""
        thoughts = len(delta.reasoning)
        for piece in delta.tool_calls:
            thoughts += len(piece.arguments) + len(piece.name or "")
        # No answer has more tokens than characters.
        self._length += max(len(delta.text), len(delta.logprobs))
        self._length_of_thoughts += thoughts
        self._empty += not (delta.text or thoughts)
        longest = self._call.longest
        if (
            self._length > longest
            or self._length_of_thoughts > longest * _THOUGHTS
            or self._empty > _MOST_EMPTY
        ):
            raise failures.too_long(self._provider)


class _Gathered:
    """Deltas that came together and are made into one."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.reasoning: list[str] = []
        self.tool_calls: list[ToolCallDelta] = []
        self.logprobs: list[TokenProb] = []
        self.finish_reason: str | None = None
        self.usage: Usage | None = None
        self.model: str | None = None

    def add(self, delta: Delta) -> None:
        if delta.text:
            self.text.append(delta.text)
        if delta.reasoning:
            self.reasoning.append(delta.reasoning)
        if delta.tool_calls:
            self.tool_calls += delta.tool_calls
        if delta.logprobs:
            self.logprobs += delta.logprobs
        self.usage = delta.usage or self.usage
        self.model = delta.model or self.model

    def delta(self) -> Delta | None:
        """All of them as one, but for the usage; None where there is nothing else."""
        if not (self.text or self.reasoning or self.tool_calls or self.finish_reason):
            return None
        return Delta(
            text="".join(self.text),
            reasoning="".join(self.reasoning),
            tool_calls=tuple(self.tool_calls),
            finish_reason=self.finish_reason,
            logprobs=tuple(self.logprobs),
            model=self.model,
        )


def checked(
    provider: Provider, call: HttpCall, data: str, key: Key | None
) -> Mapping[str, Any]:
    """`data` as a JSON object that reports no error; raises ApiError otherwise."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise failures.no_answer(provider, data, keys.secrets(provider, key))
    if value.get("error"):
        raise refusals.inside_answer(provider, call, value, key)
    return value
