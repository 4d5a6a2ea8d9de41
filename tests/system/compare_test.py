#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CTest `system.compare`: real short soaks held against each other, and what must be refused.

The load is a made-up one that does as many tokens a second as a file says, so that it is known which
run is slower although both ran the same program with the same arguments."""
import json
import sys
import xml.etree.ElementTree as xml

import rig

WORKLOAD = '''
import json, sys, time
speed, began, cycle = float(open(sys.argv[1]).read()), time.monotonic(), 0
print(json.dumps({"ready": True, "instance": 1}), flush=True)
while True:
    time.sleep(0.1)
    cycle += 1
    busy = time.monotonic() - began
    print(json.dumps({"work": {"tokens": int(speed * busy)}, "busy_s": busy, "cycle": cycle}),
          flush=True)
'''


def soak(bench, name, speed, phase="only"):
    """The file of a run of that name."""
    script, knob = bench.write("fake.py", WORKLOAD), bench.write("speed.txt", str(speed))
    load = f'kind = "program"\nargv = ["{sys.executable}", "{script}", "{knob}"]\nwork = "tokens"'
    profile = rig.short_profile(load, 'soak = "8s"').replace('name = "only"', f'name = "{phase}"')
    profile = profile.replace('window = "2s"', 'window = "1s"')  # several of them, for an interval
    path = bench.write("soak.toml", profile.replace('name = "short"', f'name = "{name}"'))
    code, _, err = bench.run("run", path)
    assert code in (0, 1, 3), err
    return bench.show()["run"]["file"]


def compared(bench, wanted_code, *args):
    code, out, err = bench.run("compare", *args, "--json")
    assert code == wanted_code, (args, code, out, err)
    return json.loads(out)


def check_regression(bench, first, slow):
    page = bench.path("c.html")
    said = compared(bench, 0, first, slow, "-o", page)
    assert [c["name"] for c in said["candidates"]] == ["first", "slow"]
    row = next(r for r in said["rows"] if r["quantity"] == "sustained")
    assert row["refused"] is None, row
    cell = row["cells"][1]
    assert cell["regressed"] and cell["delta_lower"] <= cell["delta"] <= cell["delta_upper"] < 0
    assert -0.45 < cell["delta"] < -0.35, cell
    assert any("sustained of chat" in line for line in said["regressions"])
    compared(bench, 1, first, slow, "--fail-on-regression")
    better = compared(bench, 0, slow, first, "--fail-on-regression")
    assert not [line for line in better["regressions"] if "sustained" in line]
    root = xml.fromstring(open(page, encoding="utf-8").read().split("\n", 1)[1])
    names = {element.tag.split("}")[-1] for element in root.iter()}
    assert "svg" in names and "script" not in names


def check_requirements(bench, first, slow):
    def ticks(code, text):
        said = compared(bench, code, first, slow, "--require", bench.write("need.toml", text))
        return [t["met"] for r in said["requirements"] for t in r["ticks"]]

    assert ticks(0, "[require]\nsustained = 500\nincidents = 0\n") == [True] * 4
    assert ticks(1, "[require]\nsustained = 800\n") == [True, False]
    # No phase was that hot, as far as anybody knows: not decided, and so not met.
    assert ticks(1, "[require]\nsustained = { value = 1, ambient = 55.0 }\n") == [None, None]


def check_refusals(bench, first, slow, other):
    wrong = bench.write("wrong.toml", "[require]\nsustian = 1\n")
    for args, wanted, what in (
            ((first, other), 4, "in common"), ((first,), 4, "RUN"), ((first, "nobody"), 4, "nobody"),
            ((first, slow, "--require", wrong), 4, "wrong.toml:2: unknown requirement 'sustian'"),
            ((first, slow, "--require", bench.path("no.toml")), 4, "no.toml"),
            ((first, slow, "-o", bench.path("no/c.html")), 2, "no/c.html")):
        code, _, err = bench.run("compare", *args)
        assert code == wanted and what in err and err.count("\n") == 1, (args, code, err)


def main():
    with rig.Rig() as bench:
        first = soak(bench, "first", 1000)
        slow = soak(bench, "slow", 600)
        other = soak(bench, "other", 1000, phase="elsewhere")
        check_regression(bench, first, slow)
        check_requirements(bench, first, slow)
        check_refusals(bench, first, slow, other)
    print("compare: a slower run is a regression, a faster one is not; requirements; refusals")


if __name__ == "__main__":
    main()
