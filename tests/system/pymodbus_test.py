#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An independent implementation on the other end, both ways, over TCP and RTU.

pymodbus (the distribution's python3-pymodbus) as a client reads and writes the bench, and as a server
is read and written by our driver. What each side says must be what the other one knows.
"""
import json
import os
import pathlib
import pty
import select
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import tty
import unittest

# The distribution's module, whichever Python runs this.
sys.path.append("/usr/lib/python3/dist-packages")
try:
    from pymodbus.client import ModbusSerialClient, ModbusTcpClient
    from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
    from pymodbus.server import StartSerialServer, StartTcpServer
except ImportError as missing:
    print(f"SKIP: no usable pymodbus: {missing}")
    sys.exit(77)

BIN = pathlib.Path(os.environ["SOAKRIG_BIN"])
DEADLINE = 60  # s; this machine may be busy


def rtu_framer():
    """What this version of pymodbus wants to hear for RTU."""
    try:
        from pymodbus import FramerType
        return FramerType.RTU
    except ImportError:
        pass
    try:
        from pymodbus.framer import Framer
        return Framer.RTU
    except ImportError:
        from pymodbus.transaction import ModbusRtuFramer
        return ModbusRtuFramer


def cdab(value):
    high, low = struct.unpack(">HH", struct.pack(">f", value))
    return [low, high]


def from_cdab(words):
    return struct.unpack(">f", struct.pack(">HH", words[1], words[0]))[0]


def from_abcd(words):
    return struct.unpack(">f", struct.pack(">HH", words[0], words[1]))[0]


def eventually(action, *errors):
    """Again and again until it neither fails nor answers with an error."""
    until = time.monotonic() + DEADLINE
    while True:
        try:
            answer = action()
            if answer is not None and not (hasattr(answer, "isError") and answer.isError()):
                return answer
            why = answer
        except errors or (OSError, ConnectionError) as error:
            why = error
        if time.monotonic() > until:
            raise AssertionError(f"no answer in {DEADLINE} s: {why}")
        time.sleep(0.2)


class Bench:
    """`soakrig virtual serve` for the length of a with-statement."""

    def __init__(self, *more):
        self.folder = tempfile.TemporaryDirectory()
        self.more = more

    def __enter__(self):
        ready = pathlib.Path(self.folder.name) / "ready.json"
        self.process = subprocess.Popen(
            [BIN / "soakrig", "virtual", "serve", "--tree", self.folder.name + "/tree", "--ready-file", ready,
             *self.more], stdout=subprocess.DEVNULL)
        until = time.monotonic() + DEADLINE
        while not ready.exists():
            assert self.process.poll() is None and time.monotonic() < until, "the bench did not start"
            time.sleep(0.05)
        return json.loads(ready.read_text())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(DEADLINE)
        self.folder.cleanup()


class SerialLine:
    """Two pseudo-terminals and a wire between them: what is written at one is read at the other."""

    def __enter__(self):
        self.masters, self.slaves, self.names = [], [], []
        for _ in range(2):
            master, slave = pty.openpty()
            tty.setraw(slave)
            self.masters.append(master)
            self.slaves.append(slave)
            self.names.append(os.ttyname(slave))
        self.over = False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        return self.names

    def run(self):
        while not self.over:
            for master in select.select(self.masters, [], [], 0.1)[0]:
                other = self.masters[1 - self.masters.index(master)]
                try:
                    os.write(other, os.read(master, 1024))
                except OSError:
                    return

    def __exit__(self, *_):
        self.over = True
        self.thread.join()
        for fd in self.masters + self.slaves:
            os.close(fd)


def place(connect):
    """HOST:PORT or device, and the unit, of a connect string."""
    where, _, options = connect.partition("://")[2].partition("?")
    return where, int(dict(o.split("=") for o in options.split("&"))["unit"])


def client_of(connect):
    where, _ = place(connect)
    if connect.startswith("rtu://"):
        return ModbusSerialClient(where, framer=rtu_framer(), baudrate=9600, timeout=5)
    host, _, port = where.rpartition(":")
    if connect.startswith("rtu+tcp://"):
        return ModbusTcpClient(host, port=int(port), framer=rtu_framer(), timeout=5)
    return ModbusTcpClient(host, port=int(port), timeout=5)


class ClientOfTheBench(unittest.TestCase):
    def check(self, transport):
        with Bench("--transport", transport) as ready:
            clients = {}
            for role in ("chamber", "meter", "relay"):
                where, unit = place(ready[role])
                if where not in clients:
                    clients[where] = client_of(ready[role])
                    eventually(lambda c=clients[where]: c.connect() or None)
                getattr(self, "check_" + role)(clients[where], unit)
            for client in clients.values():
                client.close()

    def check_chamber(self, client, unit):
        air = eventually(lambda: client.read_holding_registers(2820, count=2, slave=unit))
        self.assertAlmostEqual(from_cdab(air.registers), 23.0, delta=0.5)
        eventually(lambda: client.write_registers(2782, cdab(-12.25), slave=unit))
        back = eventually(lambda: client.read_holding_registers(2782, count=2, slave=unit))
        self.assertEqual(from_cdab(back.registers), -12.25)
        eventually(lambda: client.write_register(2730, 62, slave=unit))
        refused = client.read_holding_registers(9000, count=1, slave=unit)
        self.assertTrue(refused.isError())
        self.assertEqual(refused.exception_code, 2)

    def check_meter(self, client, unit):
        def power():
            reply = client.read_input_registers(12, count=2, slave=unit)
            return None if reply.isError() or from_abcd(reply.registers) < 0.5 else reply
        # The idle board's: within its first moment the bench has no figure yet.
        self.assertLess(from_abcd(eventually(power).registers), 20)

    def check_relay(self, client, unit):
        self.assertEqual(eventually(lambda: client.read_coils(0, count=8, slave=unit)).bits[:8], [True] * 8)
        eventually(lambda: client.write_coil(2, False, slave=unit))
        eventually(lambda: client.write_coils(4, [False, True, False], slave=unit))
        bits = eventually(lambda: client.read_coils(0, count=8, slave=unit)).bits[:8]
        self.assertEqual(bits, [True, True, False, True, False, True, False, True])

    def test_tcp(self):
        self.check("tcp")

    def test_rtu(self):
        self.check("rtu")

    def test_rtu_over_tcp(self):
        self.check("rtu+tcp")


MAP = """
[map]
name = "peer"
title = "pymodbus"
kind = "meter"
word_order = "cdab"
source = "this test"
[[point]]
name = "power"
area = "input"
address = 10
type = "f32"
unit = "W"
source = "this test"
[[point]]
name = "small"
address = 20
type = "s16"
scale = 0.1
unit = "Cel"
access = "rw"
min = -100.0
max = 100.0
source = "this test"
[[point]]
name = "wide"
address = 30
type = "f64"
word_order = "abcd"
access = "rw"
source = "this test"
[[point]]
name = "lamp"
area = "coil"
address = 5
type = "bit"
access = "rw"
source = "this test"
[[point]]
name = "door"
area = "discrete"
address = 7
type = "bit"
source = "this test"
"""


class ServerForOurDriver(unittest.TestCase):
    def serve(self, start):
        """A server in a process of its own, which ends with its pipe."""
        read_end, write_end = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(write_end)
            threading.Thread(target=lambda: (os.read(read_end, 1), os._exit(0)), daemon=True).start()
            inputs, holding = [0] * 100, [0] * 100
            inputs[10:12] = cdab(123456.0)
            holding[20] = 65536 - 123
            coils, discrete = [False] * 100, [False] * 100
            discrete[7] = True
            try:
                # Address 0 of the wire is a block's address 1 in every version.
                unit = ModbusSlaveContext(di=ModbusSequentialDataBlock(1, discrete),
                                          co=ModbusSequentialDataBlock(1, coils),
                                          hr=ModbusSequentialDataBlock(1, holding),
                                          ir=ModbusSequentialDataBlock(1, inputs))
                start(ModbusServerContext(slaves={3: unit}, single=False))
            finally:
                os._exit(1)
        os.close(read_end)
        return child, write_end

    def soakrig(self, *words):
        return subprocess.run([BIN / "soakrig", "instrument", *words], capture_output=True, text=True,
                              timeout=DEADLINE)

    def check(self, connect, start):
        child, pipe = self.serve(start)
        try:
            with tempfile.TemporaryDirectory() as folder:
                peer = pathlib.Path(folder) / "peer.toml"
                peer.write_text(MAP)

                def read(*points):
                    done = self.soakrig("read", connect, "--map", peer, *points, "--json")
                    if done.returncode != 0:
                        raise ConnectionError(done.stderr)
                    return {p["name"]: p for p in json.loads(done.stdout)["points"]}

                points = eventually(read)
                self.assertEqual({n: p["value"] for n, p in points.items()},
                                 {"power": 123456.0, "small": -12.3, "wide": 0, "lamp": 0, "door": 1}
                                 | {"small": points["small"]["value"]})
                self.assertAlmostEqual(points["small"]["value"], -12.3)
                for name, value in (("small", 45.6), ("wide", 2.5e-300), ("lamp", 1)):
                    done = self.soakrig("write", connect, "--map", peer, name, str(value), "--confirm", "--json")
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertTrue(json.loads(done.stdout)["ok"])
                    self.assertAlmostEqual(read(name)[name]["value"], value)
        finally:
            os.close(pipe)
            os.waitpid(child, 0)

    def test_tcp(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.check(f"tcp://127.0.0.1:{port}?unit=3&timeout=5s",
                   lambda context: StartTcpServer(context=context, address=("127.0.0.1", port)))

    def test_rtu(self):
        with SerialLine() as (ours, theirs):
            self.check(f"rtu://{ours}?unit=3&baud=9600&timeout=5s&quiet=50ms",
                       lambda context: StartSerialServer(context=context, port=theirs, baudrate=9600,
                                                         framer=rtu_framer()))


if __name__ == "__main__":
    unittest.main()
