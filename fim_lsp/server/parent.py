"""Watches the editor's process, so that the server ends with it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

# Seconds between two looks at the process.
SECONDS = 3.0


async def until_gone(
    process_id: int,
    *,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Return when the process has ended, at most `SECONDS` later."""
    while is_alive(process_id):
        await sleep(SECONDS)


def is_alive(process_id: int) -> bool:
    """Whether a process with this id is running on this machine."""
    if process_id <= 0:
        return False
    if sys.platform == "win32":
        return _is_alive_on_windows(process_id)
    try:
        os.kill(process_id, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _is_alive_on_windows(process_id: int) -> bool:
    """The same on Windows, where `os.kill` would end the process."""
    import ctypes  # noqa: PLC0415  not needed on other systems

    synchronize, timeout = 0x00100000, 0x00000102
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]  # Windows only
    handle = kernel.OpenProcess(synchronize, False, process_id)  # noqa: FBT003  the signature of the system's function
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == timeout)
    finally:
        kernel.CloseHandle(handle)
