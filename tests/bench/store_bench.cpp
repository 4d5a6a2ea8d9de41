// SPDX-License-Identifier: Apache-2.0
//
// Rows store.ingest, store.bytes and store.written: 10 million samples of the reference signals
// through the Writer, one durable commit per simulated second, up to the sealed file. The floor is
// the least that the same promise costs without any store: appending the same numbers, raw, and one
// fdatasync per simulated second. Both take turns in slices, so that a disk shared with others
// treats them alike.
//
// The peers, Prometheus blocks and PostgreSQL rows, are given fewer seconds of the same signals
// (their text alone is large), and so is a second run of ours that they are compared with.
//
// The data lies below the working folder: $SOAKRIG_BENCH_SECONDS simulated seconds, 10,000 by
// default.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "results/store/reader.hpp"
#include "results/store/writer.hpp"
#include "rig/base/fd.hpp"
#include "tests/bench/bench_row.hpp"
#include "tests/bench/need.hpp"
#include "tests/bench/reference_signals.hpp"
#include "tests/bench/store_peers.hpp"

namespace soakrig::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Second = std::array<Batch, kKinds.size()>;
constexpr std::size_t kSlices = 10;
constexpr std::size_t kPeerSeconds = 2000;

double since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

// What this process caused to be written to the disk, as the kernel counts it.
double bytes_written() {
  std::ifstream io("/proc/self/io");
  for (std::string key; io >> key;) {
    double value = 0;
    io >> value;
    if (key == "write_bytes:") return value;
  }
  return 0;
}

// Appends raw numbers and makes them durable every second.
class Floor {
 public:
  explicit Floor(const std::string& path)
      : file_(::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600)) {}

  bool append(const Second& second) {
    buffer_.clear();
    for (const Batch& batch : second) {
      const auto* times = reinterpret_cast<const char*>(batch.taken.data());
      const auto* values = reinterpret_cast<const char*>(batch.values.data());
      buffer_.append(times, batch.taken.size() * sizeof(Nanos));
      buffer_.append(values, batch.values.size() * sizeof(double));
    }
    return ::write(file_.get(), buffer_.data(), buffer_.size()) ==
               static_cast<ssize_t>(buffer_.size()) &&
           ::fdatasync(file_.get()) == 0;
  }

 private:
  Fd file_;
  std::string buffer_;
};

class StoreRun {
 public:
  explicit StoreRun(const std::string& folder) {
    store::RunHeader header;
    header.start_utc_ns = clock_.utc_ns();
    header.start_boot_ns = clock_.boot_ns();
    header.id = store::make_run_id(header.start_utc_ns);
    header.name = "bench";
    header.owner = this_process();
    store::WriterOptions options;
    options.commit_interval = kHour;  // only the commits asked for: one a simulated second
    writer_ = need(store::Writer::create(folder, header, clock_, std::move(options)));
    const store::BoardId board = writer_->add_board("board", "{}");
    for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
      sources_[kind] = writer_->add_source(board, ReferenceSignals::source(kind));
    }
    need(writer_->flush());
  }

  void append(const Second& second) {
    for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
      need(writer_->submit(sources_[kind], second[kind]));
    }
    writer_->request_commit();
  }
  void wait() { need(writer_->flush()); }
  void finish() { need(writer_->finish()); }
  [[nodiscard]] const std::string& path() const { return writer_->path(); }
  [[nodiscard]] store::WriterStats stats() const { return writer_->stats(); }

 private:
  SystemClock clock_;
  std::unique_ptr<store::Writer> writer_;
  std::array<store::SourceId, kKinds.size()> sources_{};
};

struct Figures {
  double samples = 0, store_seconds = 0, floor_seconds = 0;
  double store_written = 0, floor_written = 0;
};

Figures measure(StoreRun& run, Floor& floor, std::size_t seconds) {
  ReferenceSignals signals;
  Figures figures;
  for (std::size_t slice = 0; slice < kSlices; ++slice) {
    std::vector<Second> data;  // made beforehand: the generator is not on the clock
    for (std::size_t i = 0; i < seconds / kSlices; ++i) data.push_back(signals.next_second());
    figures.samples += static_cast<double>(data.size() * 10 * ReferenceSignals::kChannels);

    double written = bytes_written();
    auto begin = SteadyClock::now();
    for (const Second& second : data) run.append(second);
    run.wait();
    if (slice + 1 == kSlices) run.finish();  // the last seal and the last checkpoint count too
    figures.store_seconds += since(begin);
    figures.store_written += bytes_written() - written;

    written = bytes_written();
    begin = SteadyClock::now();
    for (const Second& second : data) {
      if (!floor.append(second)) need(Result<void>(sys_error("cannot write the floor's file")));
    }
    figures.floor_seconds += since(begin);
    figures.floor_written += bytes_written() - written;
  }
  return figures;
}

void report(const Figures& figures, const store::Reader& reader) {
  const auto stats = need(reader.stats());
  if (static_cast<double>(stats.samples) != figures.samples ||
      need(reader.state()) != RunState::sealed) {
    std::fprintf(stderr, "store_bench: the file does not hold what was handed over\n");
    std::exit(2);
  }
  const double ingest = figures.samples / figures.store_seconds;
  const double floor = figures.samples / figures.floor_seconds;
  const double n = figures.samples;
  const double bytes = static_cast<double>(stats.file_bytes) / n;
  const double raw = 8.0 * (1.0 + static_cast<double>(kKinds.size()) / ReferenceSignals::kChannels);
  print({"store.ingest", ingest, "sample/s", "", 0, Reach{"value", ">=", 1e6}});
  print({"store.ingest.floor", ingest, "sample/s", "append + fdatasync, raw", floor,
         Reach{"ratio", ">=", 0.5}});
  print({"store.bytes", bytes, "By/sample", "", 0, Reach{"value", "<=", 1.75}});
  print({"store.bytes.floor", bytes, "By/sample", "raw doubles and times", raw, std::nullopt});
  print({"store.written", figures.store_written / n, "By/sample", "", 0, Reach{"value", "<=", 40}});
  print({"store.written.floor", figures.store_written / n, "By/sample", "append + fdatasync, raw",
         figures.floor_written / n, std::nullopt});
}

// Our own figures over fewer seconds.
PeerFigures run_ours(const std::string& folder, std::size_t seconds) {
  StoreRun run(folder);
  ReferenceSignals signals;
  std::vector<Second> data;
  for (std::size_t i = 0; i < seconds; ++i) data.push_back(signals.next_second());
  const auto begin = SteadyClock::now();
  for (const Second& second : data) run.append(second);
  run.finish();
  const double took = since(begin);
  const auto stats = need(need(store::Reader::open(run.path())).stats());
  const auto samples = static_cast<double>(stats.samples);
  return {samples / took, static_cast<double>(stats.file_bytes) / samples};
}

void print_peer(const std::string& name, const char* what, const PeerFigures& ours,
                const std::optional<PeerFigures>& peer) {
  BenchRow ingest{"store.ingest." + name, ours.samples_per_s, "sample/s"};
  BenchRow bytes{"store.bytes." + name, ours.bytes_per_sample, "By/sample"};
  ingest.peer_missing = bytes.peer_missing = !peer.has_value();
  if (peer) {
    ingest.against = bytes.against = what;
    ingest.against_value = peer->samples_per_s;
    bytes.against_value = peer->bytes_per_sample;
    ingest.reach = Reach{"ratio", ">=", 1};
    bytes.reach = Reach{"ratio", "<=", 1};
  }
  print(ingest);
  print(bytes);
}

void compare_with_peers(const std::string& folder, std::size_t seconds) {
  const PeerFigures ours = run_ours(folder, seconds);
  print_peer("prometheus", "promtool create-blocks-from", ours, run_prometheus(folder, seconds));
  print_peer("postgresql", "PostgreSQL COPY, no index", ours, run_postgresql(folder, seconds));
}

// Where the bytes are, for whoever works on the codec.
void explain(const store::Reader& reader, const store::WriterStats& stats) {
  const auto file = need(reader.stats());
  std::fprintf(stderr,
               "store_bench: values %.3f, axes %.3f, file %.3f By/sample; worst commit %.1f ms\n",
               static_cast<double>(file.value_bytes) / static_cast<double>(file.samples),
               static_cast<double>(file.axis_bytes) / static_cast<double>(file.samples),
               static_cast<double>(file.file_bytes) / static_cast<double>(file.samples),
               to_seconds(stats.worst_commit) * 1e3);
}

}  // namespace
}  // namespace soakrig::bench

int main() {
  using namespace soakrig::bench;
  const char* asked = std::getenv("SOAKRIG_BENCH_SECONDS");
  const std::size_t seconds = asked != nullptr ? std::strtoul(asked, nullptr, 10) : 10'000;
  std::string folder = "./store-bench-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) {
    std::perror("store_bench: cannot make a folder here");
    return 2;
  }
  {
    StoreRun run(folder);
    Floor floor(folder + "/floor");
    const Figures figures = measure(run, floor, seconds);
    const auto reader = need(soakrig::store::Reader::open(run.path()));
    report(figures, reader);
    explain(reader, run.stats());
  }
  compare_with_peers(folder, std::min(seconds, kPeerSeconds));
  if (std::getenv("SOAKRIG_BENCH_KEEP") == nullptr) std::filesystem::remove_all(folder);
  return 0;
}
