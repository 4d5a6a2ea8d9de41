// SPDX-License-Identifier: Apache-2.0
//
// Row fleet.catchup: a controller comes back to a board that was alone for 12 hours, with 100 channels
// at 10 Hz in its spool, which an agent of an earlier boot has left. From the start of the bridge, over
// the agent that it starts, the session and the store, until the last line is committed and
// acknowledged. The floor is what must be done at least: reading the lines of the spool. All parts run
// on this machine, the agent in a process of its own.
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "probes/agent/relay.hpp"
#include "probes/agent/uplink.hpp"
#include "rig/control/board_runner.hpp"
#include "tests/bench/bench_row.hpp"
#include "tests/bench/need.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace soakrig::bench {
namespace {

constexpr int kSeconds = 12 * 3600;
constexpr std::size_t kSources = 10, kColumns = 10;  // 100 channels
constexpr Nanos kPeriod = 100 * kMillisecond;
constexpr Nanos kBegin = 1000 * kSecond;  // boot time of the earlier boot
const std::string kStream = "5b0f7c1e-0000-4000-8000-000000000001";

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// What an agent leaves that was alone for a night; the number of its last line.
std::uint64_t leave_spool(const std::string& state) {
  std::filesystem::create_directories(state + "/spool");
  FakeClock clock(kBegin);
  agent::Spool spool(state + "/spool/" + kStream, {kStream, "bench", "an-earlier-boot"},
                     4'000'000'000);
  agent::Relay relay(std::move(spool), {});
  agent::Uplink uplink(relay, clock);
  std::vector<std::uint32_t> sources;
  for (std::size_t i = 0; i < kSources; ++i) {
    SourceInfo info;
    info.name = "zone" + std::to_string(i);
    info.period = kPeriod;
    for (std::size_t j = 0; j < kColumns; ++j) {
      info.channels.push_back({info.name + ".c" + std::to_string(j), "Cel", "bench", {}, {}});
    }
    sources.push_back(uplink.announce(std::move(info)));
  }
  std::vector<double> values(kColumns);
  for (std::int64_t tick = 0; tick < 10 * kSeconds; ++tick) {
    const Nanos now = kBegin + tick * kPeriod;
    clock.set(now);
    for (std::size_t i = 0; i < kSources; ++i) {
      // Sensors of a milli degree that wander.
      for (std::size_t j = 0; j < kColumns; ++j) {
        values[j] = 40 + static_cast<double>((tick * 37 + static_cast<std::int64_t>(i * j)) % 9973) / 1000;
      }
      uplink.row(sources[i], now, now + static_cast<Nanos>(20'000 + tick % 7000), values, {});
    }
  }
  uplink.flush_all();
  relay.live().note_clock({clock.boot_ns(), SystemClock().utc_ns()});
  return relay.live().last();
}

double read_all(const std::string& state) {
  auto spool = need(agent::Spool::open(state + "/spool/" + kStream));
  const auto begin = std::chrono::steady_clock::now();
  std::size_t bytes = 0;
  while (const auto line = spool.next()) bytes += line->size();
  const double took = seconds_since(begin);
  std::fprintf(stderr, "the spool: %.0f MB in %llu lines, read in %.2f s\n",
               static_cast<double>(bytes) / 1e6, static_cast<unsigned long long>(spool.last()),
               took);
  return took;
}

double catch_up(const test::TempDir& dir, std::uint64_t last) {
  const SystemClock clock;
  boost::asio::io_context io;
  store::RunHeader header;
  header.id = "20260301-120000-00000001";
  header.name = "night";
  header.owner = this_process();
  header.start_boot_ns = clock.boot_ns() - (kSeconds + 60) * kSecond;
  header.start_utc_ns = clock.utc_ns() - (kSeconds + 60) * kSecond;
  control::BoardRunner* board = nullptr;
  std::uint64_t durable = 0;
  store::WriterOptions options;
  options.on_commit = [&](const store::CommitReport& report) {
    boost::asio::post(io, [&, cursors = report.cursors] {
      for (const store::Cursor& cursor : cursors) {
        if (board != nullptr) board->acknowledge(cursor);
        if (cursor.stream == kStream) durable = cursor.seq;
      }
    });
  };
  auto writer = need(store::Writer::create(dir.file("soaks"), header, clock, options));
  control::RunObserver nobody;
  BoardSpec spec;
  spec.name = "pi";
  std::string lost;
  control::BoardRunner runner(io, spec, *writer, clock, header.start_boot_ns, nobody,
                              {.on_event = [](const Event&) {},
                               .on_limit = [](const control::LimitChange&) {},
                               .on_lost = [&lost](const std::string& why) { lost = why; }},
                              false, {});
  board = &runner;
  control::LinkTerms terms;
  terms.run = "bench";
  terms.controller = "the bench";
  terms.patience = kMinute;
  const auto begin = std::chrono::steady_clock::now();
  need(runner.start({SOAKRIG_BIN_DIR "/soakrig-agent", "attach", "--state", dir.file("state"),
                     "--run", "bench", "--orphan-limit", "1s", "--only", "boot"},
                    terms));
  while (durable < last && lost.empty() && seconds_since(begin) < 600) {
    io.restart();
    io.run_for(std::chrono::milliseconds(100));
    runner.tick();
  }
  const double took = seconds_since(begin);
  std::fprintf(stderr, "%llu of %llu lines stored in %.1f s%s%s\n",
               static_cast<unsigned long long>(durable), static_cast<unsigned long long>(last), took,
               lost.empty() ? "" : ", lost: ", lost.c_str());
  runner.bye();
  for (int i = 0; i < 100 && !runner.ended(); ++i) {
    io.restart();
    io.run_for(std::chrono::milliseconds(100));
    runner.tick();
  }
  runner.kill();
  board = nullptr;
  if (durable < last) std::exit(2);
  return took;
}

int run() {
  const test::TempDir dir;
  const std::uint64_t last = leave_spool(dir.file("state"));
  const double floor = read_all(dir.file("state"));
  BenchRow row;
  row.name = "fleet.catchup";
  row.value = catch_up(dir, last);
  row.unit = "s";
  row.against = "reading the spool";
  row.against_value = floor;
  row.reach = Reach{"value", "<=", 60};
  print(row);
  return 0;
}

}  // namespace
}  // namespace soakrig::bench

int main() { return soakrig::bench::run(); }
