"""Watching the editor's process: a server must not outlive it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

SECONDS = 3.0


async def until_gone(process_id: int) -> None:
    """Return when the process has ended."""
    try:
        descriptor = os.pidfd_open(process_id)  # Linux only
    except (AttributeError, OSError):  # an old kernel, or the process is gone
        await poll(process_id)
        return
    try:
        await _until_readable(descriptor)
    finally:
        os.close(descriptor)


async def poll(
    process_id: int,
    *,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    while is_alive(process_id):
        await sleep(SECONDS)


def is_alive(process_id: int) -> bool:
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


async def _until_readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(descriptor, readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(descriptor)


def _is_alive_on_windows(process_id: int) -> bool:
    """`os.kill` would end the process there."""
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
