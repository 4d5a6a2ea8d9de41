#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Merging bench rows: one row per name, and nothing that is not ok can come out as ok."""
import json
import unittest

import bench_rows


def line(name, value=1.0, reach=2.0, ok=True, **more):
    return json.dumps({"name": name, "value": value, "unit": "ms", "against": None, "ratio": None,
                       "reach": {"of": "value", "op": "<=", "value": reach}, "ok": ok, **more})


class Rows(unittest.TestCase):
    def merged(self, lines, names):
        rows, faults = bench_rows.merge(lines, names)
        return {row["name"]: row["ok"] for row in rows}, len(faults)

    def test_filter_is_a_name_or_a_dotted_prefix(self):
        for wanted, fits in (("", True), ("agent", True), ("agent.tick", True), ("agent.t", False),
                             ("age", False), ("agent.tick.x", False)):
            self.assertEqual(bench_rows.matches("agent.tick", wanted), fits, wanted)

    def test_good_rows(self):
        self.assertEqual(self.merged([line("a.x"), "", line("a.x.peer")], ["a.x"]),
                         ({"a.x": True, "a.x.peer": True}, 0))

    def test_a_bad_peer_makes_its_name_not_ok(self):
        self.assertEqual(self.merged([line("a.x"), line("a.x.peer", ok=False), line("a.y")],
                                     ["a.x", "a.y"]),
                         ({"a.x": False, "a.x.peer": False, "a.y": True}, 0))

    def test_a_peer_belongs_to_the_longest_name(self):
        self.assertEqual(self.merged([line("a.x"), line("a.x.q"), line("a.x.q.p", ok=False)],
                                     ["a.x", "a.x.q"])[0],
                         {"a.x": True, "a.x.q": False, "a.x.q.p": False})

    def test_a_figure_that_misses_is_not_ok_whatever_the_row_says(self):
        self.assertEqual(self.merged([line("a.x", value=2.1)], ["a.x"]), ({"a.x": False}, 0))
        self.assertEqual(self.merged([line("a.x", value=2.0)], ["a.x"]), ({"a.x": True}, 0))
        self.assertEqual(self.merged([line("a.x", value=None)], ["a.x"]), ({"a.x": False}, 0))

    def test_a_doubled_row(self):
        self.assertEqual(self.merged([line("a.x"), line("a.x")], ["a.x"]), ({"a.x": False}, 1))

    def test_a_missing_row(self):
        self.assertEqual(self.merged([], ["a.x"]), ({"a.x": False}, 1))

    def test_what_is_no_row(self):
        for text in ("hello", "[]", "3", '{"name": "a.x"}'):
            self.assertEqual(self.merged([line("a.x"), text], ["a.x"]), ({"a.x": True}, 1))

    def test_rows_that_were_not_asked_for(self):
        self.assertEqual(self.merged([line("a.x"), line("b.y")], ["a.x"]), ({"a.x": True}, 0))

    def test_table_shows_each_row(self):
        rows, _ = bench_rows.merge(
            [line("a.x", against={"name": "floor", "value": 0.5}, ratio=2.0), line("a.y", ok=False)],
            ["a.x", "a.y"])
        text = bench_rows.table(rows).split("\n")
        self.assertEqual(text[1].split(), ["ok", "a.x", "1", "ms", "floor", "0.5", "2", "value", "<=",
                                           "2"])
        self.assertEqual(text[2].split()[:2], ["NO", "a.y"])


if __name__ == "__main__":
    unittest.main()
