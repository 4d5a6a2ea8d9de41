# SPDX-License-Identifier: Apache-2.0
"""resume: a run whose controller is killed in its dwell goes on in the same file, in the same phase,
with the dwell it had, a new agent, and the gap to be seen; its guard hands the chamber over. And the
drill, on the same virtual chamber."""
import glob
import json
import os
import signal
import sqlite3
import unittest

from guarded_run import Bench, GuardedRig, guards, settled, wait_for
from rig import LLM, lives, short_profile

CHAMBER = """
[chamber]
connect = "virtual:{ready}"
safe = {{ temperature = 21.0 }}
limits = {{ low = -10.0, high = 80.0 }}
"""


def status(rig):
    code, out, _ = rig.run("status", "--json")
    runs = json.loads(out)["runs"] if code == 0 else []
    return runs[0] if runs else None


def dwelling(rig):
    now = status(rig)
    return now if now and now["stage"] == "dwell" else None


class Resume(unittest.TestCase):
    def interrupted(self, rig, more="", phase='soak = "30s"'):
        """Kills a run some seconds into its dwell."""
        run = rig.start("run", rig.write("soak.toml", short_profile(LLM, phase, more)))
        self.addCleanup(run.communicate)
        self.addCleanup(run.kill)
        wait_for(lambda: dwelling(rig), "the dwell")
        # A note of the counted dwell is stored every ten seconds.
        wait_for(lambda: self.counted(rig) > 9, "ten seconds of dwell")
        run.send_signal(signal.SIGKILL)
        run.wait()
        self.assertEqual(rig.show()["run"]["state"], "interrupted")

    def counted(self, rig):
        """Seconds of dwell that the file holds."""
        file = rig.show()["run"]["file"]
        link = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        try:
            rows = list(link.execute("SELECT dwell_counted_ns FROM phase"))
        finally:
            link.close()
        return rows[0][0] / 1e9 if rows else 0

    def check_resumed(self, rig, code, err):
        shown = rig.show()
        self.assertEqual(shown["run"]["state"], "sealed", err)
        self.assertIn(code, (0, 1, 3), err)
        self.assertEqual(len(shown["boards"]), 1)
        self.assertEqual([p["name"] for p in shown["boards"][0]["phases"]], ["only"])
        self.assertGreaterEqual(self.counted(rig), 30.0)
        self.assertIn("resumed", err)
        code, _, _ = rig.run("resume")
        self.assertEqual(code, 4)  # it has ended

    def test_a_board_without_a_chamber(self):
        with GuardedRig("resume") as rig:
            self.interrupted(rig)
            before = self.counted(rig)
            code, _, err = rig.run("resume", timeout=200)
            self.check_resumed(rig, code, err)
            # Not begun anew: what was counted was not dwelt again.
            self.assertLess(self.counted(rig), 30.0 + before)

    def test_stop_ends_what_outlived_the_controller(self):
        with GuardedRig("stop") as rig:
            run = rig.start("run", rig.write("soak.toml", short_profile(LLM, 'soak = "60s"')))
            self.addCleanup(run.communicate)
            self.addCleanup(run.kill)
            wait_for(lambda: dwelling(rig), "the dwell")
            run.kill()
            run.wait()
            named = glob.glob(rig.path("agents") + "/*/agent.pid")
            self.assertEqual(len(named), 1)
            with open(named[0], encoding="utf-8") as text:
                agent = json.load(text)["pid"]
            self.assertTrue(lives(agent))
            code, out, err = rig.run("stop", "last")
            self.assertEqual(code, 0, err)
            self.assertIn("agents ended: 1", out)
            self.assertFalse(lives(agent))

    def test_with_a_chamber_that_its_guard_kept(self):
        with GuardedRig("resume chamber") as rig:
            bench = Bench(rig)
            self.addCleanup(bench.end)
            more = CHAMBER.format(ready=rig.path("ready.json"))
            self.interrupted(rig, more, 'soak = "30s"\nambient = 40.0')
            settled(rig, "lost")
            self.assertLess(abs(bench.chamber.set_point() - 21.0), 0.1)
            code, _, err = rig.run("resume", timeout=200)
            self.check_resumed(rig, code, err)
            self.assertEqual(guards(rig), [])
            self.assertLess(abs(bench.chamber.set_point() - 21.0), 0.1)  # its end is safe

    def test_drill(self):
        with GuardedRig("drill") as rig:
            bench = Bench(rig)
            self.addCleanup(bench.end)
            more = CHAMBER.format(ready=rig.path("ready.json"))
            profile = rig.write("drill.toml", short_profile(LLM, 'soak = "30s"', more))
            code, out, err = rig.run("guard", "drill", profile)
            self.assertEqual(code, 0, out + err)
            self.assertEqual(out.count("safe after"), 2)
            self.assertLess(abs(bench.chamber.set_point() - 21.0), 0.1)
            self.assertEqual(bench.chamber.mode(), bench.chamber.OFF)
            self.assertEqual(guards(rig), [])
            # A chamber that does not answer is no success.
            os.kill(bench.process.pid, signal.SIGSTOP)
            code, out, err = rig.run("guard", "drill", profile)
            self.assertEqual(code, 2, out + err)


if __name__ == "__main__":
    unittest.main()
