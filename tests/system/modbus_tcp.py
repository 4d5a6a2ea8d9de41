# SPDX-License-Identifier: Apache-2.0
"""A Modbus TCP client of a few lines, which shares nothing with the code under test: it looks at a
virtual chamber's registers while soakrig is killed around it."""
import re
import socket
import struct


class Device:
    def __init__(self, connect, timeout=2.0):
        found = re.fullmatch(r"tcp://([\d.]+):(\d+)(?:\?unit=(\d+).*)?", connect)
        self._address = (found[1], int(found[2]))
        self._unit = int(found[3] or 1)
        self._timeout = timeout

    def words(self, address, count):
        """Holding registers, or None when nobody answers in time."""
        reply = self._ask(struct.pack(">BHH", 3, address, count), 3 + 2 * count)
        return reply and struct.unpack(f">{count}H", reply[3:])

    def write(self, address, *words):
        """True once the device has echoed it."""
        body = struct.pack(f">BHHB{len(words)}H", 16, address, len(words), 2 * len(words), *words)
        return self._ask(body, 6) is not None

    def _ask(self, body, expected):
        """Unit, function and data of the reply, `expected` bytes of it, or None."""
        try:
            with socket.create_connection(self._address, self._timeout) as link:
                link.settimeout(self._timeout)
                link.sendall(struct.pack(">HHHB", 7, 0, 1 + len(body), self._unit) + body)
                reply = b""
                while len(reply) < 6 + expected:
                    more = link.recv(512)
                    if not more:
                        return None
                    reply += more
        except OSError:
            return None
        return reply[6:]


class Chamber(Device):
    """Watlow F4T, Data Map 1: floats low word first."""
    AUTO, OFF = 10, 62

    def set_point(self):
        words = self.words(2782, 2)
        return words and struct.unpack(">f", struct.pack(">HH", words[1], words[0]))[0]

    def write_set_point(self, value):
        high, low = struct.unpack(">HH", struct.pack(">f", value))
        return self.write(2782, low, high)

    def mode(self):
        words = self.words(2730, 1)
        return words and words[0]
