from __future__ import annotations

import logging

from fim_lsp.cli.log_lines import CountingFilter


def written(*lines: tuple[int, str]) -> list[str]:
    """What a log holds of lines, each with its level."""
    counting = CountingFilter()
    records = [
        logging.LogRecord("fim_lsp", level, "", 0, text, None, None)
        for level, text in lines
    ]
    return [record.getMessage() for record in records if counting.filter(record)]


def test_equal_lines_are_counted_also_between_others() -> None:
    lines = [(logging.WARNING, "a"), (logging.INFO, "b")] * 100
    assert written(*lines) == [
        *("a", "b", "a (10 times)", "b (10 times)", "a (100 times)", "b (100 times)")
    ]


def test_debugging_lines_all_pass() -> None:
    assert written(*[(logging.DEBUG, "a")] * 3) == ["a", "a", "a"]


def test_a_line_steers_no_terminal_and_is_one() -> None:
    assert written((logging.ERROR, "a\x1b[31mb\nERROR c\x07")) == ["ab ERROR c"]


def test_what_is_counted_has_a_limit() -> None:
    lines = [(logging.INFO, f"line {number}") for number in range(5_000)]
    assert len(written(*lines)) == 5_000
