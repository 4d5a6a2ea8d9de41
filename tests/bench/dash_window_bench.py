# SPDX-License-Identifier: Apache-2.0
"""Rows dash.idle and dash.live: processor time of the real window, as a share of one core. Drawing by a
software renderer stands apart, as the threads it starts for that: rows NAME.with_renderer have it in."""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))
import x_screen  # noqa: E402

SECONDS = 15


RENDERER = "llvmpipe-"  # Mesa's software renderer names its threads so


def spent(stat):
    """(name, processor seconds) from the text of a /proc/…/stat."""
    fields = stat.rsplit(")", 1)[1].split()
    return stat.split("(", 1)[1].rsplit(")", 1)[0], (
        int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def processor_seconds(pid):
    """(without the renderer's threads, with them)."""
    whole = spent(pathlib.Path(f"/proc/{pid}/stat").read_text())[1]
    threads = [spent(file.read_text()) for file in pathlib.Path(f"/proc/{pid}/task").glob("*/stat")]
    return whole - sum(time for name, time in threads if name.startswith(RENDERER)), whole


def rows(name, shares, limit):
    reach = {"of": "value", "op": "<=", "value": limit}
    for suffix, value, wanted in (("", shares[0], reach), (".with_renderer", shares[1], None)):
        print(json.dumps({"name": name + suffix, "value": value, "unit": "%", "against": None,
                          "ratio": None, "reach": wanted,
                          "ok": wanted is None or value <= limit}), flush=True)


def share(screen, program, run, keys):
    window = subprocess.Popen([program, run], env=screen.env, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    try:
        screen.do("windowfocus", "--sync", screen.window_named("soakrig"))
        time.sleep(4)  # fonts, first answer
        for key in keys:
            screen.key(key)
        screen.do("mousemove", x_screen.WIDTH - 1, x_screen.HEIGHT - 1)
        time.sleep(2)
        before = processor_seconds(window.pid)
        time.sleep(SECONDS)
        after = processor_seconds(window.pid)
        return [100 * (late - early) / SECONDS for early, late in zip(before, after)]
    finally:
        window.terminate()
        window.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--writer", required=True, help="bench_dash")
    options = parser.parse_args()
    if x_screen.missing():
        for name in ("dash.idle", "dash.live"):
            print(json.dumps({"name": name, "value": 0, "unit": "%", "against": None, "ratio": None,
                              "reach": None, "ok": False}))
        return
    program = os.path.join(options.bin, "soakrig-dashboard")
    with tempfile.TemporaryDirectory() as folder, x_screen.Screen() as screen:
        writer = subprocess.Popen([options.writer, "--live", folder, "60"],
                                  stdout=subprocess.PIPE, text=True)
        run = writer.stdout.readline().strip()
        time.sleep(3)
        live = share(screen, program, run, ["2"])
        writer.wait()
        idle = share(screen, program, run, ["f"])
    rows("dash.idle", idle, 1)
    rows("dash.live", live, 5)


if __name__ == "__main__":
    main()
