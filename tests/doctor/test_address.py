from __future__ import annotations

import pytest

from fim_lsp.doctor.address import read_address
from fim_lsp.errors import InputError


@pytest.mark.parametrize(
    ("typed", "url", "hint"),
    [
        ("http://127.0.0.1:8012", "http://127.0.0.1:8012", None),
        (" http://127.0.0.1:8012/ ", "http://127.0.0.1:8012", None),
        ("HTTPS://API.Example.com/v1", "https://api.example.com/v1", None),
        ("localhost:11434", "http://localhost:11434", None),
        ("192.168.1.5:8000", "http://192.168.1.5:8000", None),
        ("api.example.com", "https://api.example.com", None),
        ("[::1]:8000/v1", "http://[::1]:8000/v1", None),
        ("https://a.example/v1/chat/completions", "https://a.example", None),
        ("https://a.example/beta/completions", "https://a.example/beta", None),
        ("https://a.example/v1/fim/completions", "https://a.example", "mistral-fim"),
        ("http://localhost:8012/infill", "http://localhost:8012", "infill"),
        ("http://localhost:11434/api/generate", "http://localhost:11434", "ollama"),
        ("https://a.example/v1/models/", "https://a.example", None),
        (
            "https://a.example/openai/deployments/d/chat/completions?api-version=1",
            "https://a.example/openai/deployments/d?api-version=1",
            None,
        ),
        ("https://a.example/v1#top", "https://a.example/v1", None),
    ],
)
def test_an_address_is_read_as_it_is_meant(
    typed: str, url: str, hint: str | None
) -> None:
    address = read_address(typed)
    assert (address.url, address.hint) == (url, hint)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "not an address"),
        ("http://", "not an address"),
        ("http://a b/", "not an address"),
        ("http://a.example:99999", "not an address"),
        ("https://me:hunter2@a.example/v1", "a user name or a password"),
        ("me:hunter2@a.example/v1", "a user name or a password"),
        ("ftp://a.example", "begin with ftp://"),
        ("file:///etc/passwd", "not an address"),
        ("http://api.example.com/v1", "plain http.*use https://api.example.com"),
        ("http://8.8.8.8:8000", "plain http"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(typed: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_address(typed)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("localhost:11434", "no scheme, so http://localhost:11434 is asked"),
        ("api.example.com/v1", "no scheme, so https://api.example.com is asked"),
        (
            "https://a.example/v1/chat/completions?key=secret",
            "address of one call; the service is at https://a.example.",
        ),
    ],
)
def test_what_is_read_differently_is_said(typed: str, note: str) -> None:
    (said,) = read_address(typed).notes
    assert note in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("http://127.0.0.1:8012", "localhost"),
        ("http://[::1]:8012", "localhost"),
        ("https://api.deepseek.com", "deepseek"),
        ("https://www.example.com", "example"),
        ("https://llm.example.com", "llm"),
        ("http://192.168.1.5:8000", "192-168-1-5"),
        ("http://gpu-box:8000", "gpu-box"),
        ("https://api.www", "api"),
    ],
)
def test_the_label_of_a_host_can_be_the_name_of_a_provider(
    typed: str, label: str
) -> None:
    assert read_address(typed).label == label
