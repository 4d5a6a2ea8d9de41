# SPDX-License-Identifier: Apache-2.0
"""Rows dash.idle and dash.live: processor time of the real window, as a share of one core, on a
software renderer (whose own drawing is in it: with a graphics card there is less)."""
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


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def row(name, share, reach):
    print(json.dumps({"name": name, "value": share, "unit": "%", "against": None, "ratio": None,
                      "reach": {"of": "value", "op": "<=", "value": reach}, "ok": share <= reach}),
          flush=True)


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
        return 100 * (processor_seconds(window.pid) - before) / SECONDS
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
    row("dash.idle", idle, 1)
    row("dash.live", live, 5)


if __name__ == "__main__":
    main()
