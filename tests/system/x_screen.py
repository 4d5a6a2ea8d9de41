# SPDX-License-Identifier: Apache-2.0
"""A screen without a monitor: Xvfb, looked at through its frame buffer file, driven by xdotool."""
import mmap
import operator
import os
import shutil
import struct
import subprocess
import tempfile
import time

WIDTH, HEIGHT = 1280, 800


def missing():
    """The programs that are not installed, or an empty list."""
    return [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]


class Picture:
    """What was on the screen at one moment: rows of (b, g, r, x)."""

    def __init__(self, pixels):
        self.pixels = pixels

    def box(self, x, y, w, h):
        """The box' pixels, a number each."""
        rows = [self.pixels[4 * (WIDTH * row + x):4 * (WIDTH * row + x + w)]
                for row in range(y, y + h)]
        return memoryview(b"".join(rows)).cast("I")

    def colours(self, x=0, y=0, w=WIDTH, h=HEIGHT):
        return len(set(self.box(x, y, w, h)))

    def unlike(self, other, x=0, y=0, w=WIDTH, h=HEIGHT):
        """The share of pixels of the box that are not the same."""
        off = sum(map(operator.ne, self.box(x, y, w, h), other.box(x, y, w, h)))
        return off / (w * h)

    def brightness(self):
        step = 4 * 97
        sample = [self.pixels[i + 1] for i in range(0, len(self.pixels) - 4, step)]
        return sum(sample) / len(sample)


class Screen:
    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="soakrig-x-")
        read, write = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten",
             "tcp", "-fbdir", self._folder.name, "-noreset"],
            pass_fds=[write], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as number:
            display = number.readline().strip()
        assert display, "Xvfb did not start"
        self.env = dict(os.environ, DISPLAY=":" + display, LIBGL_ALWAYS_SOFTWARE="1",
                        XDG_SESSION_TYPE="x11")
        self.env.pop("WAYLAND_DISPLAY", None)
        with open(os.path.join(self._folder.name, "Xvfb_screen0"), "rb") as file:
            self._buffer = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        # XWD, version 7: big-endian words; the pixels begin after the header and the colour table.
        head = struct.unpack(">25I", self._buffer[:100])
        assert head[1] == 7 and head[4] == WIDTH and head[5] == HEIGHT and head[11] == 32, head
        self._begin = head[0] + head[19] * 12
        return self

    def __exit__(self, *_):
        self._buffer.close()
        self._server.terminate()
        self._server.wait()
        self._folder.cleanup()

    def look(self):
        return Picture(self._buffer[self._begin:self._begin + 4 * WIDTH * HEIGHT])

    def settle(self, differs_from=None, seconds=60, box=(0, 0, WIDTH, HEIGHT), least=0.002):
        """Waits until the box is unlike that picture and holds still for a moment; the picture."""
        end = time.monotonic() + seconds
        last = self.look()
        while time.monotonic() < end:
            time.sleep(0.3)
            now = self.look()
            new = differs_from is None or now.unlike(differs_from, *box) >= least
            if new and now.unlike(last, *box) < 0.02:
                return now
            last = now
        raise AssertionError("the screen did not change as it must")

    def do(self, *words):
        subprocess.run(["xdotool", *[str(w) for w in words]], env=self.env, check=True, timeout=30,
                       stdout=subprocess.DEVNULL)

    def window_named(self, part, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", part],
                                   env=self.env, capture_output=True, text=True, check=False)
            if found.stdout.split():
                return found.stdout.split()[0]
            time.sleep(0.2)
        raise AssertionError(f"no window named {part}")

    def key(self, name):
        self.do("key", name)

    def type(self, text):
        self.do("type", "--delay", "30", text)
