from __future__ import annotations

from typing import Any

import pytest

from fim_lsp.api import presets
from fim_lsp.api.dialects import BETA, DIALECTS, join
from fim_lsp.api.presets import resolve
from fim_lsp.api.services import PRESETS
from fim_lsp.errors import SettingsError
from fim_lsp.settings import Layer, LayerName, parse

from .support import provider


@pytest.mark.parametrize(
    ("name", "host", "key_env", "dialect"),
    [
        ("deepseek", "api.deepseek.com", "DEEPSEEK_API_KEY", "openai-suffix"),
        ("codestral", "codestral.mistral.ai", "CODESTRAL_API_KEY", "mistral-fim"),
        ("mistral", "api.mistral.ai", "MISTRAL_API_KEY", "mistral-fim"),
        ("llamacpp", "127.0.0.1", None, "infill"),
        ("lmstudio", "127.0.0.1", None, "openai-template"),
        ("vllm", "127.0.0.1", None, "openai-template"),
        ("docker-model-runner", "127.0.0.1", None, "openai-template"),
        ("inception", "api.inceptionlabs.ai", "INCEPTION_API_KEY", "mistral-fim"),
        ("siliconflow", "api.siliconflow.cn", "SILICONFLOW_API_KEY", "openai-suffix"),
        ("qianfan", "qianfan.baidubce.com", "QIANFAN_API_KEY", "openai-suffix"),
        (
            "dashscope",
            "dashscope.aliyuncs.com",
            "DASHSCOPE_API_KEY",
            "openai-template",
        ),
        ("together", "api.together.xyz", "TOGETHER_API_KEY", "openai-template"),
        ("fireworks", "api.fireworks.ai", "FIREWORKS_API_KEY", "openai-template"),
    ],
)
def test_the_presets(name: str, host: str, key_env: str | None, dialect: str) -> None:
    preset = provider(name)
    assert (preset.host, preset.api_key_env, preset.dialect) == (host, key_env, dialect)
    assert preset.key_needed is (key_env is not None)


def test_every_preset_speaks_a_dialect_that_exists() -> None:
    assert {preset.dialect for preset in PRESETS.values()} <= DIALECTS.keys()


@pytest.mark.parametrize(
    "base",
    [
        "https://api.deepseek.com",
        "https://api.deepseek.com/",
        "https://api.deepseek.com/v1",
        "https://api.deepseek.com/v1/",
        "https://api.deepseek.com/beta",
        "https://api.deepseek.com/beta//",
    ],
)
def test_a_version_in_the_base_url_is_understood_and_not_doubled(base: str) -> None:
    paths = provider(baseUrl=base).paths
    assert [join(base, path) for path in (paths.fim, paths.chat, paths.models)] == [
        "https://api.deepseek.com/beta/completions",
        "https://api.deepseek.com/chat/completions",
        "https://api.deepseek.com/models",
    ]


@pytest.mark.parametrize(
    ("base", "fim"),
    [
        ("https://a.example", "https://a.example/v1/completions"),
        ("https://a.example/v1", "https://a.example/v1/completions"),
        ("https://a.example/api/v1/", "https://a.example/api/v1/completions"),
        ("https://a.example/v2", "https://a.example/v2/completions"),
        ("https://a.example/beta", "https://a.example/beta/completions"),
        (
            "https://a.example/openai/deployments/d?api-version=2024-10-21",
            "https://a.example/openai/deployments/d/completions?api-version=2024-10-21",
        ),
        (
            "https://a.example/openai/v1/?api-version=preview",
            "https://a.example/openai/v1/completions?api-version=preview",
        ),
        (
            "https://a.example/v1beta/openai",
            "https://a.example/v1beta/openai/completions",
        ),
        ("https://v2.example/llm", "https://v2.example/llm/v1/completions"),
        ("https://a.example/?tenant=7", "https://a.example/v1/completions?tenant=7"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1/completions"),
    ],
)
def test_a_provider_of_the_users_own_keeps_to_the_usual_paths(
    base: str, fim: str
) -> None:
    assert join(base, provider("mine", baseUrl=base).paths.fim) == fim


def test_another_dialect_takes_its_own_paths() -> None:
    assert provider(dialect="infill").paths == DIALECTS["infill"].paths
    assert provider().paths == BETA


BAD: list[tuple[dict[str, Any], str]] = [
    ({"baseUrl": "api.example.com"}, "needs a scheme"),
    ({"baseUrl": "api.example.com:8000"}, "needs a scheme"),
    ({"baseUrl": "ftp://api.example.com"}, "needs a scheme"),
    ({"baseUrl": "https://"}, "needs a scheme and a host"),
    ({"baseUrl": "https://a.example:99999"}, "is not a URL"),
    ({"baseUrl": "http://api.example.com"}, "plain http to api.example.com"),
    ({"baseUrl": "http://10.0.0.1:80"}, r"providers\.deepseek\.allowInsecure"),
    ({"baseUrl": "https://me:pw@a.example"}, "must not hold a user name"),
    ({"baseUrl": "https://a.example/#k"}, "must not have a #"),
    (
        {"baseUrl": "https://api.deepseek.com/beta/completions"},
        r"address of one call; it must be .* https://api\.deepseek\.com\.",
    ),
    (
        {"baseUrl": "https://a.example:8443/v1/chat/completions"},
        r"service: https://a\.example:8443/v1\.",
    ),
    ({"dialect": "klingon"}, "does not exist; there are openai-suffix"),
    (
        {"dialect": "openai-template", "template": "klingon"},
        r'template is "klingon", which does not exist; there are qwen',
    ),
    (
        {"dialect": "openai-template", "model": "gpt-4"},
        'name of the model "gpt-4" does not tell its family',
    ),
    ({"headers": {"X-A": "two\r\nlines"}}, r"headers\.X-A holds something"),
    ({"headers": {"X-A": "naïve"}}, r"headers\.X-A holds something"),
]


@pytest.mark.parametrize(("said", "words"), BAD)
def test_what_cannot_be_used_is_one_sentence(said: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        provider(**said)
    assert "pw" not in str(caught.value) and "lines" not in str(caught.value)


def test_a_service_with_an_address_for_each_customer_asks_for_it() -> None:
    with pytest.raises(SettingsError, match=r"set it as providers\.azure-codestral"):
        provider("azure-codestral")
    own = provider("azure-codestral", baseUrl="https://me.models.ai.azure.com")
    assert join(own.base_url, own.paths.fim).endswith(".com/v1/fim/completions")


def test_an_unknown_provider_comes_with_a_suggestion() -> None:
    with pytest.raises(SettingsError, match='did you mean "deepseek"'):
        provider("deepseak")
    with pytest.raises(SettingsError, match=r"known: .*codestral"):
        provider("zzz")


def test_plain_http_is_allowed_to_loopback_and_where_the_user_said_so() -> None:
    for host in ("127.0.0.1", "localhost", "[::1]"):
        assert provider(baseUrl=f"http://{host}:1").loopback
    insecure = provider(baseUrl="http://a.example", allowInsecure=True)
    assert insecure.base_url == "http://a.example"


@pytest.mark.parametrize(
    ("layer", "base", "trusted"),
    [
        ("editor", "https://strange.example", False),
        ("editor", "https://api.deepseek.com.strange.example", False),
        ("editor", "https://api.deepseek.com/beta", True),
        ("editor", "https://listed.example", True),
        ("editor", "https://LISTED.example", True),
        ("editor", "http://127.0.0.1:8000", True),
        ("user", "https://strange.example", True),
        ("environment", "https://strange.example", True),
    ],
)
def test_a_host_from_the_editor_must_be_known(
    layer: LayerName,
    base: str,
    trusted: bool,
) -> None:
    layers = [
        Layer("user", {"trustedHosts": ["Listed.example"]}),
        Layer(layer, {"providers": {"deepseek": {"baseUrl": base}}}),
    ]
    assert resolve("deepseek", parse(layers).settings).trusted is trusted


def test_a_provider_that_the_editor_invents_is_not_trusted() -> None:
    assert not provider("mine", "editor", baseUrl="https://strange.example").trusted


def test_the_template_follows_from_the_models_name() -> None:
    said: dict[str, Any] = {
        "dialect": "openai-template",
        "baseUrl": "http://127.0.0.1:8000",
    }
    assert provider("mine", **said, model="Qwen2.5-Coder-7B").template == "qwen"
    assert provider("mine", **said, template="starcoder").template == "starcoder"


@pytest.mark.parametrize(
    ("addresses", "is_here"),
    [(["127.0.0.1", "::1"], True), (["127.0.0.1", "10.0.0.1"], False), ([], False)],
)
def test_a_name_below_localhost_is_this_machine_only_if_it_leads_here(
    addresses: list[str], is_here: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve_name(_host: str, _port: None) -> list[tuple[Any, ...]]:
        if not addresses:
            raise OSError
        return [(0, 0, 0, "", (address, 0)) for address in addresses]

    monkeypatch.setattr("socket.getaddrinfo", resolve_name)
    presets.is_loopback.cache_clear()
    assert presets.is_loopback("model.localhost") is is_here
    presets.is_loopback.cache_clear()
    assert presets.is_loopback("localhost")
