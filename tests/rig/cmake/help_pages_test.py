#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Help texts of both shapes (our list of commands, CLI11's options) become pages and completion."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "rig/cmake"))
import help_pages  # noqa: E402

TOP = """soakrig: soaks boards and says what they sustain

Usage: soakrig COMMAND [ARGUMENTS…]     (soakrig COMMAND --help for each)

Commands:
  check       plan a profile, touch nothing
  show        print a run

Options: --help, --version
"""
SHOW = """Prints a stored run.
Usage: show [OPTIONS] RUN

Positionals:
  RUN TEXT                    last, an id prefix, a name
                              or a path

Options:
  -h,--help                   Print this help message and exit
  --json                      the keys of docs/formats/show.md
"""


PLAIN = """soakrig-agent - reads a board

Usage: soakrig-agent --stdio [--period 100ms]

  --stdio           speak the protocol on standard input;
                    its end ends the agent
  --period TIME     sample period

It is started by soakrig run.
"""


class HelpPages(unittest.TestCase):
    def test_commands_and_options_of_the_program(self):
        top = help_pages.parse_help(TOP)
        self.assertEqual(top.commands(), ["check", "show"])
        self.assertEqual(top.options(), ["--help", "--version"])
        self.assertEqual(top.summary, "soakrig: soaks boards and says what they sustain")

    def test_options_of_a_command(self):
        show = help_pages.parse_help(SHOW)
        self.assertEqual(show.options(), ["--help", "--json", "-h"])
        self.assertEqual(show.sections["Positionals"],
                         [("RUN TEXT", "last, an id prefix, a name or a path")])
        self.assertEqual(show.commands(), [])

    def test_options_without_a_heading(self):
        plain = help_pages.parse_help(PLAIN)
        self.assertEqual(plain.sections, {
            "Options": [("--stdio", "speak the protocol on standard input; its end ends the agent"),
                        ("--period TIME", "sample period")],
            "Notes": [(None, "It is started by soakrig run.")]})
        page = help_pages.man_page("soakrig-agent", plain, "1.2", "2026-01-02", [])
        self.assertIn("soakrig\\-agent \\- reads a board\n", page)

    def test_synopsis_names_the_program_once(self):
        for usage in ("show [OPTIONS] RUN", "soakrig show [OPTIONS] RUN"):
            self.assertEqual(help_pages.synopsis("soakrig show", usage),
                             "soakrig show [OPTIONS] RUN")
        self.assertEqual(help_pages.synopsis("soakrig show", ""), "soakrig show [OPTIONS]")

    def test_man_page(self):
        page = help_pages.man_page("soakrig show", help_pages.parse_help(SHOW), "1.2", "2026-01-02",
                                   ["soakrig"])
        self.assertEqual(page.split("\n")[:5], [
            '.TH SOAKRIG-SHOW 1 "2026-01-02" "soakrig 1.2" "User Commands"', ".SH NAME",
            r"soakrig\-show \- Prints a stored run", ".SH SYNOPSIS",
            ".B soakrig show [OPTIONS] RUN"])
        self.assertIn(".TP\n.B \\-\\-json\nthe keys of docs/formats/show.md\n", page)

    def test_no_line_of_help_can_become_a_command_of_troff(self):
        self.assertEqual(help_pages.roff(".so x"), r"\&.so x")
        self.assertEqual(help_pages.roff("a\\b"), r"a\(rsb")

    def completed(self, *words):
        script = help_pages.completion("soakrig", help_pages.parse_help(TOP), {
            "check": help_pages.parse_help(""), "show": help_pages.parse_help(SHOW)})
        with tempfile.NamedTemporaryFile("w", suffix=".bash") as file:
            file.write(script)
            file.flush()
            done = subprocess.run(
                ["bash", "-euc", 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _soakrig; '
                 'echo "${COMPREPLY[@]}"', file.name, *words],
                stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout.split()

    def test_completion_of_commands_and_of_their_options(self):
        self.assertEqual(self.completed("soakrig", "s"), ["show"])
        self.assertEqual(self.completed("soakrig", "--v"), ["--version"])
        self.assertEqual(self.completed("soakrig", "show", "--j"), ["--json"])
        self.assertEqual(self.completed("soakrig", "check", "--"), ["--help"])
        self.assertEqual(self.completed("soakrig", "show", "zzz"), [])


if __name__ == "__main__":
    unittest.main()
