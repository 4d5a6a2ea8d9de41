#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The judge of the demo says no to each way in which a soak can fall short of the promise."""
import copy
import unittest

import demo_judge

PHASES = ["cold", "hot"]


def phase(name, ambient, sustained):
    return {"name": name, "ambient": ambient, "sustained": sustained, "unit": "{token}/s"}


GOOD = {
    "run": {"state": "sealed", "verdict": "fail", "reasons": ["stability"], "file": "a.soak"},
    "boards": [{"name": "local", "phases": [phase("cold", 20.0, 100.0), phase("hot", 60.0, 80.0)],
                "episodes": [{"cause": "contention"}, {"cause": "thermal"}]}],
}


class Judge(unittest.TestCase):
    def verdict(self, change):
        shown = copy.deepcopy(GOOD)
        change(shown)
        ok, lines = demo_judge.judge(shown, PHASES)
        return ok, [line.startswith("yes") for line in lines]

    def test_the_promise_kept_with_a_fall_of_exactly_the_least(self):
        self.assertEqual(self.verdict(lambda s: None), (True, [True, True, True]))

    def test_inconclusive_is_as_good_as_fail(self):
        self.assertTrue(self.verdict(lambda s: s["run"].update(verdict="inconclusive"))[0])

    def test_a_rig_error_is_no_completed_soak(self):
        self.assertEqual(self.verdict(lambda s: s["run"].update(verdict="error")),
                         (False, [False, True, True]))

    def test_an_interrupted_run(self):
        self.assertEqual(self.verdict(lambda s: s["run"].update(state="interrupted", verdict=None)),
                         (False, [False, True, True]))

    def test_a_phase_that_never_came(self):
        self.assertEqual(self.verdict(lambda s: s["boards"][0]["phases"].pop()),
                         (False, [False, True, False]))

    def test_no_thermal_episode(self):
        self.assertEqual(self.verdict(lambda s: s["boards"][0]["episodes"].pop()),
                         (False, [True, False, True]))

    def test_too_small_a_fall(self):
        self.assertEqual(self.verdict(lambda s: s["boards"][0]["phases"][1].update(sustained=80.1)),
                         (False, [True, True, False]))

    def test_an_unknown_speed_is_no_fall(self):
        self.assertEqual(self.verdict(lambda s: s["boards"][0]["phases"][1].update(sustained=None)),
                         (False, [True, True, False]))

    def test_one_ambient_only(self):
        self.assertEqual(self.verdict(lambda s: s["boards"][0]["phases"][1].update(ambient=20.0)),
                         (False, [True, True, False]))

    def test_a_run_beside_strangers_was_disturbed(self):
        shown = copy.deepcopy(GOOD)
        self.assertFalse(demo_judge.disturbed(shown))  # judged: the contention did not matter
        shown["run"].update(verdict="inconclusive")
        self.assertTrue(demo_judge.disturbed(shown))
        shown["boards"][0]["episodes"] = []
        self.assertFalse(demo_judge.disturbed(shown))
        shown["run"]["reasons"] = [{"text": "but steal 11.3 % > 2.0 %"}]
        self.assertTrue(demo_judge.disturbed(shown))


if __name__ == "__main__":
    unittest.main()
