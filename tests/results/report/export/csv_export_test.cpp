// SPDX-License-Identifier: Apache-2.0
// Also tests: stored_rows.cpp output_file.cpp
#include "results/report/export/csv_export.hpp"

#include <filesystem>

#include "results/report/export/output_file.hpp"
#include "results/report/export/stored_rows.hpp"
#include "tests/results/report/export/exported_run.hpp"

using namespace soakrig;
using namespace soakrig::test;

TEST_CASE("a table has units, UTC and elapsed time; absence is told and a gap is a row") {
  const ExportedRun run;
  const report::RunClock clock(run.reader().header().start_utc_ns);
  const auto written = report::export_csv(run.reader(), clock, run.file("csv"));
  REQUIRE(written);
  REQUIRE(written->size() == 3);
  const std::string table = run.text("csv/_.__evil.thermal.csv");
  CHECK(table ==
        "utc,elapsed_s,gap_s,soc.temperature [Cel],cpu.frequency [Hz],states\r\n"
        "2026-03-01T12:00:00.000Z,0.000000000,,60.5,1000000000,\r\n"
        "2026-03-01T12:00:01.000Z,1.000000000,,,1500000000,soc.temperature=stale\r\n"
        "2026-03-01T12:00:02.000Z,2.000000000,,61.25,2000000000,\r\n"
        "2026-03-01T12:00:02.000Z,2.000000000,7.000000000,,,gap: no row was stored\r\n"
        "2026-03-01T12:00:09.000Z,9.000000000,,62,2000000000,\r\n");
  const std::string irregular = run.text("csv/rig.chamber.csv");
  CHECK(irregular.find("gap:") == std::string::npos);  // nobody promised a row in between
  CHECK(irregular.find("2026-03-01T13:23:20.000Z,5000.000000000,,26,") != std::string::npos);
  CHECK(run.text("csv/events.csv").find("incident,info,\"{\"\"class\"\":\"\"oom\"\"") !=
        std::string::npos);
}

TEST_CASE("files lie in the folder asked for, whatever a board is called") {
  CHECK(report::file_part("../=evil") == "_.__evil");
  CHECK(report::file_part("") == "_");
  CHECK(report::file_part(".hidden") == "_hidden");
  CHECK(report::file_part(std::string(500, 'a')).size() == 80);
  CHECK(report::file_part("ok-1_2.x") == "ok-1_2.x");
}

TEST_CASE("cells are quoted where they must be, and are no formulas") {
  CHECK(report::csv_text("plain") == "plain");
  CHECK(report::csv_text("a,b") == "\"a,b\"");
  CHECK(report::csv_text("say \"hi\"\n") == "\"say \"\"hi\"\"\n\"");
  CHECK(report::csv_text("=1+1") == "'=1+1");
  CHECK(report::csv_text("@cmd,x") == "\"'@cmd,x\"");
}

TEST_CASE("an output appears whole or not at all") {
  const TempDir directory;
  const std::string path = directory.file("out.csv");
  {
    auto file = report::OutputFile::create(path);
    REQUIRE(file);
    file->write("half");
  }
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK_FALSE(std::filesystem::exists(path + ".new"));
  auto file = report::OutputFile::create(path);
  REQUIRE(file);
  file->write(std::string(3u << 20, 'x'));
  REQUIRE(file->commit());
  CHECK(std::filesystem::file_size(path) == 3u << 20);
  CHECK_FALSE(report::OutputFile::create(directory.file("no/where")));
  if (std::filesystem::exists("/dev/full")) {
    const TempDir full;
    std::filesystem::create_symlink("/dev/full", full.file("x.new"));
    auto no_room = report::OutputFile::create(full.file("x"));
    REQUIRE(no_room);
    no_room->write("y");
    const auto failed = no_room->commit();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().remedy == "check free space");
  }
}

TEST_CASE("a folder that cannot be made is one clear error") {
  const ExportedRun run;
  const report::RunClock clock(0);
  const auto failed = report::export_csv(run.reader(), clock, "/proc/nowhere/csv");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message().find("/proc/nowhere/csv") != std::string::npos);
}
