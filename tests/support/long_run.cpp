// SPDX-License-Identifier: Apache-2.0
#include "tests/support/long_run.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "rig/base/run_spec.hpp"

namespace soakrig::test {
namespace {

constexpr std::uint64_t kRowsAtOnce = 4096;
constexpr std::size_t kWave = 1 << 14;  // rows in a wave

// A wave and a little noise, to one decimal of a sensor's step: made once, read at shifted places.
std::vector<double> wave() {
  std::vector<double> out(kWave);
  std::uint64_t state = 88172645463325252u;
  for (std::size_t i = 0; i < kWave; ++i) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;  // xorshift64
    const double noise = static_cast<double>(state >> 40) / 16777216.0 * 0.1;
    out[i] = std::round((1 + 0.9 * std::sin(6.283185307 * static_cast<double>(i) / kWave) + noise) *
                        100) /
             100;
  }
  return out;
}

}  // namespace

std::string LongRun::channel_name(std::size_t channel) {
  constexpr std::array<const char*, 3> kUsual{"soc.temperature", "board.power", "cpu.frequency"};
  return channel < kUsual.size() ? kUsual[channel] : "rail.r" + std::to_string(channel) + ".power";
}

Result<std::string> write_long_run(const LongRun& run, const std::string& folder,
                                   const Clock& clock) {
  store::RunHeader header;
  header.start_utc_ns = clock.utc_ns();
  header.start_boot_ns = clock.boot_ns();
  header.id = store::make_run_id(header.start_utc_ns);
  header.name = "long";
  header.owner = this_process();
  RunSpec spec;
  spec.name = "long";
  spec.boards.emplace_back().name = "board";
  header.spec_json = encode_run_spec(spec);
  store::WriterOptions options;
  options.commit_interval = 5 * kSecond;
  auto made = store::Writer::create(folder, header, clock, std::move(options));
  if (!made) return made.error();
  store::Writer& writer = **made;
  SourceInfo source{"sensors", run.period, {}};
  for (std::size_t c = 0; c < run.channels; ++c) {
    const std::string name = LongRun::channel_name(c);
    const std::string unit = c == 0 ? "Cel" : c == 2 ? "Hz" : "W";
    source.channels.push_back({name, unit, "made up", Provenance::simulated, ""});
  }
  const store::SourceId id = writer.add_source(writer.add_board("board", "{}"), source);
  std::vector<Spike> spikes = run.spikes;
  std::ranges::sort(spikes, {}, &Spike::row);
  auto next = spikes.begin();
  const std::vector<double> shape = wave();
  for (std::uint64_t row = 0; row < run.rows; row += kRowsAtOnce) {
    const std::uint64_t count = std::min(kRowsAtOnce, run.rows - row);
    Batch batch;
    batch.columns = static_cast<std::uint32_t>(run.channels);
    batch.taken.resize(count);
    batch.values.resize(count * run.channels);
    for (std::uint64_t i = 0; i < count; ++i) {
      batch.taken[i] = run.at(row + i);
      double* values = &batch.values[i * run.channels];
      for (std::size_t c = 0; c < run.channels; ++c) values[c] = shape[(row + i + 511 * c) % kWave];
    }
    for (; next != spikes.end() && next->row < row + count; ++next) {
      batch.values[(next->row - row) * run.channels + next->channel] = next->value;
    }
    if (auto given = writer.submit(id, std::move(batch)); !given) return given.error();
  }
  if (auto flushed = writer.flush(); !flushed) return flushed.error();
  if (run.finish) {
    if (auto finished = writer.finish(); !finished) return finished.error();
  }
  return writer.path();
}

}  // namespace soakrig::test
