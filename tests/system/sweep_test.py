#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A sweep on the virtual bench as one soak with its table; and `soakrig claims PROFILE`, which measures what
the profile's model is held against."""
import json
import os
import re
import unittest

from rig import Rig

BENCH = """
[soak]
name = "short"
[verdict]
window = "1s"
short_window = "0.5s"
[[board]]
name = "virtual-board"
sysroot = "virtual"
[[board.claim]]
name = "tokens_per_s"
value = 1.0
[[board.claim]]
name = "tops_int8"
value = 400
device = "npu"
density = "sparse"
source = "made-up data sheet, page 1"
[[instrument]]
name = "meter"
map = "eastron-sdm120"
connect = "virtual"
board = "virtual-board"
"""

MODEL = """
[workload.chat]
kind = "llm"
shape = "stories-15m"
prompt_tokens = 16
answer_tokens = 16
"""


class Sweep(unittest.TestCase):
    def test_a_matrix_is_one_soak_with_a_table(self):
        with Rig() as rig:
            profile = rig.write("sweep.toml", BENCH + MODEL + """
format = "{quant}"
threads = "{threads}"
[[phase]]
name = "decode"
vary = { quant = ["q4_0", "q8_0"], threads = [1, 2] }
soak = "3s"
work = ["chat"]
""")
            code, out, err = rig.run("run", profile)
            self.assertIn(code, (0, 1, 3), err)
            shown = rig.show()
            self.assertEqual([p["name"] for p in shown["boards"][0]["phases"]],
                             [f"decode[quant={q},threads={t}]" for q in ("q4_0", "q8_0") for t in (1, 2)])
            code, text, err = rig.run("claims", "last", "--json")
            self.assertEqual(code, 3, err)
            measured = json.loads(text)["boards"][0]["measured"]
            (table,) = shown["boards"][0]["sweeps"]
            self.assertEqual((table["name"], table["settings"]), ("decode", ["quant", "threads"]))
            self.assertEqual([row["values"] for row in table["rows"]],
                             [[q, str(t)] for q in ("q4_0", "q8_0") for t in (1, 2)])
            for row, same in zip(table["rows"], measured):
                for figure in ("phase", "workload", "sustained", "lower", "upper", "peak", "memory", "j_per_work"):
                    self.assertEqual(row[figure], same[figure], row)
            self.assertEqual(len(measured), 4)
            for row in measured:
                self.assertGreater(row["sustained"], 0, row)
                self.assertGreater(row["j_per_work"], 0, row)
            # The same model in twice the bits: more memory, in whichever threads.
            held = [row["memory"] for row in measured]
            self.assertGreater(held[2], held[0] + 4e6)
            self.assertGreater(held[3], held[1] + 4e6)
            self.assertIn("sweep decode", out)
            self.assertRegex(out, r"(?m)^ *quant +threads .*J/work")
            (last,) = re.findall(r"(?m)^ *q8_0 +2 +.*$", out)
            self.assertNotIn(" - ", last[last.index("token"):])  # speed, peak, MB and J/work are all there
            code, _, err = rig.run("report", "last", "-o", rig.path("r.html"))
            self.assertEqual(code, 0, err)
            with open(rig.path("r.html"), encoding="utf-8") as page:
                self.assertIn("Sweep decode", page.read())


class Claims(unittest.TestCase):
    def test_a_profile_is_measured_beside_its_ceilings(self):
        with Rig() as rig:
            profile = rig.write("claims.toml", BENCH + MODEL + """
threads = 1
[[phase]]
name = "room"
soak = "5s"
work = ["chat"]
""")
            svg = rig.path("roofline.svg")
            code, out, err = rig.run("claims", profile, "--svg", svg)
            self.assertEqual(code, 3, out + err)  # simulated: it proves nothing
            for words in ("SIMULATED", "tokens_per_s", "short peak", "work/s/W", "room-read", "room-products",
                          "GB/s,", "tokens/s attainable", "theoretical", "multiply-add units a core assumed",
                          "by a chain of dependent additions"):
                self.assertIn(words, " ".join(out.split()))
            with open(svg, encoding="utf-8") as picture:
                self.assertIn("SIMULATED", picture.read())
            code, out, _ = rig.run("claims", "last", "--json")
            self.assertEqual(code, 3)
            board = json.loads(out)["boards"][0]
            self.assertEqual([m["phase"] for m in board["measured"]], ["room", "room-read", "room-products"])
            for measured in board["measured"]:
                for key in ("peak_short", "peak", "sustained", "j_per_work", "work_per_j"):
                    self.assertGreater(measured[key], 0, measured)
            (load,) = board["loads"]
            self.assertGreater(load["attainable_tokens_per_s"], 0)
            self.assertIn("of phase room-read", load["beside"])
            # The bench's clock is a model, so it is not compared with the machine's.
            (clock,) = board["clocks"]
            self.assertIsNone(clock["reported_mhz"])
            self.assertGreater(clock["measured_mhz"], 100)
            by_name = {claim["name"]: claim for claim in board["claims"]}
            self.assertEqual(by_name["tops_int8"]["verdict"], "inconclusive")
            self.assertIn("npu claimed, cpu run", by_name["tops_int8"]["reason"])


if __name__ == "__main__":
    os.environ.pop("SOAKRIG_ARCHIVE", None)
    unittest.main(verbosity=2)
