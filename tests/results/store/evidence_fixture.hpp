// SPDX-License-Identifier: Apache-2.0
//
// A small closed run with a row in every table that the listing covers.
#pragma once

#include "results/store/canonical.hpp"
#include "results/store/seal.hpp"
#include "results/store/verify.hpp"
#include "tests/results/store/store_fixture.hpp"

namespace soakrig::store {

inline Database open_for_writing(const std::string& path) {
  auto database = Database::open(path, Database::Mode::read_write);
  REQUIRE(database);
  return std::move(*database);
}
inline void change(const std::string& path, const std::string& sql) {
  INFO(sql);
  auto database = open_for_writing(path);
  REQUIRE(database.execute(sql.c_str()));
}

struct ClosedRun : TestRun {
  explicit ClosedRun(WriterOptions options = test_options()) : TestRun(std::move(options), dead()) {
    const BoardId board = writer->add_board("edge", R"({"model":"Orin","serial":"A-17"})");
    const SourceId source = writer->add_source(board, test_source());
    REQUIRE(writer->submit(source, test_rows(0, 40), Cursor{board, "stream", 7}));
    REQUIRE(writer->submit(source, test_rows(500, 40), Cursor{board, "stream", 8}));
    REQUIRE(
        writer->event({kSecond, "edge", "board.facts", Severity::info, R"({"serial":"A-17"})"}));
    REQUIRE(writer->anchor({kRigBoard, "boot", {1, 2, 3}}));
    REQUIRE(writer->set_phase({0, "warm", 0, kSecond, 2 * kSecond, 3 * kSecond, kSecond}));
    REQUIRE(writer->journal("dwell", "{}"));
    REQUIRE(writer->set_judgement(Verdict::pass, R"({"run":{}})"));
    writer.reset();
    change(path,
           "INSERT INTO sketch VALUES(1, 0, 'ttft', 0, 1, 1, 0, x'00');"
           "INSERT INTO verdict VALUES(1, 'stability', 1, 0, 'pass', 0.99, 0.98, 1.0, 'all of it');"
           "INSERT INTO meta(k, v) VALUES('ended_ns', 60000000000)");
    REQUIRE(seal(path).value() == RunState::sealed);
  }
  static RunHeader dead() {
    RunHeader header = test_header();
    header.owner.start_time += 1;
    return header;
  }
};

// The first record that verify finds altered, "table row", or "" where all is as it was.
inline std::string first_altered(const std::string& path) {
  const auto found = verify(path);
  REQUIRE(found);
  return found->altered ? found->altered->table + " " + found->altered->row : "";
}

}  // namespace soakrig::store
