// SPDX-License-Identifier: Apache-2.0
//
// Row store.view: 2000 points with exact extremes of one channel of 30 days at 10 Hz, for ranges
// from ten minutes to all of it: the worst of their medians. Warm, and after the file has been
// dropped from the page cache (the disk's own cache may still have it). The floor is what a plot
// costs without summaries: reading all samples of the widest range.
//
// $SOAKRIG_BENCH_SECONDS simulated seconds, 30 days by default.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "results/store/reader.hpp"
#include "results/store/writer.hpp"
#include "rig/base/fd.hpp"
#include "tests/bench/bench_row.hpp"
#include "tests/bench/need.hpp"

namespace soakrig::bench {
namespace {

constexpr std::size_t kPoints = 2000;
constexpr Nanos kPeriod = 100 * kMillisecond;
constexpr std::size_t kRowsAtOnce = 36'000;  // an hour
constexpr int kTimes = 15;

// A temperature: a random walk in steps of 0.1 K.
std::string store_channel(const std::string& folder, std::size_t rows) {
  const SystemClock clock;
  store::RunHeader header;
  header.start_utc_ns = clock.utc_ns();
  header.start_boot_ns = clock.boot_ns();
  header.id = store::make_run_id(header.start_utc_ns);
  header.name = "view";
  header.owner = this_process();
  auto writer = need(store::Writer::create(folder, header, clock));
  SourceInfo info;
  info.name = "thermal";
  info.period = kPeriod;
  ChannelInfo channel;
  channel.name = "soc.temperature";
  channel.unit = "Cel";
  info.channels.push_back(channel);
  const auto source = writer->add_source(store::kRigBoard, info);
  std::mt19937_64 random(7);
  int tenths = 450;
  for (std::size_t row = 0; row < rows;) {
    Batch batch;
    batch.columns = 1;
    for (std::size_t i = 0; i < kRowsAtOnce && row < rows; ++i, ++row) {
      tenths = std::clamp(tenths + static_cast<int>(random() % 3) - 1, 200, 1100);
      batch.taken.push_back(static_cast<Nanos>(row) * kPeriod);
      batch.values.push_back(tenths / 10.0);
    }
    need(writer->submit(source, std::move(batch)));
  }
  need(writer->finish());
  return writer->path();
}

void forget(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  ::fdatasync(file.get());
  ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
}

double median_ms(const store::Reader& reader, Nanos whole, Nanos range, bool cold) {
  std::mt19937_64 random(11);
  std::vector<double> times;
  for (int i = 0; i < kTimes; ++i) {
    const auto spare = static_cast<std::uint64_t>(whole - range);
    const Nanos from = spare == 0 ? 0 : static_cast<Nanos>(random() % spare);
    if (cold) forget(reader.path());
    const auto begin = std::chrono::steady_clock::now();
    const auto view = need(reader.view(0, from, from + range, kPoints));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    if (view.bins.size() > kPoints || view.bins.empty()) std::exit(2);
    times.push_back(took.count());
  }
  std::nth_element(times.begin(), times.begin() + kTimes / 2, times.end());
  return times[kTimes / 2];
}

double worst_ms(const store::Reader& reader, Nanos whole, bool cold) {
  double worst = 0;
  for (const Nanos range : {10 * kMinute, kHour, 6 * kHour, 24 * kHour, 7 * 24 * kHour, whole}) {
    if (range > whole) continue;
    const double ms = median_ms(reader, whole, range, cold);
    std::fprintf(stderr, "view_bench: %s, %.2f h: %.2f ms\n", cold ? "cold" : "warm",
                 to_seconds(range) / 3600, ms);
    worst = std::max(worst, ms);
  }
  return worst;
}

}  // namespace
}  // namespace soakrig::bench

int main() {
  using namespace soakrig;
  using namespace soakrig::bench;
  const char* asked = std::getenv("SOAKRIG_BENCH_SECONDS");
  const std::size_t seconds = asked != nullptr ? std::strtoul(asked, nullptr, 10) : 30 * 86'400;
  std::string folder = "./view-bench-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) {
    std::perror("bench: cannot make a folder here");
    return 2;
  }
  {
    const std::string path = store_channel(folder, seconds * 10);
    const auto reader = need(store::Reader::open(path));
    const Nanos whole = static_cast<Nanos>(seconds) * kSecond - kPeriod;
    const double warm = worst_ms(reader, whole, false), cold = worst_ms(reader, whole, true);
    const auto begin = std::chrono::steady_clock::now();
    const auto all = need(reader.series(0));
    const std::chrono::duration<double, std::milli> without =
        std::chrono::steady_clock::now() - begin;
    if (all.size() != seconds * 10) std::exit(2);
    print({"store.view", warm, "ms", "", 0, Reach{"value", "<=", 5}});
    print({"store.view.cold", cold, "ms", "", 0, Reach{"value", "<=", 40}});
    print({"store.view.floor", warm, "ms", "all samples of the channel read", without.count(),
           std::nullopt});
  }
  std::filesystem::remove_all(folder);
  return 0;
}
