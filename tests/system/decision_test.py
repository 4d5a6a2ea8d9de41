#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CTest `system.decision`: docs/examples/decision/run.sh, and that its pages say what its files do. Its
files: soak.toml cost.toml site.toml need.toml route.toml."""
import json
import os
import re
import subprocess
import xml.etree.ElementTree as xml

import rig

EXAMPLE = os.path.join(os.environ["SOAKRIG_SOURCE"], "docs/examples/decision")
SOURCES = {"made-up price list"}  # quoted from cost.toml
RUNS = ["small-q8", "small-q4", "wide-q8", "spare-q4"]


def answer(bench, codes, *args):
    code, out, err = bench.run(*args, "--json")
    assert code in codes, (args, code, err)
    return json.loads(out)["candidates"] if args[0] != "compare" else json.loads(out)


def check_cost(cases):
    """The edge's total again, by the formulas of docs/formats/cost.md."""
    for case in cases:
        assert case["provenance"] == "simulated" and any("simulated" in n for n in case["notes"])
        a = case["answer"]
        assert a is not None, case["missing"]
        speed, watts = a["sustained"]["value"], a["busy_power_w"]["value"]
        one = speed * 0.6 * a["availability"]["value"] * 86400 / 32
        n = max(1, -(-20000 // one))
        assert a["devices"] == n, (a["devices"], n)
        duty = a["edge"]["requests_per_day"] * 32 / (speed * 86400 * n)
        price = 189 * 0.92
        kwh = (watts * duty + 2.1 * (1 - duty)) / 1000 * 8760 * 5 * n * 1.2
        failures = 0.04 * n * 5
        total = (n * price * 1.1 + max(0, failures - 0.1 * n) * price + n * 30 + kwh * 0.24
                 + n * 60 * 3 + failures * 85 + n * 5 * 3)
        assert abs(a["edge"]["total"] - total) < 0.005, (a["edge"]["total"], total)
        cloud = 20000 * 365 * 5 * (32 * 0.4 + 32 * 1.6) * 0.92 / 1e6
        assert abs(a["cloud"]["total"] - cloud) < 0.005, (a["cloud"]["total"], cloud)


def check_route(bench):
    """The sweep has its ends, and its points are priced."""
    code, out, err = bench.run("hybrid", "route", "--json")
    assert code == 0, err
    told = json.loads(out)["workloads"][0]
    assert told["emulated"] and told["rule"] == "length" and 0 < told["offloaded"]["share"] < 1, told
    points = told["sweep"]["points"]
    assert {points[0]["offloaded"], points[-1]["offloaded"]} == {0, 1}, points
    assert all(p["cost_per_1000"] > 0 for p in points), points


def english_left(text):
    """Runs of three plain English words: what a Chinese page is not to have (names, units and keys of files are none)."""
    text = re.sub(r"<style.*?</style>", "", text, flags=re.S)
    return [run for piece in re.split(r"<[^>]*>", text)
            for run in re.findall(r"(?<![\w.-])(?:[a-z]+[ ,;]+){2,}[a-z]+(?![\w.-])", piece)]


def check_pages(folder):
    for name in ("cost", "route", "decision"):
        with open(os.path.join(folder, name + ".zh.html"), encoding="utf-8") as page:
            left = [run for run in english_left(page.read()) if run not in SOURCES]
        assert not left, (name, left)
    for name in ("choice", "cost", "route", "decision"):
        with open(os.path.join(folder, name + ".html"), encoding="utf-8") as page:
            text = page.read()
        assert "SIMULATED" in text, name
        names = {e.tag.split("}")[-1] for e in xml.fromstring(text.split("\n", 1)[1]).iter()}
        assert "svg" in names and "script" not in names, (name, names)


def main():
    with rig.Rig() as bench:
        folder = bench.path("decision")
        env = dict(os.environ, PATH=rig.BIN + os.pathsep + os.environ["PATH"])
        done = subprocess.run([os.path.join(EXAMPLE, "run.sh"), folder], env=env, text=True,
                              capture_output=True, timeout=250, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        bench.archive = os.path.join(folder, "soaks")
        cost, site = (os.path.join(EXAMPLE, name) for name in ("cost.toml", "site.toml"))
        check_cost(answer(bench, {0}, "cost", cost, *RUNS))
        suited = answer(bench, {0, 1, 3}, "suit", site, *RUNS)
        for case in suited:
            assert [r["criterion"] for r in case["reasons"]] == [
                "data", "latency", "availability", "volume", "cost"]
            assert case["answer"] in ("edge", "cloud", "hybrid", "none", "inconclusive")
            assert case["answer"] != "inconclusive" or case["why"]
        choice = answer(bench, {0}, "compare", *RUNS, "--cost", cost)["choice"]
        rows = choice["rows"]
        assert len(rows) == 4 and all(r["per_million"] for r in rows), rows
        cheapest = min(rows, key=lambda r: r["per_million"])
        assert choice["best"] == cheapest["label"] and choice["why"].startswith("cost decides")
        assert {r["precision"] for r in rows} == {"int8", "int4"}
        check_route(bench)
        check_pages(folder)
        print("decision:", {c["label"]: c["answer"] for c in suited}, "best:", choice["best"])


if __name__ == "__main__":
    main()
