# SPDX-License-Identifier: Apache-2.0
"""Workloads that crash, hang, print garbage, print nothing, or print wrong tokens: each becomes the
incident that it is, the run goes on by its policy, and the exit code is the verdict's."""
import unittest

from rig import LLM, Rig, incidents


class WorkloadFaults(unittest.TestCase):
    def soak(self, workload, phase='soak = "10s"'):
        with Rig() as rig:
            code, err, shown = rig.soak(workload, phase)
        self.assertEqual(shown["run"]["state"], "sealed", err)
        return code, shown

    def classes(self, shown):
        return [i["class"] for i in incidents(shown)]

    def test_crash_is_seen_and_the_workload_restarted(self):
        code, shown = self.soak(LLM + '\ninject = ["crash@3s"]\n'
                                'restart = { budget = 5, backoff = "1s" }')
        self.assertEqual(code, 1)
        crashes = [i for i in incidents(shown) if i["class"] == "workload-crash"]
        self.assertGreaterEqual(len(crashes), 2, "it crashes 3 s into each life")
        self.assertIn("SIG", " ".join(crashes[0]["evidence"]))
        self.assertEqual(crashes[0]["blame"], "board")

    def test_hang_is_seen(self):
        code, shown = self.soak(LLM + '\ninject = ["hang@3s"]\nhang_after = "3s"')
        self.assertEqual(code, 1)
        self.assertIn("workload-hang", self.classes(shown))
        self.assertNotIn("workload-crash", self.classes(shown))

    def test_garbage_is_counted_and_becomes_a_hang(self):
        for kind in ("garbage", "silent", "endless-line"):
            with self.subTest(kind):
                code, shown = self.soak(LLM + f'\ninject = ["{kind}@2s"]\nhang_after = "3s"')
                self.assertEqual(code, 1)
                self.assertIn("workload-hang", self.classes(shown))

    def test_a_wrong_weight_is_an_output_mismatch(self):
        for kind in ("error", "error-small"):
            with self.subTest(kind):
                code, shown = self.soak(LLM + f'\ninject = ["{kind}@3s"]\ncheck_every = 8')
                self.assertEqual(code, 1)
                self.assertIn("output-mismatch", self.classes(shown))

    def test_without_injection_there_is_no_incident(self):
        _, shown = self.soak(LLM + "\ncheck_every = 8")
        self.assertEqual(self.classes(shown), [])

    def test_a_program_that_does_not_exist_is_the_profiles_fault(self):
        code, shown = self.soak('kind = "program"\nwork = "items"\nargv = ["/no/such/program"]', 'soak = "3s"')
        self.assertNotEqual(code, 0)
        self.assertEqual({i["blame"] for i in incidents(shown)}, {"config"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
