// SPDX-License-Identifier: Apache-2.0
//
// A plant's run written into a real .soak file, for what reads such files.
#pragma once

#include <string>

#include "results/analysis/run_view.hpp"
#include "results/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"

namespace soakrig::test {

inline constexpr Nanos kStoredStart = 1'772'366'400 * kSecond;  // 2026-03-01T12:00:00Z

inline store::RunHeader stored_header(const analysis::RunView& run, const std::string& id) {
  store::RunHeader header;
  header.id = id;
  header.name = run.facts.name;
  header.start_utc_ns = kStoredStart;
  header.owner = this_process();
  header.spec_json = encode_run_spec(run.spec);
  return header;
}

inline void store_channels(store::Writer& writer, store::BoardId board,
                           const std::vector<analysis::ChannelView>& channels, Nanos until) {
  for (const analysis::ChannelView& channel : channels) {
    const auto source =
        writer.add_source(board, SourceInfo{channel.info.name, channel.period, {channel.info}});
    const analysis::Series series = channel.load(0, until);
    Batch batch;
    batch.columns = 1;
    batch.taken = series.t;
    batch.values = series.v;
    batch.states = series.states;
    if (!series.empty()) REQUIRE(writer.submit(source, std::move(batch)));
  }
}

// Writes every channel (each as a source of its own), phase and event. Not finished.
inline void store_run(store::Writer& writer, const analysis::RunView& run) {
  for (const analysis::BoardView& board : run.boards) {
    const auto id = writer.add_board(board.name, R"({"model":"plant","cores":4})");
    store_channels(writer, id, board.channels, run.now + 1);
  }
  store_channels(writer, store::kRigBoard, run.rig, run.now + 1);
  for (const analysis::PhaseView& p : run.phases) {
    REQUIRE(writer.set_phase({static_cast<std::uint32_t>(p.spec), run.spec.phases[p.spec].name,
                              p.begin.value_or(0), p.dwell_begin, p.dwell_end, p.end,
                              p.counted.value_or(0)}));
  }
  for (const Event& event : run.events) REQUIRE(writer.event(event));
  REQUIRE(writer.flush());
}

}  // namespace soakrig::test
