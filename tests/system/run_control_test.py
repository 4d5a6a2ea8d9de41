# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C, --detach, status, stop, notify: a run is always ended in order and always judged."""
import json
import os
import signal
import time
import unittest

from rig import LLM, Rig, short_profile


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    return None


class RunControl(unittest.TestCase):
    def dwelling(self, rig):
        code, out, _ = rig.run("status", "--json")
        runs = json.loads(out)["runs"] if code == 0 else []
        return runs[0] if runs and runs[0]["stage"] == "dwell" else None

    def test_ctrl_c_ends_in_order_and_gives_a_verdict(self):
        with Rig() as rig:
            process = rig.start("run", rig.write("soak.toml", short_profile(LLM, 'soak = "60s"')))
            self.assertTrue(wait_for(lambda: self.dwelling(rig), 30))
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=30)
            shown = rig.show()
            self.assertEqual(process.returncode, 3, err)
            self.assertEqual(shown["run"]["state"], "sealed")
            self.assertEqual(shown["run"]["verdict"], "inconclusive")
            self.assertIn("Ctrl-C", err)

    def test_detach_status_top_stop(self):
        with Rig() as rig:
            profile = rig.write("soak.toml", short_profile(LLM, 'soak = "60s"'))
            code, out, err = rig.run("run", profile, "--detach")
            self.assertEqual(code, 0, err)
            self.assertIn("started run", out)
            status = wait_for(lambda: self.dwelling(rig), 30)
            self.assertTrue(status)
            self.assertEqual(status["boards"][0]["work"][0]["name"], "chat")
            code, out, err = rig.run("top")
            self.assertEqual(code, 0, err)
            self.assertIn("dwell", out)
            code, out, err = rig.run("stop")
            self.assertEqual(code, 0, err)
            self.assertEqual(rig.show()["run"]["state"], "sealed")
            self.assertEqual(rig.run("status")[0], 4)
            self.assertEqual(rig.run("stop")[0], 4)
            self.assertEqual(rig.run("top")[0], 4)

    def test_a_bad_start_is_reported_by_detach(self):
        with Rig() as rig:
            profile = rig.write("soak.toml", short_profile(
                LLM, more='[[board]]\nname = "dut"\nsysroot = "virtual:/no/such/ready.json"\n'))
            code, _, err = rig.run("run", profile, "--detach")
            self.assertEqual(code, 2, err)
            self.assertIn("/no/such/ready.json", err)

    def test_notify_gets_one_object_each_and_a_hanging_one_hurts_nothing(self):
        with Rig() as rig:
            notes = rig.path("notes")
            script = rig.write("notify.sh", f"#!/bin/sh\ncat >> {notes}\nexec sleep 60\n")
            os.chmod(script, 0o755)
            profile = rig.write("soak.toml", short_profile(
                LLM + '\ninject = ["crash@2s"]', 'soak = "5s"',
                f'[notify]\non = ["incident", "end"]\nrun = ["{script}"]\n'))
            code, _, err = rig.run("run", profile)
            self.assertEqual(code, 1, err)
            with open(notes, encoding="utf-8") as lines:
                said = [json.loads(line) for line in lines]
            self.assertIn("incident", [s["on"] for s in said])
            self.assertEqual(said[-1]["on"], "end")
            self.assertEqual(said[-1]["verdict"], "fail")

    def test_a_limit_ends_the_run_and_fails_the_board(self):
        with Rig() as rig:
            code, err, shown = rig.soak(
                LLM, 'soak = "60s"',
                '[[board]]\nname = "dut"\n'
                'limits = { "cpu.usage" = { max = -1.0, action = "stop" } }\n')
            self.assertEqual(code, 1, err)
            self.assertEqual(shown["boards"][0]["verdict"], "fail")
            self.assertIn("cpu.usage", " ".join(shown["run"]["reasons"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
