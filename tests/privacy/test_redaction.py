from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from fim_lsp.privacy import redact
from fim_lsp.privacy.redaction import restored

# Put together here, so that no scanner takes this file for a leak.
A36 = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6"
BODY = "MIIEpAIBAAKCAQEA1234567890abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL"

TOKENS = [
    "AKIA" + "IOSFODNN7EXAMPLE",
    "ASIA" + "IOSFODNN7EXAMPLE",
    "ghp_" + A36,
    "gho_" + A36,
    "ghu_" + A36,
    "ghs_" + A36,
    "ghr_" + A36,
    "github_pat_" + "11ABCDEFG0" + "_" + A36,
    "glpat-" + A36[:20],
    "sk-" + "0123456789abcdef" * 2,
    "sk-" + "a" * 32,
    "sk-proj-" + A36 + "-_" + A36,
    "sk-ant-api03-" + A36,
    "sk-or-v1-" + "0123456789abcdef" * 4,
    "sk_live_" + A36[:24],
    "rk_test_" + A36[:24],
    "xoxb-" + "123456789012-abcdefABCDEF",
    "AIza" + A36[:35],
    "npm_" + A36,
    "pypi-" + A36 + A36,
    "hf_" + A36,
    "SG." + A36[:22] + "." + A36 + A36[:7],
    "dop_v1_" + "0123456789abcdef" * 4,
    "AGE-SECRET-KEY-1" + "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L" * 2,
    "eyJ" + A36 + ".eyJ" + A36 + "." + A36,
]

ORDINARY = [
    "sk-fading-circle",
    "task-0123456789abcdef0123456789abcdef",
    "AKIA_NOT_A_KEY = 1",
    "MAKIAIOSFODNN7EXAMPLE",
    "ghp_short",
    "hf_hub_download(repo_id, filename)",
    "npm_config_registry",
    "def sk_live_update(self): ...",
    'BEGIN = "-----BEGIN PRIVATE KEY-----"\nEND = "-----END PRIVATE KEY-----"\n',
    'if "-----BEGIN RSA PRIVATE KEY-----" in text:\n    raise ValueError\n',
    "-----BEGIN CERTIFICATE-----\n" + BODY + "\n-----END CERTIFICATE-----",
    "***",
    "",
]


def block(kind: str, *, line_break: str = "\n", end: bool = True) -> str:
    lines = [f"-----BEGIN {kind}-----", BODY, BODY, "abc="]
    return line_break.join([*lines, f"-----END {kind}-----"] if end else lines)


@pytest.mark.parametrize("token", TOKENS, ids=lambda token: token[:8])
@pytest.mark.parametrize("around", ["{}", 'key = "{}"\n', "({})", "KEY={}\nB=2"])
def test_tokens_leave_as_stars(token: str, around: str) -> None:
    assert redact(around.format(token)) == around.format("***")


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "kind",
    [
        "PRIVATE KEY",
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK",
    ],
)
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\\n", '\\n"\n    "', "\n    "])
@pytest.mark.parametrize("end", [True, False])
def test_private_keys_leave_as_stars(kind: str, line_break: str, *, end: bool) -> None:
    key = block(kind, line_break=line_break, end=end)
    assert redact(f'before "{key}" after') == 'before "***" after'


def test_a_key_with_headers_leaves_as_stars() -> None:
    key = block("RSA PRIVATE KEY").replace(
        "KEY-----\nMII",
        "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123\n\nMII",
        1,
    )
    assert redact(key) == "***"


def test_the_rest_of_a_key_that_was_cut_off_leaves_as_stars() -> None:
    rest = block("PRIVATE KEY").partition("\n")[2]
    assert redact(f"{rest}\nnext = 1\n") == "***\nnext = 1\n"


def test_two_keys_leave_what_is_between_them() -> None:
    key = block("PRIVATE KEY")
    assert redact(f"{key}\nx = 1\n{key}\n") == "***\nx = 1\n***\n"


def test_no_source_file_of_the_standard_library_is_changed() -> None:
    library = Path(sysconfig.get_path("stdlib"))
    changed = []
    for path in library.glob("*.py"):
        text = path.read_text(encoding="utf-8", errors="replace")
        if redact(text) != text:
            changed.append(path.name)
    assert changed == []


def test_long_runs_take_linear_time() -> None:
    run = (
        "-----BEGIN PRIVATE KEY-----\n" + "A" * 200_000 + "\n" * 5_000 + "sk-" * 50_000
    )
    assert redact(run).startswith("***")


def test_secrets_come_back_in_lines_that_were_kept() -> None:
    original = f"a = 1\n    key = '{TOKENS[0]}'\n"
    answer = ["a = 2", "        key = '***'"]
    assert restored(answer, original) == (
        "a = 2",
        f"        key = '{TOKENS[0]}'",
    )
    assert restored(["a = '***'"], original) is None
    assert restored(["a = '***'"], "a = 1\n") == ("a = '***'",)
