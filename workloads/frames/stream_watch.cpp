// SPDX-License-Identifier: Apache-2.0
#include "workloads/frames/stream_watch.hpp"

#include <algorithm>

namespace soakrig::workloads {

std::string_view to_string(StreamTrouble trouble) {
  constexpr std::string_view kNames[] = {"starvation", "deadlock", "priority-inversion"};
  return kNames[static_cast<std::size_t>(trouble)];
}

void StreamWatch::restart(Nanos now, const std::vector<StreamState>& streams) {
  began_ = now;
  before_ = streams;
  starving_.resize(streams.size());
  inverted_.resize(streams.size());
}

std::vector<StreamFinding> StreamWatch::look(Nanos now, const std::vector<StreamState>& streams) {
  std::vector<StreamFinding> out;
  if (before_.size() != streams.size()) restart(now, streams);
  if (now - began_ < window_) return out;
  std::vector<StreamState> in = streams;  // in this window
  for (std::size_t i = 0; i < in.size(); ++i) {
    in[i].frames -= before_[i].frames;
    in[i].missed -= before_[i].missed;
  }
  const auto still = [](const StreamState& s) { return s.frames == 0; };
  const bool deadlock = std::ranges::all_of(in, still);
  const auto report = [&](StreamTrouble trouble, std::size_t i, std::size_t other) {
    out.push_back({trouble, i, other, in[i].frames, in[i].missed, now - began_});
  };
  if (deadlock && !deadlocked_ && !in.empty()) report(StreamTrouble::deadlock, 0, 0);
  deadlocked_ = deadlock;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const bool starves = !deadlock && still(in[i]);
    if (starves && !starving_[i]) report(StreamTrouble::starvation, i, i);
    // Of a deadlock every stream is a part: none of them starts to starve by it.
    starving_[i] = still(in[i]);
    // Half of them: a stray late frame is no inversion.
    const bool suffers = !still(in[i]) && 2 * in[i].missed >= in[i].frames;
    const auto favoured = std::ranges::find_if(in, [&](const StreamState& other) {
      return other.nice > in[i].nice && other.frames > 0 && other.missed == 0;
    });
    const bool inverted = suffers && favoured != in.end();
    if (inverted && !inverted_[i]) {
      report(StreamTrouble::priority_inversion, i, static_cast<std::size_t>(favoured - in.begin()));
    }
    inverted_[i] = inverted;
  }
  restart(now, streams);
  return out;
}

}  // namespace soakrig::workloads
