from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fim_lsp.privacy import (
    in_secret,
    lines_above,
    redact,
    redact_around,
    redact_in_lines,
)
from fim_lsp.privacy.redaction import restored, secret_spans
from fim_lsp.privacy.rules import TokenRule, token_rules

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


@pytest.mark.parametrize("rule", token_rules(), ids=lambda rule: rule.name)
@pytest.mark.parametrize("around", ["{}", 'key = "{}"\n', "# {}\n", "KEY={}\nB=2"])
def test_each_rule_finds_its_sample(rule: TokenRule, around: str) -> None:
    text = around.format(rule.sample)
    [(start, end)] = secret_spans(text)
    assert redact(text) == f"{text[:start]}***{text[end:]}"
    assert end - start >= 5


@pytest.mark.parametrize("rule", token_rules(), ids=lambda rule: rule.name)
def test_no_secret_leaves_where_the_cursor_stands_in_it(rule: TokenRule) -> None:
    """Whatever the cut, neither side holds four characters of the secret in a row."""
    text = f"x = 1\nkey = {rule.sample}\ny = 2\n"
    [(start, end)] = secret_spans(text)
    secret = text[start:end]
    parts = {secret[at : at + 5] for at in range(len(secret) - 4)}
    for cursor in range(start + 1, end):
        before, after = redact_around(text[:cursor], text[cursor:])
        assert not [part for part in parts if part in before or part in after]
        assert before.startswith("x = 1\n")
        assert after.endswith("\ny = 2\n") or end == len(text) - 6


@pytest.mark.parametrize("rule", token_rules(), ids=lambda rule: rule.name)
def test_a_place_inside_a_secret_is_known(rule: TokenRule) -> None:
    line = f"key = {rule.sample}"
    lines = ("x = 1\n", f"{line}\n", "y = 2\n")
    [(start, end)] = secret_spans(f"{line}\n")
    inside = [column for column in range(len(line)) if in_secret(lines, 1, column)]
    assert inside == list(range(start + 1, min(end, len(line))))


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


@pytest.mark.parametrize(
    ("before", "after"),
    [
        *(("", "\\n"), ("", "\\\\n"), ("", "\r"), ("", " "), ("// ", "\n")),
        *((" * ", "\n"), ("# ", "\r\n"), ("; ", "\n"), ("> ", "\n")),
        *(('    "', '\\n" +\n'), ("    '", "' .\n"), ('"', '",\n')),
    ],
)
def test_a_key_is_known_however_its_lines_are_written(before: str, after: str) -> None:
    lines = block("RSA PRIVATE KEY").split("\n")
    key = "".join(f"{before}{line}{after}" for line in lines)
    hidden = redact(f"a = 1\n{key}\nb = 2\n")
    assert BODY[:4] not in hidden
    assert "abc=" not in hidden
    assert hidden.startswith("a = 1\n")
    assert hidden.endswith("\nb = 2\n")


LINES = tuple(
    f"{line}\n"
    for line in (
        *("x = 1", "-----BEGIN PRIVATE KEY-----", *([BODY] * 50)),
        *("abc=", "-----END PRIVATE KEY-----", "y = 2"),
    )
)


@pytest.mark.parametrize("first", range(2, len(LINES) - 1, 7))
@pytest.mark.parametrize("size", [1, 5, 80])
def test_a_key_whose_beginning_stands_above_the_window_leaves_nothing(
    first: int, size: int
) -> None:
    text = "".join(LINES[first : first + size])
    assert BODY[:12] not in redact(text, above=lines_above(LINES, first))


def test_every_place_in_a_key_is_known() -> None:
    inside = [line for line in range(len(LINES)) if in_secret(LINES, line, 3)]
    assert inside == list(range(1, len(LINES) - 1))


def test_line_numbers_hold_where_a_key_is_hidden() -> None:
    hidden = redact_in_lines("".join(LINES)).split("\n")
    assert (hidden[0], hidden[-2]) == ("x = 1", "y = 2")
    assert len(hidden) == len(LINES) + 1
    assert BODY not in "".join(hidden)


@given(st.text(alphabet='-BEGINPRVATKYD \\n"\nabAB01=+/:@', max_size=200), st.data())
def test_both_sides_are_what_is_left_of_the_one_text(
    text: str, data: st.DataObject
) -> None:
    cursor = data.draw(st.integers(0, len(text)))
    before, after = redact_around(text[:cursor], text[cursor:])
    if not any(start < cursor < end for start, end in secret_spans(text)):
        assert before + after == redact(text)


@pytest.mark.parametrize(
    ("before", "secret", "after"),
    [
        ('SECRET_KEY = "', "django-insecure-x#2k9$p!q7w&e8r(t5y)u3i", '"\n'),
        ('<add key="ApiKey" value="', A36, '"/>'),
        ("<password>", "aB3$xY9zQ1", "</password>"),
        ('os.environ["API_TOKEN"] = "', A36, '"'),
        ("DB_PASSWORD=", "s3cr3tP4ss", "\n"),
        ("CLIENT_SECRET: ", "9f8e7d6c-1234-5678-9abc-def012345678", "\n"),
    ],
)
def test_a_random_value_of_a_telling_name_is_hidden_whole(
    before: str, secret: str, after: str
) -> None:
    assert redact(before + secret + after) == f"{before}***{after}"


@pytest.mark.parametrize(
    "text",
    [
        "token = get_token(request)\n",
        "password: str = field(repr=False)\n",
        "api_key = os.environ['API_KEY']\n",
        "secret_key: ed25519.Ed25519PrivateKey\n",
        'TOKEN_URL = "https://id.example/oauth2/v2/token"\n',
        "tokens = tokenize(text2, Tokens.HTML5)\n",
        'password = "correct-horse-battery-staple"\n',
    ],
)
def test_a_telling_name_alone_hides_nothing(text: str) -> None:
    assert redact(text) == text


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


@pytest.mark.parametrize(
    "line",
    [
        "-----BEGIN PRIVATE KEY-----\n",
        "-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        f"{BODY}\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nA-b: c\n",
        "-----BEGIN PRIVATE KEY-----" + "a b - c " * 20 + "\n",
        "Private-Lines: 3\n",
    ],
)
def test_ends_and_beginnings_of_keys_without_number_take_linear_time(line: str) -> None:
    text = line * 20_000
    assert len(redact(text)) <= len(text)


def test_secrets_come_back_in_lines_that_were_kept() -> None:
    original = f"a = 1\n    key = '{TOKENS[0]}'\n"
    answer = ["a = 2", "        key = '***'"]
    assert restored(answer, original) == (
        "a = 2",
        f"        key = '{TOKENS[0]}'",
    )
    assert restored(["a = '***'"], original) is None
    assert restored(["a = '***'"], "a = 1\n") == ("a = '***'",)
