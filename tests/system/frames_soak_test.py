#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Soaks streams of frames beside a language model: both are counted on their own, and a stream that
stands still, or all of them, becomes an incident by name."""
import unittest

from rig import Rig, incidents

FRAMES = 'kind = "frames"\nstreams = 3\nfps = 20\nsize = 64\ncheck_every = 5\n'
TOGETHER = f"""
[soak]
name = "together"
[verdict]
window = "2s"
short_window = "1s"
[workload.cameras]
{FRAMES}
[workload.chat]
kind = "llm"
shape = "stories-15m"
threads = 1
[[phase]]
name = "both"
soak = "6s"
work = ["cameras", "chat"]
"""


class FramesSoak(unittest.TestCase):
    def test_cameras_and_a_model_have_statistics_of_their_own(self):
        with Rig() as rig:
            rig.run("run", rig.write("together.toml", TOGETHER))
            shown = rig.show()
        work = shown["boards"][0]["phases"][0]["work"]
        self.assertEqual([w["name"] for w in work], ["cameras", "chat"])
        self.assertEqual([w["unit"] for w in work], ["{frames}/s", "{token}/s"])
        for each in work:
            self.assertGreater(each["sustained"], 0)
        # A machine that is busy may make a stream starve; nothing else may be found.
        self.assertLessEqual({i["class"] for i in incidents(shown)},
                             {"starvation", "deadlock", "priority-inversion"})

    def test_a_stream_that_stands_still_starves(self):
        with Rig() as rig:
            code, err, shown = rig.soak(FRAMES + 'stall = ["2@1s"]', 'soak = "7s"')
        starved = [i for i in incidents(shown) if i["class"] == "starvation"]
        self.assertTrue(starved, err)
        self.assertIn("stream 2 finished 0 frames", " ".join(i["evidence"][0] for i in starved))
        self.assertEqual(code, 1)

    def test_all_that_stand_still_are_a_deadlock(self):
        with Rig() as rig:
            code, err, shown = rig.soak(FRAMES + 'stall = ["all@1s"]', 'soak = "7s"')
        dead = [i for i in incidents(shown) if i["class"] == "deadlock"]
        self.assertEqual(len(dead), 1, err)
        self.assertIn("none of 3 streams", dead[0]["evidence"][0])
        self.assertIn("threads: SSS", dead[0]["evidence"][1])
        self.assertEqual(code, 1)

    def test_an_important_stream_behind_a_lesser_one_is_a_priority_inversion(self):
        # Slow frames, so that the lesser ones miss none although the machine does other things.
        frames = ('kind = "frames"\nstreams = 3\nfps = 5\nsize = 32\nnice = ["0", "5", "5"]\n'
                  'stall = ["late:1@1s"]')
        with Rig() as rig:
            code, err, shown = rig.soak(frames, 'soak = "9s"')
        inverted = [i for i in incidents(shown) if i["class"] == "priority-inversion"]
        self.assertTrue(inverted, err)
        self.assertIn("stream 1 finished", inverted[0]["evidence"][0])
        self.assertRegex(inverted[0]["evidence"][1], "stream [23], which is less important, missed none")
        self.assertEqual(code, 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
