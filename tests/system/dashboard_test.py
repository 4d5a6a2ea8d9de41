# SPDX-License-Identifier: Apache-2.0
"""The dashboard in a real window, on a software renderer, driven by real keys and pointer events,
while a soak goes on and afterwards; and on files that are no good runs. What is on the screen is
looked at: each view must be there and be another than the last."""
import glob
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import unittest
import uuid

import x_screen
from rig import BIN, LLM, Rig, short_profile

VIEW = (0, 32, x_screen.WIDTH, x_screen.HEIGHT - 60)  # between the bar and the status line
STACK = (180, 330, 700, 380)  # inside the plots


class Dashboard:
    """A running dashboard whose window has the focus and fills the screen."""

    def __init__(self, screen, rig, *args):
        self.screen = screen
        env = dict(screen.env, SOAKRIG_ARCHIVE=rig.archive, USER="tester")
        self.blank = screen.look()
        self.process = subprocess.Popen(
            [os.path.join(BIN, "soakrig-dashboard"), *args], env=env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def __enter__(self):
        window = self.screen.window_named("soakrig")
        self.screen.do("windowmove", "--sync", window, 0, 0)
        self.screen.do("windowsize", window, x_screen.WIDTH, x_screen.HEIGHT)
        self.screen.do("windowfocus", "--sync", window)
        self.window = window
        self.screen.settle(self.blank, least=0.05)
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.process.kill()
        out = self.process.communicate()[0]
        if kind is not None:
            print(out, file=sys.stderr)

    def alive(self):
        return self.process.poll() is None

    def leave(self):
        """Ctrl+Q; the exit code."""
        self.screen.key("ctrl+q")
        return self.process.wait(timeout=60)


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.2)
    return False


class DashboardTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rig = Rig()
        cls.addClassCleanup(cls.rig.__exit__)
        # Whatever the soak starts carries a mark, so that what outlives it can be ended too.
        os.environ["SOAKRIG_TEST_MARK"] = cls.mark = str(uuid.uuid4())
        profile = cls.rig.write("soak.toml", short_profile(LLM, 'soak = "10min"'))
        cls.soak = cls.rig.start("run", profile)
        cls.addClassCleanup(cls.end_soak)
        assert wait_until(lambda: glob.glob(cls.rig.archive + "/*.soak"), 60), "no soak started"
        cls.run_file = glob.glob(cls.rig.archive + "/*.soak")[0]

    @classmethod
    def end_soak(cls):
        if cls.soak.poll() is None:
            cls.soak.send_signal(signal.SIGINT)
        cls.soak.communicate(timeout=60)
        for path in glob.glob("/proc/[0-9]*/environ"):
            pid = int(path.split("/")[2])
            try:
                with open(path, "rb") as file:
                    ours = cls.mark.encode() in file.read()
                if ours and pid != os.getpid():
                    os.kill(pid, signal.SIGKILL)
            except OSError:
                pass  # it has ended, or is another user's

    def test_1_views_of_a_soak_that_goes_on(self):
        with x_screen.Screen() as screen, Dashboard(screen, self.rig, self.rig.archive) as board:
            timeline = screen.settle()
            self.assertGreater(timeline.colours(*VIEW), 20, "the timeline is blank")
            last = timeline
            for key in ("1", "5", "6", "4", "2"):
                screen.key(key)
                now = screen.settle(last, box=VIEW)
                self.assertGreater(now.colours(*VIEW), 10, f"view {key} is blank")
                last = now
            self.assertEqual(board.leave(), 0)

    def test_2_it_follows_and_pauses_the_view_only(self):
        with x_screen.Screen() as screen, Dashboard(screen, self.rig, self.run_file) as board:
            first = screen.settle()
            # Following: the plots move by themselves.
            self.assertTrue(wait_until(lambda: screen.look().unlike(first, *STACK) > 0.001),
                            "nothing moved while the soak went on")
            screen.key("space")
            time.sleep(1)
            paused = screen.settle()
            time.sleep(3)
            self.assertLess(screen.look().unlike(paused, *STACK), 0.001, "a paused view moved")
            self.assertIsNone(self.soak.poll(), "pausing the view touched the soak")
            self.assertEqual(board.leave(), 0)

    def test_3_keys_and_pointer(self):
        with x_screen.Screen() as screen, Dashboard(screen, self.rig, self.run_file) as board:
            screen.key("space")
            last = screen.settle()
            for what, act in (
                    ("W zooms", lambda: screen.key("w")),
                    ("D moves", lambda: screen.key("d")),
                    ("the wheel zooms", lambda: screen.do("mousemove", 500, 450, "click", 5)),
                    ("a drag moves", lambda: screen.do(
                        "mousemove", 500, 450, "mousedown", 1, "mousemove", 560, 450,
                        "mousemove", 650, 450, "mouseup", 1)),
                    ("F fits", lambda: screen.key("f"))):
                act()
                last = self.changed(screen, last, STACK, what)
            # A drag with Shift selects: statistics come into the panel.
            screen.do("keydown", "shift", "mousemove", 400, 450, "mousedown", 1, "mousemove", 450,
                      450, "mousemove", 700, 450, "mouseup", 1, "keyup", "shift")
            last = self.changed(screen, last, (1000, 100, 260, 400), "statistics of a selection")
            screen.key("Escape")
            last = self.changed(screen, last, (1000, 100, 260, 400), "Escape takes them back")
            # The palette finds an action by its name.
            screen.key("ctrl+p")
            last = self.changed(screen, last, VIEW, "the palette opens")
            bright = last.brightness()
            screen.type("theme")
            screen.key("Return")
            last = self.changed(screen, last, VIEW, "the theme changes")
            self.assertLess(last.brightness(), bright - 20)
            screen.key("shift+question")
            last = self.changed(screen, last, VIEW, "help opens")
            screen.key("Escape")
            last = self.changed(screen, last, VIEW, "help closes")
            # A channel is found and pinned.
            screen.key("ctrl+f")
            screen.type("memory.available")
            screen.key("Return")
            last = self.changed(screen, last, STACK, "a channel is pinned")
            # A note is kept beside the run, with author and time.
            screen.key("m")
            screen.type("seen by a test")
            screen.key("Return")
            notes = self.run_file + ".notes.jsonl"
            self.assertTrue(wait_until(lambda: os.path.exists(notes)), "no note was kept")
            with open(notes, encoding="utf-8") as lines:
                note = json.loads(lines.readline())
            self.assertEqual(note["text"], "seen by a test")
            self.assertEqual(note["author"], "tester")
            # A picture is saved beside it.
            screen.key("F12")
            self.assertTrue(wait_until(lambda: glob.glob(self.rig.archive + "/*-timeline-*.png")),
                            "no picture was saved")
            self.assertTrue(board.alive())
            self.assertEqual(board.leave(), 0)

    def changed(self, screen, last, box, what):
        try:
            return screen.settle(last, box=box)
        except AssertionError:
            self.fail(f"not seen: {what}")

    def test_4_a_lost_controller_is_told(self):
        with x_screen.Screen() as screen, Dashboard(screen, self.rig, self.run_file) as board:
            screen.key("space")
            before = screen.settle()
            self.soak.kill()
            self.soak.wait()
            # The banner pushes everything below it down.
            after = self.changed(screen, before, STACK, "the banner of a lost controller")
            self.assertGreater(after.colours(*VIEW), 20, "what was known is gone")
            self.assertEqual(board.leave(), 0)

    def test_5_files_that_are_no_good_runs(self):
        folder = self.rig.path("bad")
        os.mkdir(folder)
        with open(self.run_file, "rb") as whole:
            good = whole.read()
        other = os.path.join(folder, "other.soak")
        with sqlite3.connect(other) as database:
            database.execute("CREATE TABLE shopping(item)")
        database.close()
        newer = os.path.join(folder, "newer.soak")
        with sqlite3.connect(newer) as database:
            database.execute("PRAGMA application_id=0x53524947")
            database.execute("PRAGMA user_version=99")
            database.execute("CREATE TABLE meta(key, value)")
        database.close()
        for name, data in (("text.soak", b"hello\n" * 100), ("empty.soak", b""),
                           ("short.soak", good[:len(good) // 3])):
            with open(os.path.join(folder, name), "wb") as out:
                out.write(data)
        files = sorted(glob.glob(folder + "/*.soak"))
        self.assertEqual(len(files), 5)
        with x_screen.Screen() as screen, Dashboard(screen, self.rig, *files) as board:
            for _ in files:
                picture = screen.settle()
                self.assertGreater(picture.colours(*VIEW), 5, "nothing is said of a bad file")
                self.assertTrue(board.alive())
                screen.key("Tab")
            for key in ("1", "3", "4", "5", "6", "f", "w", "bracketright", "ctrl+c", "r"):
                screen.key(key)
                time.sleep(0.2)
                self.assertTrue(board.alive(), f"gone after {key}")
            self.assertEqual(board.leave(), 0)

    def test_6_an_incident_and_what_stood_around_it(self):
        with Rig() as rig:
            profile = rig.write("crash.toml", short_profile(LLM + '\ninject = ["crash@2s"]'))
            _, _, err = rig.run("run", profile)
            files = glob.glob(rig.archive + "/*.soak")
            self.assertEqual(len(files), 1, err)
            with x_screen.Screen() as screen, Dashboard(screen, rig, files[0]) as board:
                timeline = screen.settle()
                screen.key("3")
                incident = self.changed(screen, timeline, VIEW, "the incident view")
                self.assertGreater(incident.colours(*VIEW), 20, "the incident view is blank")
                # Down chooses the next line of the log; the plots say where it stands.
                screen.key("Down")
                self.changed(screen, incident, VIEW, "another line of the log is chosen")
                self.assertEqual(board.leave(), 0)

    def test_7_without_a_display_it_says_what_to_use_instead(self):
        env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
        done = subprocess.run([os.path.join(BIN, "soakrig-dashboard"), self.run_file], env=env,
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("soakrig render", done.stderr)


if __name__ == "__main__":
    if x_screen.missing():
        print("not installed:", ", ".join(x_screen.missing()))
        sys.exit(77)
    unittest.main(verbosity=2)
