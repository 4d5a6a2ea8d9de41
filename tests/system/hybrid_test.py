#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Requests routed between two engines, the cloud's behind an emulated link: what is measured must be
what the rule and the link were set to, within intervals that are computed here. Controls: the same
judgement fails for settings that were not in force, and for a load without the link."""
import json
import math
import os
import signal
import subprocess
import tempfile
import time
import unittest

from engine_server import Engine
from rig import BIN, Rig

RTT, JITTER = 0.120, 0.040  # s
# What timers and a busy machine may add to a latency; the emulator cannot take any away.
LATE = 0.012
LONG = "word " * 40


def rows_and_totals(lines):
    rows, totals = [], None
    for line in lines:
        told = line.get("hist", {}).get("hybrid")
        if told:
            rows += told["rows"]
            totals = told["totals"]
            assert told["left_out"] == 0, told["left_out"]
    return rows, totals


def load(edge, cloud, seconds, *args):
    """Runs the load for so long; (ready facts, rows, totals)."""
    with tempfile.TemporaryDirectory() as folder:
        prompts = os.path.join(folder, "prompts.jsonl")
        with open(prompts, "w", encoding="utf-8") as out:
            for i in range(10):
                text, label = (LONG, "report") if i < 3 else ("Is it warm?", "question")
                out.write(json.dumps({"prompt": text, "label": label}) + "\n")
        work = subprocess.Popen(
            [os.path.join(BIN, "soakrig-work"), "hybrid", "--edge-url", edge.url, "--cloud-url",
             cloud.url, "--prompt-file", prompts, "--timeout", "20s", "--arrivals", "constant",
             "--rate", "20", "--seed", "3", *args],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        facts = json.loads(work.stdout.readline() or "{}").get("facts")
        if facts is None:
            raise AssertionError(work.communicate()[1])
        time.sleep(seconds)
        work.send_signal(signal.SIGTERM)
        out, err = work.communicate(timeout=30)
        assert work.returncode == 0, err
    lines = [json.loads(line) for line in out.splitlines()]
    rows, totals = rows_and_totals(lines)
    # Of the last slice: what had been asked and not answered when it was stopped.
    totals["open"] = [line["gauge"]["open"] for line in lines if "open" in line.get("gauge", {})][-1]
    return facts, rows, totals


def median_bounds(values, confidence_z=3.3):
    """Order statistics around the median: it lies between them with 99.9 %."""
    values = sorted(values)
    half = confidence_z * math.sqrt(len(values)) / 2
    low = max(0, math.floor(len(values) / 2 - half))
    high = min(len(values) - 1, math.ceil(len(values) / 2 + half))
    return values[low], values[high]


def share_agrees(seen, of, setting):
    """Wilson's interval, 99.9 %."""
    z = 3.29
    middle = (seen + z * z / 2) / (of + z * z)
    half = z / (of + z * z) * math.sqrt(seen * (of - seen) / of + z * z / 4)
    return middle - half <= setting <= middle + half


def asks(rows, place):
    """Latencies of good answers of one place."""
    column = 7 if place == "edge" else 8
    return [r[column][1] for r in rows if r[column] and r[column][0] == 1 and r[column][4] == 0]


def round_trip_agrees(rows, setting):
    """The cloud's median less the edge's, whose engine is the same program; and since a busy machine
    only adds: no answer came sooner than the link allows, and the soonest not later than its mean."""
    here, there = asks(rows, "edge"), asks(rows, "cloud")
    low, high = median_bounds(here), median_bounds(there)
    return (high[0] - low[1] <= setting + LATE and high[1] - low[0] >= setting
            and min(there) >= setting - JITTER / 2
            and min(there) - min(here) <= setting + LATE / 4)


def availability_agrees(failed, down_s, rate, outages):
    """Requests come evenly: in each outage as many as its length holds, one more or less at each
    end, and two that were on their way when it began."""
    return abs(failed - rate * down_s) <= 4 * (outages + 1)


class Hybrid(unittest.TestCase):
    def setUp(self):
        self.edge, self.cloud = Engine(token_s=0), Engine(token_s=0)

    def tearDown(self):
        self.edge.close()
        self.cloud.close()

    def test_share_latency_and_bytes_are_what_was_set(self):
        facts, rows, totals = load(
            self.edge, self.cloud, 10, "--rule", "length", "--threshold", "20", "--rtt",
            f"{RTT * 1000:.0f}ms", "--jitter", f"{JITTER * 1000:.0f}ms", "--price-cloud-in", "1",
            "--price-cloud-out", "10", "--price-edge", "2", "--currency", "EUR", "--price-date",
            "2026-03-02", "--price-source", "made up")
        self.assertEqual((facts["rule"], facts["threshold"]), ("length", "20"))
        self.assertGreater(totals["requests"], 150)
        self.assertEqual(totals["good"], totals["requests"])
        self.assertTrue(share_agrees(totals["offloaded"], totals["requests"], 0.3))
        self.assertFalse(share_agrees(totals["offloaded"], totals["requests"], 0.5))
        # Each long prompt went there, and no other.
        self.assertEqual({(r[1], r[3], r[4]) for r in rows},
                         {("report", "cloud", "cloud"), ("question", "edge", "edge")},
                         [r for r in rows if r[3] != r[4]])
        self.assertTrue(round_trip_agrees(rows, RTT), sorted(asks(rows, "cloud")))
        for other in (RTT + 0.040, RTT - 0.040):
            self.assertFalse(round_trip_agrees(rows, other))
        # What left the site is what was asked there, and what was still on its way at the end.
        sizes = [r[8][2] for r in rows if r[8]]
        self.assertLessEqual(sum(sizes), totals["link"]["up_bytes"])
        self.assertLessEqual(totals["link"]["up_bytes"],
                             sum(sizes) + totals["open"] * max(sizes))
        tokens = 8 * totals["requests"]
        self.assertEqual(totals["edge_tokens"] + totals["cloud_tokens"], tokens)
        self.assertAlmostEqual(totals["cost"], (totals["edge_tokens"] * 2 + totals["cloud_tokens"] * 10
                                                + totals["cloud_tokens_in"] * 1) * 1e-6, places=9)

    def test_without_the_link_the_latency_is_not_the_links(self):
        _, rows, totals = load(self.edge, self.cloud, 3, "--rule", "length", "--threshold", "20")
        self.assertEqual(totals["link"]["down_s"], 0)
        self.assertFalse(round_trip_agrees(rows, RTT))

    def outage_run(self, *args):
        return load(self.edge, self.cloud, 12, "--rule", "label", "--cloud-label", "report",
                    "--cloud-label", "question", "--outages", "1500ms:500ms", *args)

    def test_availability_is_the_links(self):
        _, rows, totals = self.outage_run("--no-fallback")
        link = totals["link"]
        self.assertGreaterEqual(link["outages"], 2)
        self.assertTrue(availability_agrees(totals["cloud_failed"], link["down_s"], 20,
                                            link["outages"]), totals)
        self.assertFalse(availability_agrees(totals["cloud_failed"], link["span_s"] / 2 + link["down_s"],
                                             20, link["outages"]))
        self.assertEqual(totals["requests"] - totals["good"], totals["cloud_failed"])
        # The link's own share lies where a renewal process of these means has it, three sigma.
        up, down, span = 1.5, 0.5, link["span_s"]
        sigma = math.sqrt(2 * up ** 2 * down ** 2 / ((up + down) ** 3 * span))
        self.assertLess(abs(link["down_s"] / span - down / (up + down)), 3 * sigma)
        self.assertTrue(all(r[4] is None or r[8][0] == 1 for r in rows))

    def test_the_edge_answers_through_outages(self):
        _, rows, totals = self.outage_run()
        self.assertGreater(totals["cloud_failed"], 0)
        self.assertEqual(totals["fell_to_edge"], totals["cloud_failed"])
        self.assertEqual(totals["good"], totals["requests"])
        self.assertEqual({r[4] for r in rows}, {"edge", "cloud"})

    def test_a_profile_soaks_it_and_the_command_tells_it(self):
        self.edge.mode = self.cloud.mode = "sure"
        with Rig() as rig:
            workload = f"""kind = "hybrid"
edge = {{ url = "{self.edge.url}" }}
cloud = {{ url = "{self.cloud.url}" }}
rule = "confidence"
threshold = 0.5
both = "100%"
arrivals = "constant"
rate = 20.0
answer_tokens = 8
link = {{ rtt = "30ms" }}
prices = {{ cloud_in = 1.0, cloud_out = 10.0, edge = 2.0, currency = "EUR", date = "2026-03-02", source = "made up" }}"""
            _, err, shown = rig.soak(workload, 'soak = "9s"')
            self.assertEqual(shown["run"]["state"], "sealed", err)
            page = rig.path("hybrid.html")
            code, out, err = rig.run("hybrid", "last", "--json", "-o", page)
            self.assertEqual(code, 0, err)
            told = json.loads(out)["workloads"][0]
            with open(page, encoding="utf-8") as html:
                text = html.read()
            code, _, err = rig.run("report", "last", "-o", rig.path("report.html"))
            self.assertEqual(code, 0, err)
            with open(rig.path("report.html"), encoding="utf-8") as html:
                self.assertIn("Sweep of the threshold", html.read())
        self.assertEqual((told["rule"], told["threshold"], told["emulated"]), ("confidence", 0.5, True))
        self.assertEqual(told["available"]["share"], 1)
        # Answers are 0.9 and 0.2 sure in turn: the threshold between them offloads a half.
        self.assertAlmostEqual(told["offloaded"]["share"], 0.5, delta=0.1)
        points = told["sweep"]["points"]
        self.assertEqual(points[0]["offloaded"], 0)
        self.assertEqual(points[-1]["offloaded"], 1)
        middle = [p for p in points if 0.2 < p["threshold"] <= 0.9]
        self.assertAlmostEqual(middle[0]["offloaded"], 0.5, delta=0.1)
        self.assertGreater(points[-1]["latency_p50_s"], points[0]["latency_p50_s"] + 0.02)
        self.assertIn("<svg", text)
        self.assertIn("computed", text)


class BadInput(unittest.TestCase):
    def complaint(self, *args):
        done = subprocess.run([os.path.join(BIN, "soakrig-work"), "hybrid", *args],
                              capture_output=True, text=True, timeout=30, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        return done.stderr

    def test_each_is_one_error(self):
        places = ["--edge-url", "http://127.0.0.1:9", "--cloud-url", "http://127.0.0.1:9"]
        length = [*places, "--rule", "length"]
        for args, words in (
                ([*places, "--rule", "weather"], "there is no routing rule"),
                (length, "has no --threshold"),
                ([*places, "--rule", "label"], "names no label"),
                ([*places, "--rule", "label", "--cloud-label", "a", "--threshold", "1"], "does nothing"),
                ([*places, "--rule", "label", "--cloud-label", "a", "--local-label", "a"], "and to stay here"),
                ([*places, "--rule", "confidence", "--threshold", "2"], "from 0 to 1"),
                ([*places, "--rule", "budget", "--budget", "1"], "needs prices"),
                ([*length, "--threshold", "5", "--price-cloud-in", "1"], "prices are three"),
                ([*length, "--threshold", "5", "--price-cloud-in", "1", "--price-cloud-out", "1",
                  "--price-edge", "1", "--currency", "EUR", "--price-date", "2026-03-02"],
                 "--price-source"),
                ([*length, "--threshold", "5", "--outages", "5s"], "EVERY:LASTS"),
                ([*length, "--threshold", "5", "--rtt", "10ms", "--jitter", "50ms"], "jitter"),
                ([*length, "--threshold", "5", "--link-trace", "/nowhere.csv"], "cannot be opened"),
                ([*length, "--threshold", "5", "--ready-within", "1s"], "refused"),
        ):
            with self.subTest(words):
                self.assertIn(words, self.complaint(*args))


if __name__ == "__main__":
    unittest.main(verbosity=2)
