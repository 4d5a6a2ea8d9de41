// SPDX-License-Identifier: Apache-2.0
//
// What the store's tests share: a run header, sources and rows that are recognised by their values.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "results/store/reader.hpp"
#include "results/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace soakrig::store {

inline RunHeader test_header(std::string id = "20260301-120000-0a1b2c3d",
                             std::string name = "night") {
  RunHeader header;
  header.id = std::move(id);
  header.name = std::move(name);
  header.start_utc_ns = 1'772'366'400 * kSecond;  // 2026-03-01T12:00:00Z
  header.start_boot_ns = 1000 * kSecond;
  header.owner = this_process();
  header.program_version = "0.1.0";
  header.commit = "abc1234";
  header.build_flags = "g++ 12";
  header.host_json = R"({"kernel":"6.1"})";
  header.spec_json = R"({"name":"night"})";
  header.profile_text = "[soak]\nname = \"night\"\n";
  return header;
}

inline SourceInfo test_source(std::string name = "thermal", std::size_t channels = 2,
                              Nanos period = 100 * kMillisecond) {
  SourceInfo info;
  info.name = std::move(name);
  info.period = period;
  for (std::size_t i = 0; i < channels; ++i) {
    ChannelInfo channel;
    channel.name = info.name + ".c" + std::to_string(i);
    channel.unit = "Cel";
    channel.source = "/sys/" + std::to_string(i);
    info.channels.push_back(std::move(channel));
  }
  return info;
}

// Row r of column c: the value (first + r) + c / 8, so that any mix-up shows.
inline double test_value(std::size_t row, std::size_t column) {
  return static_cast<double>(row) + static_cast<double>(column) / 8;
}
inline Batch test_rows(std::size_t first, std::size_t count, std::uint32_t columns = 2,
                       Nanos period = 100 * kMillisecond) {
  Batch batch;
  batch.columns = columns;
  for (std::size_t row = first; row < first + count; ++row) {
    batch.taken.push_back(static_cast<Nanos>(row) * period);
    for (std::size_t column = 0; column < columns; ++column) {
      batch.values.push_back(test_value(row, column));
    }
  }
  return batch;
}

// No commit but those asked for, so that a test decides when.
inline WriterOptions test_options() {
  WriterOptions options;
  options.commit_interval = kHour;
  options.reserve_bytes = 64 << 10;
  return options;
}

struct TestRun {
  explicit TestRun(WriterOptions options = test_options(), RunHeader header = test_header()) {
    auto made = Writer::create(directory.path().string(), header, clock, std::move(options));
    REQUIRE(made);
    writer = std::move(*made);
    path = writer->path();
  }
  [[nodiscard]] Reader reader() const {
    auto reader = Reader::open(path);
    REQUIRE(reader);
    return std::move(*reader);
  }

  test::TempDir directory;
  FakeClock clock{1000 * kSecond};
  std::unique_ptr<Writer> writer;
  std::string path;
};

}  // namespace soakrig::store
