"""The table of services that fim-lsp knows by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from . import dialects
from .dialects import Paths


@dataclass(frozen=True, slots=True)
class Preset:
    """What is known about a provider before the user sets anything.

    base_url: the service's address; empty if each customer has an address of their own.
    dialect: a key of `DIALECTS`.
    api_key_env: the environment variable that usually holds the key; None if the
        service needs no key.
    model, chat_model: the models for completion and for chat; None means that the
        service is asked which models it offers.
    preferred: the models that `auto` takes if the service offers them, best first.
    default_model: the model that `auto` takes if the service does not list its models.
    paths: the paths of the calls; None if they are those of the dialect.
    thinking: whether chat requests have the field `thinking`.
    """

    base_url: str
    dialect: str
    api_key_env: str | None = None
    model: str | None = None
    chat_model: str | None = None
    preferred: tuple[str, ...] = ()
    default_model: str = ""
    paths: Paths | None = None
    thinking: bool = False


PRESETS: Mapping[str, Preset] = {
    "deepseek": Preset(
        base_url="https://api.deepseek.com",
        dialect="openai-suffix",
        api_key_env="DEEPSEEK_API_KEY",
        preferred=("deepseek-flash", "deepseek-v4-flash", "deepseek-chat"),
        default_model="deepseek-flash",
        paths=dialects.BETA,
        thinking=True,
    ),
    "codestral": Preset(
        base_url="https://codestral.mistral.ai",
        dialect="mistral-fim",
        api_key_env="CODESTRAL_API_KEY",
        model="codestral-latest",
        chat_model="codestral-latest",
    ),
    "mistral": Preset(
        base_url="https://api.mistral.ai",
        dialect="mistral-fim",
        api_key_env="MISTRAL_API_KEY",
        model="codestral-latest",
        chat_model="codestral-latest",
    ),
    "azure-codestral": Preset(
        base_url="",
        dialect="mistral-fim",
        api_key_env="AZURE_CODESTRAL_API_KEY",
        model="codestral",
        chat_model="codestral",
    ),
    "inception": Preset(
        base_url="https://api.inceptionlabs.ai",
        dialect="mistral-fim",
        api_key_env="INCEPTION_API_KEY",
        preferred=("mercury-edit", "mercury-coder"),
        default_model="mercury-coder",
    ),
    "siliconflow": Preset(
        base_url="https://api.siliconflow.cn",
        dialect="openai-suffix",
        api_key_env="SILICONFLOW_API_KEY",
        preferred=(
            "Qwen/Qwen2.5-Coder-7B-Instruct",
            "Qwen/Qwen2.5-Coder-32B-Instruct",
            "deepseek-ai/DeepSeek-V3",
        ),
        default_model="Qwen/Qwen2.5-Coder-7B-Instruct",
    ),
    "qianfan": Preset(
        base_url="https://qianfan.baidubce.com/v2",
        dialect="openai-suffix",
        api_key_env="QIANFAN_API_KEY",
        preferred=("qwen3-coder-30b-a3b-instruct", "deepseek-v3.2"),
        default_model="deepseek-v3.2",
    ),
    "dashscope": Preset(
        base_url="https://dashscope.aliyuncs.com/compatible-mode/v1",
        dialect="openai-template",
        api_key_env="DASHSCOPE_API_KEY",
        preferred=(
            "qwen2.5-coder-7b-instruct",
            "qwen2.5-coder-32b-instruct",
            "qwen-coder-turbo",
        ),
        default_model="qwen2.5-coder-7b-instruct",
    ),
    "together": Preset(
        base_url="https://api.together.xyz",
        dialect="openai-template",
        api_key_env="TOGETHER_API_KEY",
        preferred=("Qwen/Qwen2.5-Coder-32B-Instruct",),
        default_model="Qwen/Qwen2.5-Coder-32B-Instruct",
    ),
    "fireworks": Preset(
        base_url="https://api.fireworks.ai/inference",
        dialect="openai-template",
        api_key_env="FIREWORKS_API_KEY",
        preferred=("accounts/fireworks/models/qwen2p5-coder-32b-instruct",),
        default_model="accounts/fireworks/models/qwen2p5-coder-32b-instruct",
    ),
    "openrouter": Preset(
        base_url="https://openrouter.ai/api",
        dialect="chat",
        api_key_env="OPENROUTER_API_KEY",
    ),
    "llamacpp": Preset(base_url="http://127.0.0.1:8012", dialect="infill"),
    "ollama": Preset(base_url="http://127.0.0.1:11434", dialect="ollama"),
    "lmstudio": Preset(base_url="http://127.0.0.1:1234", dialect="openai-template"),
    "vllm": Preset(base_url="http://127.0.0.1:8000", dialect="openai-template"),
    "tabby": Preset(base_url="http://127.0.0.1:8080", dialect="tabby"),
    "docker-model-runner": Preset(
        base_url="http://127.0.0.1:12434/engines", dialect="openai-template"
    ),
}
