"""A provider's context cache, simulated by both rules that vendors have published."""

from __future__ import annotations

from collections.abc import Sequence

from fim_lsp.text import common_length

CHARS_PER_TOKEN = 4
BLOCK = 64  # tokens


def by_blocks(prompts: Sequence[str]) -> tuple[int, int]:
    """Tokens hit and missed, where each whole block of an earlier beginning hits."""
    hit = total = 0
    for number, prompt in enumerate(prompts):
        best = max(
            (common_length(prompt, other) for other in prompts[:number]), default=0
        )
        hit += best // (BLOCK * CHARS_PER_TOKEN) * BLOCK
        total += _tokens(prompt)
    return hit, total - hit


def by_units(prompts: Sequence[str]) -> tuple[int, int]:
    """Tokens hit and missed, where only units that were stored as such hit.

    Units are whole prompts, and beginnings that two earlier prompts had in common; a
    prompt hits the longest unit that it begins with.
    """
    units: set[str] = set()
    hit = total = 0
    for number, prompt in enumerate(prompts):
        best = max((len(unit) for unit in units if prompt.startswith(unit)), default=0)
        hit += best // CHARS_PER_TOKEN
        total += _tokens(prompt)
        units.add(prompt)
        for other in prompts[:number]:
            shared = common_length(prompt, other)
            if shared >= BLOCK * CHARS_PER_TOKEN:
                units.add(prompt[:shared])
    return hit, total - hit


def _tokens(prompt: str) -> int:
    return -(-len(prompt) // CHARS_PER_TOKEN)
