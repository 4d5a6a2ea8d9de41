# SPDX-License-Identifier: Apache-2.0
"""The rules of check_style.py, one function each: Tree -> breaches.

They read text only (no compiler, no git), so that they also run on an unpacked archive. A rule that
needs an exception names it here with its reason; no file can exempt itself.
"""
import dataclasses
import os
import pathlib
import re

# Who may include whom. A folder may always include itself.
ARROWS = {
    "rig/base": [],
    "rig/plan": ["rig/base"],
    "rig/instruments": ["rig/base"],
    "rig/board": ["rig/base"],
    "rig/control": ["rig/base", "rig/plan", "rig/instruments", "rig/board", "results/store"],
    "rig/virtual": ["rig/base", "rig/instruments"],
    "rig/app": ["rig", "probes", "workloads", "results", "dashboard"],
    "probes": ["rig/base"],
    "workloads": ["rig/base"],
    "results/store": ["rig/base"],
    "results/analysis": ["rig/base"],
    "results/report": ["results/analysis", "results/store", "rig/base"],
    "dashboard": ["results", "rig/base"],
    "tests": ["rig", "probes", "workloads", "results", "dashboard"],
}
TOP_LEVEL = {"rig", "probes", "workloads", "dashboard", "results", "tests", "docs", ".ci"}
MIRRORED = ("rig/", "probes/", "workloads/", "results/", "dashboard/")
ALSO_TESTS_AT_MOST = 4  # further sources that one test file may stand for
LENGTH_WARN, LENGTH_FAIL = 400, 600
HEAVY = re.compile(r"<(boost/(asio|process|beast)[/.]|nlohmann/(?!json_fwd)|CLI/|toml\+\+/|sqlite3\.h|hwy/highway)")

# Each exception with its reason. A header on this list may be included by .cpp files only.
HEAVY_ALLOWED = {
    "rig/app/command_line.hpp": "what every command's CLI11 parsing shares",
    "rig/base/json_guard.hpp": "what every reader of hostile JSON shares",
    "results/report/ordered_json.hpp": "documents whose keys keep their documented order",
    "results/report/json_values.hpp": "pieces of that document, shared by what writes it",
    "results/report/json_members.hpp": "pieces of that document, shared by what reads it",
    "workloads/openai/http_connection_inl.hpp": "a connection over plain sockets and over TLS, two files",
    "workloads/openai/http_parser.hpp": "a part of the above",
    "workloads/hybrid/wan_link_inl.hpp": "a connection of the link's emulator and its listener, two files",
    "results/report/show_figures.hpp": "likewise",
    "results/report/parse_show_figures.hpp": "likewise",
}
NO_MIRROR_NEEDED = {
    "main.cpp": "a program's wiring; tests/system runs the program itself",
}

CODE = (".cpp", ".hpp", ".py", ".sh", ".cmake")
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK|T" r"BD)\b")
MACHINE_PATH = re.compile(r"(?<![\w.~$}/-])/(work|root|home/[a-z]\w*|tmp/w)/")
SLEEP = re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\(")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')


@dataclasses.dataclass(order=True, frozen=True)
class Breach:
    path: str
    line: int
    rule: str
    what: str

    def __str__(self):
        return f"{self.path}:{self.line}: [{self.rule}] {self.what}"


class Tree:
    """The text files below a root, without build results and git's own folder."""

    SKIPPED = {"build", "soaks", ".git", "__pycache__", ".cache"}

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.paths = []
        for folder, folders, files in os.walk(self.root):
            below = pathlib.Path(folder).relative_to(self.root)
            folders[:] = sorted(f for f in folders if f not in self.SKIPPED)
            # In a second worktree .git is a file that names the first one: no text of ours.
            self.paths += [(below / f).as_posix() for f in sorted(files) if f not in self.SKIPPED]
        self._lines = {}

    def lines(self, path):
        if path not in self._lines:
            try:
                text = (self.root / path).read_text(encoding="utf-8")
            except (UnicodeDecodeError, OSError):
                text = ""  # a binary, or a dangling link of a fixture tree
            self._lines[path] = text.split("\n")[:-1] if text.endswith("\n") else text.split("\n")
        return self._lines[path]

    def text(self, path):
        return "\n".join(self.lines(path)) if path in self else ""

    def __contains__(self, path):
        return (self.root / path).is_file()

    def code(self, *suffixes):
        """Our own files with these suffixes; fixtures and goldens are data."""
        return [p for p in self.paths if p.endswith(suffixes or CODE)
                and not p.startswith(("tests/fixtures/", "tests/golden/"))]


def part_of(path, parts):
    """The longest entry of `parts` that is `path` or a folder above it, or None."""
    fitting = [p for p in parts if path == p or path.startswith(p + "/")]
    return max(fitting, key=len, default=None)


def includes(tree, path):
    for number, line in enumerate(tree.lines(path), 1):
        found = INCLUDE.match(line)
        if found:
            yield number, found.group(1), found.group(2)


def arrows(tree):
    """Folders include only what the design's table allows."""
    for path in tree.code(".cpp", ".hpp"):
        own = part_of(path, ARROWS)
        for number, quote, target in includes(tree, path):
            if quote == "<":
                continue
            other = part_of(target, ARROWS)
            if own is None or other is None or own == other:
                continue
            if part_of(target, ARROWS[own]) is None:
                yield Breach(path, number, "arrow", f"{own} may not include {target}; it may use "
                             + (", ".join(ARROWS[own]) or "nothing of ours"))


def include_paths(tree):
    """Our includes are written from the top and name a file that is there."""
    for path in tree.code(".cpp", ".hpp"):
        for number, quote, target in includes(tree, path):
            if quote == '"' and target not in tree:
                yield Breach(path, number, "include-path",
                             f'no "{target}" below the top folder; write our includes from the top, '
                             "others' in <>")


def heavy_includes(tree):
    for path in tree.code(".hpp"):
        for number, quote, target in includes(tree, path):
            heavy = HEAVY.match("<" + target) if quote == "<" else target in HEAVY_ALLOWED
            if heavy and path not in HEAVY_ALLOWED:
                yield Breach(path, number, "heavy-include",
                             f"<{target}> takes seconds in every includer: keep it in the .cpp")


def lengths(tree):
    for path in tree.code():
        count = len(tree.lines(path))
        if count > LENGTH_FAIL:
            yield Breach(path, count, "length", f"{count} lines, at most {LENGTH_FAIL}: split it")


def long_files(tree):
    """Warnings, not breaches."""
    return [f"{p}: note: {len(tree.lines(p))} lines; aim at 200, question at {LENGTH_WARN}"
            for p in tree.code() if LENGTH_WARN < len(tree.lines(p)) <= LENGTH_FAIL]


def licences(tree):
    for path in tree.paths:
        if path.startswith(("tests/fixtures/", "tests/golden/")):
            continue
        if not (path.endswith(CODE) or path.endswith("CMakeLists.txt") or path == ".ci/run"):
            continue
        lines = tree.lines(path)
        first = lines[1:2] if lines and lines[0].startswith("#!") else lines[:1]
        if not first or "SPDX-License-Identifier: Apache-2.0" not in first[0]:
            yield Breach(path, 1, "licence", "begin with the SPDX line (after #! in scripts)")


def file_names(tree):
    for path in tree.code(".cpp", ".hpp"):
        if not re.fullmatch(r"[a-z0-9_]+\.(cpp|hpp)", pathlib.PurePath(path).name):
            yield Breach(path, 1, "file-name", "use snake_case.cpp or snake_case.hpp")
        # Highway's parts are included again for each vector target and guard themselves.
        once = path.endswith(".hpp") and not path.endswith("_inl.hpp")
        if once and "#pragma once" not in tree.lines(path):
            yield Breach(path, 1, "pragma-once", "a header needs #pragma once")


def top_level(tree):
    for name in sorted({p.split("/")[0] for p in tree.paths if "/" in p} - TOP_LEVEL):
        yield Breach(name, 1, "top-level", "no further folder at the top; see docs/architecture.md")


def also_tested(tree):
    """Sources that a neighbour's test says it tests: parts split off for length alone."""
    named = set()
    for path in tree.code("_test.cpp"):
        folder = path.removeprefix("tests/").rpartition("/")[0]
        for line in tree.lines(path)[:20]:
            if line.startswith("// Also tests: "):
                named |= {f"{folder}/{name}" for name in line.split()[3:3 + ALSO_TESTS_AT_MOST]}
    return named


def mirrored_tests(tree):
    elsewhere = also_tested(tree)
    for path in tree.code(".cpp"):
        if not path.startswith(MIRRORED) or pathlib.PurePath(path).name in NO_MIRROR_NEEDED:
            continue
        mirror = f"tests/{path[:-len('.cpp')]}_test.cpp"
        if mirror not in tree and path not in elsewhere:
            yield Breach(path, 1, "mirror", f"no {mirror}, nor a neighbour's `// Also tests:`")


def named_in_cmake(tree):
    """Every .cpp path that some CMakeLists.txt names: relative to itself, or from the top."""
    named = set()
    for path in tree.paths:
        if not path.endswith("CMakeLists.txt"):
            continue
        for word in re.findall(r"[\w./${}-]+\.cpp\b", tree.text(path)):
            word = word.replace("${CMAKE_CURRENT_SOURCE_DIR}/", "")
            folder = "" if "${PROJECT_SOURCE_DIR}/" in word else os.path.dirname(path)
            named.add(os.path.normpath(
                os.path.join(folder, word.replace("${PROJECT_SOURCE_DIR}/", ""))))
    return named


def listed_in_cmake(tree):
    """A file that no CMakeLists.txt names is never built, and a test never run."""
    named = named_in_cmake(tree)
    for path in tree.code(".cpp"):
        if path not in named:
            yield Breach(path, 1, "cmake", "no CMakeLists.txt names it, so nothing builds it")


def catalogues(tree):
    """What registers by an explicit list is in that list."""
    rules = (
        (r"probes/(?:.*/)?(\w+_probe)\.cpp", "probes/catalogue.cpp", "{0}.hpp"),
        (r"workloads/(?:.*/)?(\w+_workload)\.cpp", "workloads/catalogue.cpp", "{0}.hpp"),
    )
    for path in tree.code(".cpp"):
        for pattern, catalogue, needle in rules:
            found = re.fullmatch(pattern, path)
            if found and needle.format(found.group(1)) not in tree.text(catalogue):
                yield Breach(path, 1, "catalogue", f"{catalogue} does not include it")
        command = re.fullmatch(r"rig/app/(\w+)\.cpp", path)
        if command and re.search(rf"\bint command_{command.group(1)}\(", tree.text(path)):
            if f"command_{command.group(1)}" not in tree.text("rig/app/commands.cpp"):
                yield Breach(path, 1, "catalogue", "rig/app/commands.cpp does not list the command")


def data_files(tree):
    """Maps, engines, sweeps and example profiles are each named by a test or a test's CMakeLists.txt."""
    wanted = re.compile(r"(rig/.*/maps|workloads/engines|workloads/sweeps|docs/examples)/([\w.-]+)\.toml")
    tests = None
    for path in tree.paths:
        found = wanted.fullmatch(path)
        if not found:
            continue
        if tests is None:
            tests = "\n".join(tree.text(p) for p in tree.paths if p.startswith("tests/")
                              and p.endswith((*CODE, "CMakeLists.txt")) and "style" not in p)
        if found.group(2) not in tests:
            yield Breach(path, 1, "data", f"no test names {found.group(2)}")


def sleeps(tree):
    for path in tree.code(".cpp"):
        if not path.endswith("_test.cpp") or path.startswith(("tests/system/", "tests/bench/")):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            if SLEEP.search(line.split("//")[0]):
                yield Breach(path, number, "sleep", "no sleeping in unit tests: inject the Clock")


def words_and_paths(tree):
    for path in tree.paths:
        if path == "LICENSE" or path.startswith(("tests/fixtures/", "tests/golden/")):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            if UNFINISHED.search(line):
                yield Breach(path, number, "unfinished", "finish it or file an issue")
            if MACHINE_PATH.search(line):
                yield Breach(path, number, "machine-path", "a path of one machine")


RULES = (arrows, include_paths, heavy_includes, lengths, licences, file_names, top_level,
         mirrored_tests, listed_in_cmake, catalogues, data_files, sleeps, words_and_paths)


def check(tree):
    return sorted(breach for rule in RULES for breach in rule(tree))
