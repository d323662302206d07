"""A small VNC client: keys go in, a picture of the screen comes out (RFC 6143)."""

from __future__ import annotations

import socket
import struct
import time
import zlib
from pathlib import Path

from .terminal import until

# Keys that are no characters, by the names that X11 has for them.
KEYSYMS = {"BackSpace": 0xFF08, "Return": 0xFF0D, "End": 0xFF57, "Control": 0xFFE3}
STARTING = 30.0  # seconds until the program has to listen
BETWEEN = 0.04  # seconds between two keys, as a quick typist leaves them
# Pixels of 32 bits, little endian, with red, green and blue from high to low.
PIXELS = struct.pack(">BBBBHHHBBBxxx", 32, 24, 0, 1, 255, 255, 255, 16, 8, 0)


class Vnc:
    """One screen of a program that serves it on `port` of this machine."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket()
        self._socket.settimeout(10)
        address = ("127.0.0.1", port)
        until(lambda: self._connects(address), "a VNC server", STARTING)
        self._read(12)  # its version; the oldest one is enough here
        self._socket.sendall(b"RFB 003.003\n")
        assert self._read(4) == b"\0\0\0\1", "the VNC server wants a password"
        self._socket.sendall(b"\1")
        self._width, self._height = struct.unpack(">HH", self._read(4))
        self._read(16)
        self._read(*struct.unpack(">I", self._read(4)))
        self._socket.sendall(struct.pack(">Bxxx", 0) + PIXELS)
        self._socket.sendall(struct.pack(">BxHi", 2, 1, 0))  # pixels as they are

    def type(self, text: str) -> None:
        for char in text:
            self.press("Return" if char == "\n" else char)

    def press(self, *keys: str) -> None:
        """Press keys together, such as "Control" and "s"."""
        symbols = [KEYSYMS.get(key) or ord(key) for key in keys]
        for is_down, order in ((1, symbols), (0, symbols[::-1])):
            for symbol in order:
                self._socket.sendall(struct.pack(">BBxxI", 4, is_down, symbol))
        time.sleep(BETWEEN)

    def screen(self) -> list[bytearray]:
        """The rows of the screen, four bytes a pixel: blue, green, red, nothing."""
        size = (self._width, self._height)
        self._socket.sendall(struct.pack(">BBHHHH", 3, 0, 0, 0, *size))
        rows = [bytearray(4 * self._width) for _ in range(self._height)]
        while self._read(1) != b"\0":  # a bell has no further bytes
            pass
        (count,) = struct.unpack(">xH", self._read(3))
        for _ in range(count):
            x, y, width, height, _ = struct.unpack(">HHHHi", self._read(12))
            for row in rows[y : y + height]:
                row[4 * x : 4 * (x + width)] = self._read(4 * width)
        return rows

    def close(self) -> None:
        self._socket.close()

    def _connects(self, address: tuple[str, int]) -> bool:
        return self._socket.connect_ex(address) == 0

    def _read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self._socket.recv(count - len(data))
            assert part, "the VNC server has gone"
            data += part
        return data


def write_png(rows: list[bytearray], width: int, path: Path) -> None:
    """The first `width` columns of a screen as a picture."""
    lines = [bytearray(3 * width) for _ in rows]
    for line, row in zip(lines, rows, strict=True):
        for colour in range(3):
            line[colour::3] = row[2 - colour : 4 * width : 4]
    pixels = zlib.compress(b"".join(b"\0" + line for line in lines), 9)
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts))


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
