# SPDX-License-Identifier: Apache-2.0
"""Bad profiles, foreign files, full disks: one clear error each, with file, place and remedy."""
import contextlib
import json
import os
import sqlite3
import subprocess
import time
import unittest

from rig import LLM, Rig, short_profile


class BadProfiles(unittest.TestCase):
    def refused(self, text, *wanted):
        with Rig() as rig:
            profile = rig.write("bad.toml", text)
            for command in ("check", "run"):
                code, _, err = rig.run(command, profile)
                self.assertEqual(code, 4, err)
                self.assertIn("bad.toml:", err)
                for word in wanted:
                    self.assertIn(word, err)
            self.assertFalse(os.path.exists(rig.archive), "a bad profile made an archive")

    def test_unknown_key(self):
        self.refused(short_profile(LLM).replace("name =", "nmae =", 1), ":3:", "nmae", "name")

    def test_wrong_unit(self):
        self.refused(short_profile(LLM, 'soak = "6kg"'), "6kg", "soak")

    def test_bare_number(self):
        self.refused(short_profile(LLM, "soak = 6"), "soak")

    def test_missing_workload(self):
        self.refused(short_profile(LLM).replace('["chat"]', '["chta"]'), "chta", "chat")

    def test_board_twice(self):
        board = '[[board]]\nname = "dut"\n'
        self.refused(short_profile(LLM, more=board + board), "dut")

    def test_not_toml(self):
        self.refused("[soak\nname = 3", ":1:")

    def test_missing_file(self):
        with Rig() as rig:
            code, _, err = rig.run("run", rig.path("nowhere.toml"))
            self.assertEqual(code, 4, err)
            self.assertIn("nowhere.toml", err)


class BadFiles(unittest.TestCase):
    def unreadable(self, rig, path, *wanted):
        code, _, err = rig.run("show", path)
        self.assertEqual(code, 2, err)
        self.assertIn(os.path.basename(path), err)
        for word in wanted:
            self.assertIn(word, err)

    def test_files_that_are_no_runs(self):
        with Rig() as rig:
            self.unreadable(rig, rig.write("text.soak", "hello " * 1000))
            foreign = rig.path("foreign.soak")
            with sqlite3.connect(foreign) as db:
                db.execute("create table t(x)")
            self.unreadable(rig, foreign)

    def test_a_newer_version_is_refused_and_left_alone(self):
        with Rig() as rig:
            rig.soak(LLM, 'soak = "1s"')
            name = os.path.join(rig.archive, os.listdir(rig.archive)[0])
            with sqlite3.connect(name) as db:
                db.execute("pragma user_version = 999")
            before = open(name, "rb").read()
            self.unreadable(rig, name, "999")
            self.assertEqual(open(name, "rb").read(), before)

    def test_truncated(self):
        with Rig() as rig:
            rig.soak(LLM, 'soak = "1s"')
            name = os.path.join(rig.archive, os.listdir(rig.archive)[0])
            with open(name, "r+b") as out:
                out.truncate(os.path.getsize(name) // 2)
            code, _, err = rig.run("show", name)
            self.assertIn(code, (0, 2), err)  # what is left may still open; it must not crash
            code, out, err = rig.run("list")
            self.assertEqual(code, 0, err)

    def test_the_archive_cannot_be_made(self):
        with Rig() as rig:
            rig.write("soaks", "a file is in the way")
            profile = rig.write("soak.toml", short_profile(LLM))
            code, _, err = rig.run("run", profile)
            self.assertEqual(code, 2, err)
            self.assertIn("soaks", err)

    def test_a_forecast_beyond_the_disk_refuses_the_start(self):
        with Rig() as rig:  # hundreds of terabytes: more than the disk has, whatever it is
            boards = "".join(f'[[board]]\nname = "b{i}"\nsysroot = "{rig.dir}/b{i}"\n'
                             for i in range(250))
            profile = rig.write("soak.toml", short_profile(
                LLM, 'soak = "365d"\nrepeat = 4', boards).replace(
                    'name = "short"', 'name = "short"\nsample = "10ms"'))
            for command, refused in (("run", 2), ("check", 3)):
                code, out, err = rig.run(command, profile)
                self.assertEqual(code, refused, err)
                self.assertIn("forecast", out + err)
                self.assertIn(rig.archive, out + err)
            self.assertFalse(os.path.exists(rig.archive), "a refused run made an archive")

    def test_a_full_disk_ends_the_run_in_order(self):
        with Rig() as rig:
            os.mkdir(rig.archive)
            mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "soakrig-test",
                                    rig.archive], capture_output=True, check=False)
            if mount.returncode != 0:
                self.skipTest("may not mount a small disk here")
            try:
                filler = open(os.path.join(rig.archive, "filler"), "wb")
                profile = rig.write("soak.toml", short_profile(LLM, 'soak = "60s"'))
                process = rig.start("run", profile)
                for _ in range(400):  # somebody else eats the disk while the run goes on
                    try:
                        process.wait(0.1)
                        break
                    except subprocess.TimeoutExpired:
                        pass
                    if [n for n in os.listdir(rig.archive) if n.endswith(".soak")]:
                        try:
                            filler.write(b"x" * 65536)
                            filler.flush()
                        except OSError:
                            pass
                _, err = process.communicate(timeout=60)
                filler.close()
                self.assertEqual(process.returncode, 2, err)
                self.assertIn(".soak", err)
                run = rig.show()["run"]  # what was stored stays readable
                self.assertIn(run["state"], ("sealed", "ended-unsealed"), "it did not end in order")
                self.assertNotEqual(run["verdict"], "pass")
                with contextlib.closing(
                        sqlite3.connect(f"file:{run['file']}?mode=ro", uri=True)) as db:
                    faults = list(db.execute("select body from event where kind='rig.fault'"))
                self.assertIn("space", str(faults), "the last words are not in the file")
            finally:
                subprocess.run(["umount", rig.archive], check=False)


class Secrets(unittest.TestCase):
    """A token in the profile, in a program's words and in what it says before it dies."""

    def test_a_token_is_not_in_the_runs_file(self):
        token = "tok-9f8e7d6c5b4a"
        with Rig() as rig:
            program = rig.write("chat.py", "import json, sys\n"
                                "say = lambda **line: print(json.dumps(line), flush=True)\n"
                                "say(ready=True, instance=0, facts={'argv': sys.argv})\n"
                                "print('noise --api-key', sys.argv[2], flush=True)\n"
                                "say(event={'auth_token': sys.argv[2]})\n"
                                "print('kept-word token=' + sys.argv[2], file=sys.stderr)\n"
                                "sys.exit(7)\n")
            workload = ('kind = "program"\nwork = "items"\n'
                        f'argv = ["/usr/bin/python3", "{program}", "--api-key", "{token}"]')
            profile = rig.write("soak.toml", short_profile(workload, 'soak = "3s"'))
            code, out, _ = rig.run("check", profile)
            self.assertIn("--api-key", out)
            self.assertNotIn(token, out)
            code, _, err = rig.run("run", profile)
            self.assertEqual(code, 1, err)
            name, = [n for n in os.listdir(rig.archive) if n.endswith(".soak")]
            with open(os.path.join(rig.archive, name), "rb") as file:
                stored = file.read()
            self.assertNotIn(token.encode(), stored)
            self.assertIn(b"kept-word", stored, "what the program said is there, so it was looked at")
            self.assertNotIn(token, json.dumps(rig.show()) + err)

    def test_a_run_whose_words_were_masked_is_not_resumed(self):
        with Rig() as rig:
            workload = ('kind = "program"\nwork = "items"\n'
                        'argv = ["/bin/sleep", "60", "--password", "hush"]')
            run = rig.start("run", rig.write("soak.toml", short_profile(workload, 'soak = "60s"')))
            try:
                deadline = time.monotonic() + 60
                while not json.loads(rig.run("status", "--json")[1] or '{"runs": []}')["runs"]:
                    self.assertLess(time.monotonic(), deadline, "the run does not start")
                    time.sleep(0.1)
            finally:
                run.kill()
                run.communicate()
            self.assertEqual(rig.show()["run"]["state"], "interrupted")
            code, _, err = rig.run("resume")
            self.assertEqual(code, 4, err)
            self.assertIn("secret", err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
