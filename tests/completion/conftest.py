"""Every stream that a test of the pipeline opened ends with the test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.harness.typist import Typist


@pytest_asyncio.fixture(autouse=True)
async def _typists() -> AsyncIterator[None]:
    Typist.made.clear()
    yield
    for typist in Typist.made:
        await typist.engine.aclose()
