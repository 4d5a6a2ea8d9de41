#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that check_style.py sees: a small clean tree passes, and one planted breach of each rule is
reported under that rule and no other."""
import pathlib
import tempfile
import unittest

import style_rules

SPDX = "// SPDX-License-Identifier: Apache-2.0\n"
CMAKE = "# SPDX-License-Identifier: Apache-2.0\n"
CLEAN = {
    "rig/base/time.hpp": SPDX + "#pragma once\n",
    "rig/base/time.cpp": SPDX + '#include "rig/base/time.hpp"\n#include <nlohmann/json.hpp>\n',
    "rig/base/CMakeLists.txt": CMAKE + "soakrig_library(soakrig_base SOURCES time.cpp)\n",
    "rig/app/main.cpp": SPDX + '#include "probes/heat_probe.hpp"\n',
    "rig/app/show.cpp": SPDX + "int command_show(int args) { return args; }\n",
    "rig/app/commands.cpp": SPDX + "int command_show(int);\n",
    "rig/app/CMakeLists.txt": CMAKE + "add(show.cpp commands.cpp main.cpp)\n",
    "rig/instruments/maps/oven.toml": "registers = []\n",
    "probes/heat_probe.hpp": SPDX + "#pragma once\n",
    "probes/heat_probe.cpp": SPDX + '#include "probes/heat_probe.hpp"\n',
    "probes/catalogue.cpp": SPDX + '#include "probes/heat_probe.hpp"\n',
    "probes/CMakeLists.txt": CMAKE + "add(heat_probe.cpp catalogue.cpp)\n",
    "tests/rig/base/time_test.cpp": SPDX + '#include "rig/base/time.hpp"\n// the map "oven"\n',
    "tests/rig/base/CMakeLists.txt": CMAKE + "soakrig_unit_test(base SOURCES time_test.cpp)\n",
    "tests/rig/app/show_test.cpp": SPDX,
    "tests/rig/app/commands_test.cpp": SPDX,
    "tests/rig/app/CMakeLists.txt": CMAKE + "t(show_test.cpp commands_test.cpp)\n",
    "tests/probes/heat_probe_test.cpp": SPDX,
    "tests/probes/catalogue_test.cpp": SPDX,
    "tests/probes/CMakeLists.txt": CMAKE + "t(heat_probe_test.cpp catalogue_test.cpp)\n",
    "tests/fixtures/boards/pi/sys/odd.cpp": "a fixture is data: no rule reads it\n",
}


def breaches_of(changes):
    """What the rules say of the clean tree with `changes`: path -> text, or None to remove it."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in {**CLEAN, **changes}.items():
            if text is None:
                continue
            file = pathlib.Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return style_rules.check(style_rules.Tree(folder))


class Controls(unittest.TestCase):
    def planted(self, rule, where, changes):
        found = breaches_of(changes)
        self.assertEqual([(b.rule, b.path) for b in found], [(rule, where)],
                         "\n".join(map(str, found)))

    def test_a_clean_tree_passes(self):
        self.assertEqual(breaches_of({}), [])

    def test_arrow_between_parts(self):
        self.planted("arrow", "rig/base/time.hpp", {
            "rig/base/time.hpp": SPDX + '#pragma once\n#include "probes/heat_probe.hpp"\n'})

    def test_arrow_within_results(self):
        self.planted("arrow", "results/analysis/fit.hpp", {
            "results/analysis/fit.hpp": SPDX + '#pragma once\n#include "results/store/file.hpp"\n',
            "results/store/file.hpp": SPDX + "#pragma once\n"})

    def test_arrow_allowed_by_the_table(self):
        self.assertEqual(breaches_of({
            "results/report/text.hpp": SPDX + '#pragma once\n#include "results/store/file.hpp"\n',
            "results/store/file.hpp": SPDX + '#pragma once\n#include "rig/base/time.hpp"\n'}), [])

    def test_include_not_from_the_top(self):
        self.planted("include-path", "probes/heat_probe.cpp", {
            "probes/heat_probe.cpp": SPDX + '#include "heat_probe.hpp"\n'})

    def test_heavy_include_in_a_header(self):
        for header in ("boost/asio.hpp", "boost/asio/post.hpp", "nlohmann/json.hpp", "CLI/CLI.hpp",
                       "toml++/toml.h", "sqlite3.h", "hwy/highway.h"):
            self.planted("heavy-include", "rig/base/time.hpp", {
                "rig/base/time.hpp": SPDX + f"#pragma once\n#include <{header}>\n"})

    def test_declarations_alone_are_light(self):
        light = SPDX + "#pragma once\n#include <nlohmann/json_fwd.hpp>\n"
        self.assertEqual(breaches_of({"rig/base/time.hpp": light}), [])

    def test_heavy_helper_in_a_header(self):
        self.planted("heavy-include", "rig/app/show.hpp", {
            "rig/app/command_line.hpp": SPDX + "#pragma once\n#include <CLI/CLI.hpp>\n",
            "rig/app/show.hpp": SPDX + '#pragma once\n#include "rig/app/command_line.hpp"\n'})

    def test_length(self):
        at_most = SPDX + "//\n" * (style_rules.LENGTH_FAIL - 1)
        self.assertEqual(breaches_of({"rig/base/time.cpp": at_most}), [])
        self.planted("length", "rig/base/time.cpp", {"rig/base/time.cpp": at_most + "//\n"})

    def test_long_files_are_named(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "long.cpp").write_text("//\n" * 401, encoding="utf-8")
            pathlib.Path(folder, "good.cpp").write_text("//\n" * 400, encoding="utf-8")
            notes = style_rules.long_files(style_rules.Tree(folder))
        self.assertEqual([n.split(":")[0] for n in notes], ["long.cpp"])

    def test_licence_of_a_source(self):
        self.planted("licence", "rig/base/time.cpp", {"rig/base/time.cpp": "//\n"})

    def test_licence_of_a_script(self):
        self.planted("licence", "tests/system/a.sh", {"tests/system/a.sh": "#!/bin/sh\necho\n"})
        self.assertEqual(breaches_of({"tests/system/a.sh": "#!/bin/sh\n" + CMAKE}), [])

    def test_file_name(self):
        self.planted("file-name", "rig/base/Time.hpp", {
            "rig/base/Time.hpp": SPDX + "#pragma once\n"})

    def test_pragma_once(self):
        self.planted("pragma-once", "rig/base/unit.hpp", {"rig/base/unit.hpp": SPDX})

    def test_top_level(self):
        self.planted("top-level", "misc", {"misc/notes.md": "a\n"})

    def test_source_without_its_test(self):
        self.planted("mirror", "rig/base/time.cpp", {"tests/rig/base/time_test.cpp": None,
                     "tests/rig/base/other_test.cpp": SPDX + '// "oven"\n',
                     "tests/rig/base/CMakeLists.txt": CMAKE + "t(other_test.cpp)\n"})

    def test_source_tested_by_a_neighbour(self):
        source = SPDX + '#include "rig/base/time.hpp"\n'
        cmake = CMAKE + "add(time.cpp anchor.cpp)\n"
        test = SPDX + '// Also tests: anchor.cpp\n// "oven"\n'
        changes = {"rig/base/anchor.cpp": source, "rig/base/CMakeLists.txt": cmake,
                   "tests/rig/base/time_test.cpp": test}
        self.assertEqual(breaches_of(changes), [])
        self.planted("mirror", "rig/base/anchor.cpp", changes | {
            "tests/rig/base/time_test.cpp": test.replace("anchor", "anchors")})

    def test_a_test_stands_for_few_sources(self):
        names = " ".join(f"a{i}.cpp" for i in range(style_rules.ALSO_TESTS_AT_MOST)) + " anchor.cpp"
        self.planted("mirror", "rig/base/anchor.cpp", {
            "rig/base/anchor.cpp": SPDX,
            "rig/base/CMakeLists.txt": CMAKE + "add(time.cpp anchor.cpp)\n",
            "tests/rig/base/time_test.cpp": SPDX + f'// Also tests: {names}\n// "oven"\n'})

    def test_test_that_nothing_builds(self):
        self.planted("cmake", "tests/probes/heat_probe_test.cpp", {
            "tests/probes/CMakeLists.txt": CMAKE + "t(more_heat_probe_test.cpp catalogue_test.cpp)\n"})

    def test_source_listed_further_up(self):
        self.assertEqual(breaches_of({
            "rig/CMakeLists.txt": CMAKE + "soakrig_library(b SOURCES base/time.cpp)\n",
            "rig/base/CMakeLists.txt": None}), [])

    def test_source_listed_by_its_whole_path(self):
        helper = {"tests/support/plant.cpp": SPDX}
        self.planted("cmake", "tests/support/plant.cpp", helper)
        self.assertEqual(breaches_of(helper | {"tests/rig/CMakeLists.txt": CMAKE
                         + "t(${PROJECT_SOURCE_DIR}/tests/support/plant.cpp)\n"}), [])

    def test_probe_missing_from_the_catalogue(self):
        self.planted("catalogue", "probes/heat_probe.cpp", {"probes/catalogue.cpp": SPDX})

    def test_command_missing_from_the_list(self):
        self.planted("catalogue", "rig/app/show.cpp", {"rig/app/commands.cpp": SPDX})

    def test_data_file_that_no_test_names(self):
        self.planted("data", "rig/instruments/maps/meter.toml", {
            "rig/instruments/maps/meter.toml": "registers = []\n"})

    def test_sleep(self):
        self.planted("sleep", "tests/probes/heat_probe_test.cpp", {
            "tests/probes/heat_probe_test.cpp": SPDX + "void f() { std::this_thread::sleep_for(1); }\n"})

    def test_unfinished_word(self):
        self.planted("unfinished", "docs/a.md", {"docs/a.md": "TO" + "DO: more\n"})

    def test_machine_path(self):
        for path in ("/wo" + "rk/main", "/ho" + "me/ann/x", "/ro" + "ot/x"):
            self.planted("machine-path", "docs/a.md", {"docs/a.md": f"see {path}\n"})


if __name__ == "__main__":
    unittest.main()
