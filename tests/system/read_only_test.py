# SPDX-License-Identifier: Apache-2.0
"""Runs on a medium that is mounted read-only: sealed, and cut off with their -wal and without their
-shm, as they lie on a stick that was pulled out. Needs root for a mount namespace of its own."""
import glob
import json
import os
import shutil
import signal
import subprocess
import time
import unittest

from rig import BIN, LLM, Rig, short_profile

MOUNT = ('mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && ! touch "$0/x" 2>/dev/null && '
         'exec "$@"')


def can_mount():
    return subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0


class ReadOnly(unittest.TestCase):
    def on_medium(self, rig, *args):
        """(exit code, stdout, stderr) of soakrig where nothing on the medium can be written."""
        done = subprocess.run(["unshare", "-m", "sh", "-c", MOUNT, rig.path("medium"),
                               os.path.join(os.path.abspath(BIN), "soakrig"), *args],
                              capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    def cut_off(self, rig):
        """A run whose controller was killed in its dwell; its path."""
        run = rig.start("run", rig.write("cut.toml", short_profile(LLM, 'soak = "60s"')))
        try:
            deadline = time.monotonic() + 60
            while not any(b.get("work") for r in self.running(rig) for b in r["boards"]):
                self.assertLess(time.monotonic(), deadline, "the run does not start")
                time.sleep(0.1)
            time.sleep(2)  # two commits
        finally:
            run.send_signal(signal.SIGKILL)
            run.communicate()
        return max(glob.glob(rig.archive + "/*.soak"), key=os.path.getmtime)

    def running(self, rig):
        code, out, _ = rig.run("status", "--json")
        return json.loads(out)["runs"] if code == 0 else []

    def test_sealed_and_cut_off_runs_are_read(self):
        if os.geteuid() != 0 or not can_mount():
            self.skipTest("a read-only mount needs root and unshare")
        with Rig() as rig:
            os.mkdir(rig.path("medium"))
            rig.soak(LLM, 'soak = "2s"')
            sealed = glob.glob(rig.archive + "/*.soak")[0]
            shutil.copy(sealed, rig.path("medium"))
            cut = self.cut_off(rig)
            self.assertTrue(os.path.getsize(cut + "-wal") > 0)
            for suffix in ("", "-wal"):
                shutil.copy(cut + suffix, rig.path("medium"))
            before = sorted(os.listdir(rig.path("medium")))

            name = os.path.join(rig.path("medium"), os.path.basename(sealed))
            code, out, err = self.on_medium(rig, "show", name, "--json")
            self.assertEqual(code, 0, err)
            self.assertEqual(json.loads(out)["run"]["state"], "sealed")
            code, out, err = self.on_medium(rig, "verify", name)
            self.assertEqual(code, 3, err)  # intact, unsigned

            name = os.path.join(rig.path("medium"), os.path.basename(cut))
            code, out, err = self.on_medium(rig, "show", name, "--json")
            self.assertEqual(code, 0, err)
            shown = json.loads(out)
            self.assertEqual(shown["run"]["state"], "interrupted")
            self.assertIsNone(shown["run"]["verdict"])
            code, _, err = self.on_medium(rig, "report", name, "-o", rig.path("cut.html"))
            self.assertEqual(code, 0, err)
            self.assertGreater(os.path.getsize(rig.path("cut.html")), 10_000)

            code, out, err = self.on_medium(rig, "list", "--json", "--archive", rig.path("medium"))
            self.assertEqual(code, 0, err)
            self.assertEqual({r["state"] for r in json.loads(out)["runs"]},
                             {"sealed", "interrupted"})
            self.assertEqual(sorted(os.listdir(rig.path("medium"))), before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
