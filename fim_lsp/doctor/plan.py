"""Which way to ask an endpoint next, by what is known of it.  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ..api.dialects import DIALECTS
from ..api.requests import Usage
from ..api.templates import TEMPLATES, family_of
from .address import Address
from .hole import HoleVerdict
from .servers import KnownServer, Listing

# The whole of what one `connect` may ask of an endpoint.
MOST_CALLS = 6


@dataclass(frozen=True, slots=True)
class Way:
    """A way to ask: a dialect, and the template where the dialect takes one."""

    dialect: str
    template: str | None = None

    @property
    def path(self) -> str:
        """Where the call is, as the dialect usually has it."""
        return DIALECTS[self.dialect].paths.fim


CHAT = Way("chat")

# Templates to try where the name of the model does not tell its family.
_COMMON_TEMPLATES = ("qwen", "deepseek", "starcoder")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call and what came back.

    way: the dialect "models" stands for the list of models.
    verdict: None for a list of models that came, or that the endpoint does not have.
    tokens: what the endpoint counted; None where it does not say.
    """

    way: Way
    verdict: HoleVerdict | None
    detail: str
    milliseconds: float
    special_tokens: bool = False
    tokens: Usage | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What is known of an endpoint.

    base_url: the address that the settings need; not always the one that was given.
    server: None while it is not recognised.
    listing: None where the endpoint does not list its models.
    model: the one that is asked; empty where the endpoint needs no name.
    absent: paths of calls that the endpoint does not have.
    chat: whether it chats; None while that is not tried.
    key_header: the header that the key is sent in; None for `Authorization: Bearer`.
    unversioned: whether its paths have no `/v1`.
    """

    address: Address
    base_url: str
    server: KnownServer | None = None
    listing: Listing | None = None
    model: str = ""
    attempts: tuple[Attempt, ...] = ()
    absent: frozenset[str] = field(default_factory=frozenset)
    chat: bool | None = None
    key_header: str | None = None
    unversioned: bool = False

    @property
    def calls(self) -> int:
        return len(self.attempts)

    @property
    def chosen(self) -> Way | None:
        """The first way that is proved; chat only where no other one is."""
        proved = [
            attempt.way
            for attempt in self.attempts
            if attempt.verdict == "reads-suffix"
        ]
        others = [way for way in proved if way != CHAT]
        return next(iter(others or proved), None)


def next_way(endpoint: Endpoint) -> Way | None:
    """What to try now; None if all is known, or if nothing is left to try.

    The last call is kept for the chat model: whether there is one decides on chat
    actions, and a chat model can fill in the middle where nothing else does.
    """
    left = MOST_CALLS - endpoint.calls
    if left <= 0:
        return None
    if endpoint.chosen or left == 1:
        return CHAT if _is_open(endpoint, CHAT) else None
    return next(
        (way for way in _likeliest_first(endpoint) if _is_open(endpoint, way)), None
    )


def _likeliest_first(endpoint: Endpoint) -> Iterator[Way]:
    """All ways that make sense, by what is known so far.

    First the server's own dialects and the one that the address points to; then the
    suffix, which many servers take; then what the answer to the suffix suggests; then
    the rest.
    """
    server, family = endpoint.server, family_of(endpoint.model)
    own = server.dialects if server else ()
    hints = (endpoint.address.hint,) if endpoint.address.hint else ()
    for dialect in (*own, *hints):
        rule = DIALECTS[dialect].template
        if rule != "required":
            yield Way(dialect)
        if rule != "none":
            yield Way(dialect, family)
    if "chat" not in own:
        yield from _shared(endpoint, family)
    yield CHAT


def _shared(endpoint: Endpoint, family: str | None) -> Iterator[Way]:
    """The dialects that do not belong to one server alone."""
    suffix = Way("openai-suffix")
    yield suffix
    if suffix.path in endpoint.absent:
        yield Way("mistral-fim")
    yield Way("openai-template", family)
    if _verdicts(endpoint, suffix) & {"ignores-suffix", "refuses-suffix"}:
        # A model does complete there, so that what is left to find is its template.
        yield from _guesses(family)
    if endpoint.server is None:
        if _takes_another_body(endpoint, suffix):
            yield Way("tabby")
        yield Way("infill")
        if endpoint.model:
            yield Way("ollama")
    if family is None:
        yield from _guesses(family)


def _guesses(family: str | None) -> Iterator[Way]:
    """Common templates, without those that write prompts as the family's does."""
    form = TEMPLATES[family].form if family else None
    for guess in _COMMON_TEMPLATES:
        if TEMPLATES[guess].form != form:
            yield Way("openai-template", guess)


def _verdicts(endpoint: Endpoint, way: Way) -> set[HoleVerdict | None]:
    return {attempt.verdict for attempt in endpoint.attempts if attempt.way == way}


def _takes_another_body(endpoint: Endpoint, way: Way) -> bool:
    """Whether the call of a way is there, but got nothing out of the server."""
    verdicts = _verdicts(endpoint, way)
    return way.path not in endpoint.absent and bool(verdicts & {"error", "empty"})


def _is_open(endpoint: Endpoint, way: Way) -> bool:
    """Whether a way can work as far as is known, and was not tried."""
    lacks_template = DIALECTS[way.dialect].template == "required" and not way.template
    is_tried = any(attempt.way == way for attempt in endpoint.attempts)
    return not (is_tried or lacks_template or way.path in endpoint.absent)


def with_base(url: str, server: KnownServer | None) -> str:
    """The address of a known server's API, by any of its addresses."""
    end = server.base if server else ""
    if not end or end in urlsplit(url).path:
        return url
    head, mark, query = url.partition("?")
    return head.rstrip("/").removesuffix("/v1") + end + mark + query
