#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Man pages and bash completion from what the programs say of themselves.

help_pages.py --bin DIR --out DIR --date YYYY-MM-DD PROGRAM…

Asks each program for --help, and each command that it lists for its own --help, so that page,
completion and program cannot disagree. Writes OUT/man1/*.1 and OUT/completions/PROGRAM. Used when a
package is built; it runs nothing but `--help`.
"""
import argparse
import dataclasses
import pathlib
import re
import subprocess
import sys

COMMAND_SECTIONS = ("commands", "subcommands", "workloads")


@dataclasses.dataclass
class Help:
    """The parts of one --help text."""
    summary: str = ""
    usage: str = ""
    sections: dict = dataclasses.field(default_factory=dict)  # title -> [(term or None, text)]

    def commands(self):
        return [term.split()[0] for title, entries in self.sections.items()
                if title.lower() in COMMAND_SECTIONS for term, _ in entries if term]

    def options(self):
        found = []
        for entries in self.sections.values():
            for term, _ in entries:
                if term and term.startswith("-"):
                    found += re.findall(r"(?<![\w-])--?[a-z][\w-]*", term)
        return sorted(set(found))


def parse_help(text):
    """Sections are lines at the margin that end in a colon; entries are indented `term  meaning`."""
    parsed = Help()
    section = None
    for line in text.splitlines():
        margin = not line[:1].isspace()
        usage = re.match(r"usage:\s*(.*)", line, re.IGNORECASE)
        heading = re.fullmatch(r"([A-Z][\w ()-]*):", line.strip()) if margin else None
        inline = re.fullmatch(r"(Options):\s+(.+)", line)
        if not line.strip():
            continue
        if usage:
            parsed.usage = parsed.usage or usage.group(1).strip()
        elif inline:
            entries = parsed.sections.setdefault(inline.group(1), [])
            entries += [(word.strip(), "") for word in inline.group(2).split(",")]
            section = None
        elif heading:
            section = parsed.sections.setdefault(heading.group(1), [])
        elif section is not None and not margin:
            _add_entry(section, line)
        elif not margin and line.lstrip().startswith("-"):
            section = parsed.sections.setdefault("Options", [])
            _add_entry(section, line)
        elif not parsed.summary:
            parsed.summary = line.strip()
        else:
            section = None
            parsed.sections.setdefault("Notes", []).append((None, line.strip()))
    return parsed


def _add_entry(section, line):
    indent = len(line) - len(line.lstrip())
    words = re.split(r"\s{2,}", line.strip(), maxsplit=1)
    if indent >= 8 and section:  # the rest of the meaning above it
        term, text = section[-1]
        section[-1] = (term, f"{text} {line.strip()}".strip())
    else:
        section.append((words[0], words[1] if len(words) > 1 else ""))


def roff(text):
    """Text as troff must be given it."""
    escaped = text.replace("\\", r"\(rs").replace("-", r"\-")
    return r"\&" + escaped if escaped.startswith((".", "'")) else escaped


def synopsis(name, usage):
    """The usage line with the program's name before the command's, whichever the help gave."""
    words = usage.split() or ["[OPTIONS]"]
    for known in (name, name.split()[-1]):
        if words[: len(known.split())] == known.split():
            words = words[len(known.split()):]
            break
    return " ".join([name, *words])


def man_page(name, parsed, version, date, see_also):
    title = name.replace(" ", "-")
    summary = parsed.summary or name
    summary = re.sub(rf"^{re.escape(name.split()[0])}(:| -)\s+", "", summary).rstrip(".")
    lines = [f'.TH {title.upper()} 1 "{date}" "soakrig {version}" "User Commands"', ".SH NAME",
             rf"{roff(title)} \- {roff(summary)}", ".SH SYNOPSIS",
             f".B {roff(synopsis(name, parsed.usage))}"]
    for heading, entries in parsed.sections.items():
        lines.append(f".SH {roff(heading.upper())}")
        for term, text in entries:
            lines += [".TP", f".B {roff(term)}", roff(text)] if term else [".PP", roff(text)]
    if see_also:
        lines += [".SH SEE ALSO", ", ".join(rf"\fB{roff(page)}\fR(1)" for page in see_also)]
    return "\n".join(line for line in lines if line) + "\n"


def completion(program, top, commands):
    """`commands`: name -> Help. Words that are neither command nor option complete as file names."""
    function = "_" + program.replace("-", "_")
    cases = "".join(f"    {name}) words='{' '.join(sorted({'--help', *parsed.options()}))}' ;;\n"
                    for name, parsed in sorted(commands.items()))
    first = " ".join([*commands, *top.options()])
    return (f"# bash completion for {program}; made from its --help\n"
            f"{function}() {{\n"
            "  local current=${COMP_WORDS[COMP_CWORD]} words=''\n"
            "  case ${COMP_WORDS[1]-} in\n"
            f"{cases}"
            f"    *) words='{' '.join(top.options())}' ;;\n"
            "  esac\n"
            f"  ((COMP_CWORD > 1)) || words='{first}'\n"
            '  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")\n'
            "}\n"
            f"complete -o default -F {function} {program}\n")


def ask(*words):
    done = subprocess.run(words, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                          timeout=30)
    if done.returncode != 0:
        sys.exit(f"help_pages: {' '.join(map(str, words))} ended with {done.returncode}")
    return done.stdout


def write_program(program, options):
    binary = str(options.bin / program)
    version = ask(binary, "--version").split()[1]
    top = parse_help(ask(binary, "--help"))
    commands = {name: parse_help(ask(binary, name, "--help")) for name in top.commands()}
    man = options.out / "man1"
    pages = [f"{program}-{name}" for name in commands]
    man.mkdir(parents=True, exist_ok=True)
    (man / f"{program}.1").write_text(man_page(program, top, version, options.date, pages))
    for name, parsed in commands.items():
        (man / f"{program}-{name}.1").write_text(
            man_page(f"{program} {name}", parsed, version, options.date, [program]))
    folder = options.out / "completions"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / program).write_text(completion(program, top, commands))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--date", required=True)
    parser.add_argument("programs", nargs="+")
    options = parser.parse_args()
    for program in options.programs:
        write_program(program, options)


if __name__ == "__main__":
    main()
