"""The servers that `connect` recognises, by what they say of themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class KnownServer:
    """One program or service that serves models.

    name: as its makers write it.
    dialects: its own dialects, which are tried before those that many servers share.
    hosts: ends of the host names where the service is.
    headers: names of response headers (lower case), each with a part of its value.
    owners: values of `owned_by` in its list of models.
    models: beginnings of its models' names.
    words: parts of what it says (lower case) when it refuses a request.
    base: what its API's address has behind that of the server.
    key_header: the header that holds the key; None for `Authorization: Bearer`.
    """

    name: str
    dialects: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    owners: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    base: str = ""
    key_header: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of models: their ids in the server's order, and who owns them."""

    ids: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()


# The first row that fits counts, so a gateway stands before what it may front.
SERVERS = (
    KnownServer("LiteLLM", headers=(("x-litellm-version", ""),)),
    KnownServer("llama-swap", ("infill",), owners=("llama-swap",)),
    KnownServer(
        "llama.cpp",
        ("infill",),
        headers=(("server", "llama.cpp"),),
        owners=("llamacpp",),
    ),
    KnownServer(
        "Ollama",
        ("ollama",),
        owners=("library",),
        words=("does not support insert",),
    ),
    KnownServer("vLLM", owners=("vllm",), words=("suffix is not currently supported",)),
    KnownServer("LM Studio", owners=("organization_owner", "organization-owner")),
    KnownServer(
        "Docker Model Runner",
        owners=("docker",),
        words=("unsupported param: suffix",),
        base="/engines",
    ),
    KnownServer(
        "Tabby",
        ("tabby",),
        owners=("tabby", "tabbyml"),
        words=("empty prompt", "segments"),
    ),
    KnownServer(
        "DeepSeek",
        ("openai-suffix",),
        hosts=("deepseek.com",),
        owners=("deepseek",),
        base="/beta",
    ),
    KnownServer(
        "Codestral", ("mistral-fim",), hosts=("codestral.mistral.ai", "ai.azure.com")
    ),
    KnownServer(
        "Mistral", ("mistral-fim",), hosts=("mistral.ai",), owners=("mistralai",)
    ),
    KnownServer(
        "Inception",
        ("mistral-fim",),
        hosts=("inceptionlabs.ai",),
        owners=("inception", "inceptionlabs", "inceptionai"),
        models=("mercury",),
    ),
    KnownServer("SiliconFlow", hosts=("siliconflow.cn", "siliconflow.com"), owners=()),
    KnownServer("Qianfan", hosts=("baidubce.com",)),
    KnownServer("DashScope", ("openai-template",), hosts=("aliyuncs.com",)),
    KnownServer("Together", hosts=("together.xyz", "together.ai")),
    KnownServer("Fireworks", hosts=("fireworks.ai",), owners=("fireworks",)),
    KnownServer(
        "OpenRouter", ("chat",), hosts=("openrouter.ai",), models=("openrouter/",)
    ),
    KnownServer(
        "Azure OpenAI",
        ("chat",),
        hosts=("openai.azure.com", "cognitiveservices.azure.com"),
        key_header="api-key",
    ),
)
TGI = KnownServer("Text Generation Inference")


def by_host(host: str) -> KnownServer | None:
    """The service at a host that is its own."""
    return _first(
        server
        for server in SERVERS
        if any(host == end or host.endswith(f".{end}") for end in server.hosts)
    )


def by_answer(
    headers: Mapping[str, str], listing: Listing | None
) -> KnownServer | None:
    """The server that answers with these headers (lower case) and models."""
    listing = listing or Listing()
    by_header = _first(
        server
        for server in SERVERS
        if any(
            name in headers and part in headers[name].lower()
            for name, part in server.headers
        )
    )
    if by_header:
        return by_header
    if any(name.startswith("x-compute-") for name in headers):
        return TGI
    owners = {owner.lower() for owner in listing.owners}
    by_owner = _first(
        server for server in SERVERS if not owners.isdisjoint(server.owners)
    )
    if by_owner:
        return by_owner
    if len(listing.ids) == 1 and listing.owners == listing.ids:
        return TGI
    return _first(
        server
        for server in SERVERS
        if any(
            model.startswith(server.models) for model in listing.ids if server.models
        )
    )


def by_words(words: str) -> KnownServer | None:
    """The server that refuses a request with these words."""
    lower_words = words.lower()
    return _first(
        server
        for server in SERVERS
        if any(part in lower_words for part in server.words)
    )


def read_listing(value: Any) -> Listing | None:
    """A list of models in any of the shapes that servers give it; None for no list.

    OpenAI's `{"data": [{"id"}]}`, a bare list, Ollama's `{"models": [{"name"}]}`, and
    Tabby's `{"completion": [name], "chat": [name]}`.
    """
    if isinstance(value, dict):
        if "completion" in value and isinstance(value["completion"], list):
            return _listing([*value["completion"], *_list(value.get("chat"))])
        is_empty = "data" in value and value["data"] is None
        value = [] if is_empty else value.get("data", value.get("models"))
    return _listing(value) if isinstance(value, list) else None


def _listing(entries: Sequence[Any]) -> Listing:
    ids: dict[str, None] = {}
    owners: dict[str, None] = {}
    for entry in entries:
        fields = entry if isinstance(entry, dict) else {"id": entry}
        name = _name(fields)
        if name:
            ids[name] = None
        owner = fields.get("owned_by")
        if isinstance(owner, str) and owner:
            owners[owner] = None
        elif isinstance(fields.get("tags"), list):
            owners["docker"] = None
    return Listing(tuple(ids), tuple(owners))


def _name(entry: Mapping[str, Any]) -> str:
    """What a model is called in a request."""
    tags = _list(entry.get("tags"))
    names = (*(tags[:1] if "id" in entry else ()), entry.get("id"))
    for name in (*names, entry.get("model"), entry.get("name")):
        if isinstance(name, str) and name:
            return name
    return ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _first(servers: Any) -> KnownServer | None:
    return next(iter(servers), None)
