# SPDX-License-Identifier: Apache-2.0
"""What the system tests share: running soakrig in a folder of their own and reading what it says."""
import glob
import json
import os
import subprocess
import tempfile

BIN = os.environ.get("SOAKRIG_BIN", "build/release/bin")


class Rig:
    """A temporary folder with an archive; removed with everything in it."""

    def __init__(self):
        self._dir = tempfile.TemporaryDirectory(prefix="soakrig-")
        self.dir = self._dir.name
        self.archive = self.path("soaks")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end_agents()
        self._dir.cleanup()

    def environment(self):
        return dict(os.environ, SOAKRIG_ARCHIVE=self.archive, SOAKRIG_AGENT_DIR=self.path("agents"))

    def end_agents(self):
        """What a killed controller left running."""
        for named in glob.glob(self.path("agents") + "/*/agent.pid"):
            subprocess.run([os.path.join(BIN, "soakrig-agent"), "--stop", named], check=False)

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text)
        return self.path(name)

    def start(self, *args, **more):
        return subprocess.Popen([os.path.join(BIN, "soakrig"), *args], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env=self.environment(), **more)

    def run(self, *args, timeout=120):
        """(exit code, stdout, stderr)"""
        process = self.start(*args)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return process.returncode, out, err

    def show(self, run="last"):
        code, out, err = self.run("show", run, "--json")
        assert code == 0, err
        return json.loads(out)

    def soak(self, workload, phase='soak = "6s"', more=""):
        """Runs a short soak of one workload; (exit code, stderr, what show says)."""
        profile = self.write("soak.toml", short_profile(workload, phase, more))
        code, _, err = self.run("run", profile)
        assert os.path.exists(self.archive), f"no run was started: {err}"
        return code, err, self.show()


def short_profile(workload, phase='soak = "6s"', more=""):
    return f"""
[soak]
name = "short"
[verdict]
window = "2s"
short_window = "1s"
{more}
[workload.chat]
{workload}
[[phase]]
name = "only"
{phase}
work = ["chat"]
"""


LLM = 'kind = "llm"\nshape = "stories-15m"\nthreads = 1'


def lives(pid):
    """A zombie does not: who reaps it is the system's business."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as text:
            return text.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def incidents(shown):
    return [i for board in shown["boards"] for i in board["incidents"]]
