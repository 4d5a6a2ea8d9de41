// SPDX-License-Identifier: Apache-2.0
//
// One open run as the worker thread holds it: answers the questions of the views. Everything it
// gives away is a value. Not thread-safe; no connection to the file outlives a call.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dashboard/run/latency_track.hpp"
#include "dashboard/run/plots.hpp"
#include "dashboard/run/run_model.hpp"
#include "dashboard/run/speed_track.hpp"
#include "results/report/load_run_view.hpp"

namespace soakrig::dashboard {

struct PlotData {
  PlotSpec spec;
  std::vector<store::View> views;  // one a curve, in its order
  std::optional<Error> error;      // then views are empty
  bool partial = false;            // a speed is still being worked out for the later part
};

class RunSession {
 public:
  [[nodiscard]] static Result<RunSession> open(const std::string& path);

  // Reads the model anew; cheap enough for every second of a live run.
  [[nodiscard]] Result<RunModel> model();
  // The plots over a range in at most `columns` bins. Speeds that are not worked out yet are filled
  // in for a moment, the rest is told as partial: ask again.
  [[nodiscard]] std::vector<PlotData> plots(const std::vector<PlotSpec>& specs, TimeRange range,
                                            std::size_t columns,
                                            const std::function<bool()>& cancelled);

  // The speed's windows that lie inside the range, by the verdict's definition. Errc::cancelled while
  // they are still being worked out.
  [[nodiscard]] Result<std::vector<analysis::Window>> speed_windows(
      const CurveSource& curve, TimeRange range, const std::function<bool()>& cancelled);

  [[nodiscard]] const store::Reader& reader() const { return *reader_; }

 private:
  explicit RunSession(store::Reader reader);
  // Lengthened as far as patience reaches; partial = there is more to come.
  [[nodiscard]] Result<const SpeedTrack*> speed_track(const CurveSource& curve, bool& partial,
                                                      const std::function<bool()>& cancelled);
  [[nodiscard]] Result<store::View> derived_view(const CurveSource& curve, TimeRange range,
                                                 std::size_t columns, bool& partial,
                                                 const std::function<bool()>& cancelled);
  void read_direct(std::vector<PlotData>& out, TimeRange range, std::size_t columns);

  std::unique_ptr<store::Reader> reader_;  // what loaded_ reads from: must not move
  std::optional<report::LoadedRun> loaded_;
  std::vector<store::ChannelRow> channels_;
  Nanos last_ = 0;
  KnownMarks known_;
  std::map<std::string, SpeedTrack> speeds_;       // by board and work channel
  std::map<std::string, LatencyTrack> latencies_;  // by board and workload
};

}  // namespace soakrig::dashboard
