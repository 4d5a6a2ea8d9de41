#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Soaks programs through kind = "engine": what an engine refuses, runs elsewhere, computes wrongly or
cannot do here reaches the verdict by name; stress-ng is soaked for real where it is installed."""
import os
import re
import shutil
import textwrap
import unittest
import unittest.mock

from rig import LLM, Rig, incidents, short_profile

ENGINE = """engine = "fake"
summary = "prints what it is told"
argv = ["sh", "-c", '''{script}''']
exit = {{ skip = {{ 3 = "no NPU here" }} }}
[[work]]
name = "frames"
line = 'frames (?<amount>[0-9]+) in (?<seconds>[0-9.]+)'
[[accuracy]]
name = "drift"
line = 'drift (?<value>[0-9.]+)'
max = 0.05
[[refused]]
line = 'no (?<operator>[A-Z][a-z]+) in (?<format>int[0-9]+)'
[[fallback]]
line = 'layer (?<part>[a-z_0-9]+) runs on (?<ran_on>[a-z]+)'
"""
WORKS = "sleep 0.5; echo frames 50 in 0.5"
CLAIM = """
[[board]]
name = "local"
[[board.claim]]
name = "tokens_per_s"
value = 90.0
"""


class EngineSoak(unittest.TestCase):
    def soak(self, script, more="", seconds=5):
        with Rig() as rig:
            rig.write("fake.toml", ENGINE.format(script=script))
            code, err, shown = rig.soak('kind = "engine"\nengine = "./fake.toml"\nwork = "frames"',
                                        f'soak = "{seconds}s"', more)
        self.assertEqual(shown["run"]["state"], "sealed", err)
        return code, shown

    def test_its_speed_is_the_programs_own(self):
        _, shown = self.soak(WORKS, seconds=6)
        self.assertEqual(incidents(shown), [])
        work = shown["boards"][0]["phases"][0]["work"][0]
        self.assertEqual((work["name"], work["kind"], work["unit"]), ("chat", "engine", "{frames}/s"))
        self.assertAlmostEqual(work["sustained"], 100, delta=1)

    def test_the_how_to_as_it_stands(self):
        """Whoever follows docs/howto/add_an_engine.md has an engine that is soaked."""
        page = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/howto/add_an_engine.md")
        with open(page, encoding="utf-8") as text:
            file, workload = re.findall(r"```toml\n(.*?)```", text.read(), re.DOTALL)
        with Rig() as rig:
            rig.write("framer.toml", textwrap.dedent(file))
            os.chmod(rig.write("framer", '#!/bin/sh\n[ "$1" = --version ] && exec echo framer 1.2\n'
                                         f"{WORKS.replace('frames 50 in 0.5', 'done 50 frames in 0.5 s on npu0')}\n"),
                     0o755)
            profile = rig.write("p.toml", short_profile(LLM, 'soak = "4s"').partition("[workload.chat]")[0]
                                + textwrap.dedent(workload)
                                + '[[phase]]\nname = "only"\nsoak = "4s"\nwork = ["vision"]\n')
            with unittest.mock.patch.dict(os.environ, PATH=f"{rig.dir}:{os.environ['PATH']}"):
                code, out, err = rig.run("check", profile)
                self.assertEqual(code, 0, out + err)
                code, _, err = rig.run("run", profile)
            shown = rig.show()
        self.assertEqual(incidents(shown), [], err)
        work = shown["boards"][0]["phases"][0]["work"][0]
        self.assertEqual(work["unit"], "{frames}/s")
        self.assertGreater(work["peak"], 0, err)

    def test_a_refused_operator_is_an_incident_that_names_it(self):
        code, shown = self.soak("echo no Softmax in int4 >&2; exit 1", seconds=2)
        found = incidents(shown)
        self.assertEqual([i["class"] for i in found], ["model-refused"])
        self.assertIn("operator: Softmax", found[0]["evidence"])
        self.assertIn("format: int4", found[0]["evidence"])
        self.assertEqual(code, 1)

    def test_a_fallback_makes_claims_inconclusive_and_is_named(self):
        with Rig() as rig:
            rig.write("fake.toml", ENGINE.format(script=f"echo layer conv_12 runs on cpu; {WORKS}")
                      .replace('"frames"', '"tokens"'))
            code, err, shown = rig.soak('kind = "engine"\nengine = "./fake.toml"\nwork = "tokens"',
                                        'soak = "4s"', CLAIM)
        claim = shown["boards"][0]["claims"][0]
        self.assertEqual(claim["verdict"], "inconclusive", err)
        self.assertIn("conv_12 on cpu", claim["reason"])
        self.assertEqual(incidents(shown), [])

    def test_an_accuracy_beyond_its_bound_is_an_output_mismatch(self):
        code, shown = self.soak(f"{WORKS}; echo drift 0.2", seconds=3)
        self.assertEqual({i["class"] for i in incidents(shown)}, {"output-mismatch"})
        self.assertIn("0.2", " ".join(incidents(shown)[0]["evidence"]))
        self.assertEqual(code, 1)

    def test_what_cannot_run_here_is_no_incident_but_proves_nothing(self):
        code, shown = self.soak("exit 3", seconds=3)
        self.assertEqual(incidents(shown), [])
        self.assertEqual(code, 3)
        self.assertIn("work.chat.frames", " ".join(shown["run"]["reasons"]))

    def test_output_that_nobody_understands_is_the_configurations_fault(self):
        code, shown = self.soak("echo images 50", seconds=3)
        self.assertEqual([(i["class"], i["blame"]) for i in incidents(shown)],
                         [("workload-crash", "config")])
        self.assertEqual(code, 3)

    def test_stress_ng_for_real(self):
        if shutil.which("stress-ng") is None:
            self.skipTest("stress-ng is not installed")
        with Rig() as rig:
            code, err, shown = rig.soak('kind = "engine"\nengine = "stress-ng"\nwork = "bogo_ops"\n'
                                        'set = ["seconds=1", "threads=1"]', 'soak = "6s"')
        self.assertIn(code, (0, 1, 3), err)
        self.assertEqual(incidents(shown), [])
        work = shown["boards"][0]["phases"][0]["work"][0]
        self.assertEqual(work["unit"], "{bogo_ops}/s")
        self.assertGreater(work["sustained"], 0)

    def test_a_profile_is_refused_by_its_engine_before_it_starts(self):
        with Rig() as rig:
            rig.write("fake.toml", ENGINE.format(script=WORKS))
            profile = rig.write("p.toml", '[workload.x]\nkind = "engine"\nengine = "./fake.toml"\n'
                                'work = "images"\n[[phase]]\nsoak = "5s"\nwork = ["x"]\n')
            code, out, err = rig.run("check", profile)
        self.assertEqual(code, 3, out + err)
        self.assertIn("does no work 'images'; it does frames", out + err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
