// SPDX-License-Identifier: Apache-2.0
//
// A small file with all that an export must tell apart: good readings, states, gaps, an irregular
// source, an event, names that no file system and no spreadsheet should trust.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "results/store/reader.hpp"
#include "results/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace soakrig::test {

class ExportedRun {
 public:
  ExportedRun() {
    store::RunHeader header;
    header.id = "20260301-120000-0a1b2c3d";
    header.name = "small";
    header.start_utc_ns = 1'772'366'400 * kSecond;
    header.owner = this_process();
    auto writer = store::Writer::create(directory_.path().string(), header, clock_);
    REQUIRE(writer);
    const auto board = (*writer)->add_board("../=evil", "{}");
    const auto regular =
        (*writer)->add_source(board, {"thermal",
                                      kSecond,
                                      {{"soc.temperature", "Cel", "/sys/x", {}, {}},
                                       {"cpu.frequency", "Hz", "/sys/y", {}, {}}}});
    Batch rows;
    rows.columns = 2;
    rows.taken = {0, kSecond, 2 * kSecond, 9 * kSecond};  // 3 to 8 are missing
    rows.values = {60.5, 1e9, 0, 1.5e9, 61.25, 2e9, 62, 2e9};
    rows.states = {State::good, State::good, State::stale, State::good,
                   State::good, State::good, State::good,  State::good};
    REQUIRE((*writer)->submit(regular, rows));
    const auto irregular = (*writer)->add_source(
        store::kRigBoard, {"chamber", 0, {{"chamber.temperature", "Cel", "meter", {}, {}}}});
    Batch few;
    few.columns = 1;
    few.taken = {kSecond, 5000 * kSecond};
    few.values = {25, 26};
    REQUIRE((*writer)->submit(irregular, few));
    Event event;
    event.t = 3 * kSecond;
    event.kind = "incident";
    event.body = R"({"class":"oom","evidence":["a, \"b\""]})";
    REQUIRE((*writer)->event(event));
    REQUIRE((*writer)->finish());
    auto opened = store::Reader::open((*writer)->path());
    REQUIRE(opened);
    reader_ = std::make_unique<store::Reader>(std::move(*opened));
  }

  [[nodiscard]] const store::Reader& reader() const { return *reader_; }
  [[nodiscard]] std::string file(const std::string& name) const { return directory_.file(name); }
  [[nodiscard]] std::string text(const std::string& name) const {
    std::ifstream file(directory_.file(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  TempDir directory_;
  FakeClock clock_;
  std::unique_ptr<store::Reader> reader_;
};

}  // namespace soakrig::test
