// SPDX-License-Identifier: Apache-2.0
#include "workloads/frames_workload.hpp"

#include <poll.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "rig/base/json_guard.hpp"
#include "rig/base/quantity.hpp"
#include "workloads/frames/frame_stream.hpp"
#include "workloads/frames/stream_watch.hpp"
#include "workloads/load_options.hpp"

namespace soakrig::workloads {

namespace {

using Json = nlohmann::json;

constexpr std::int64_t kMostStreams = 24;  // each a gauge beside the others'
constexpr Nanos kSliceLength = 100 * kMillisecond;
constexpr Nanos kGaugeEvery = kSecond;
constexpr Nanos kShortestWindow = 2 * kSecond;  // to see a stream starve in
constexpr std::int64_t kFramesInWindow = 10;

struct Plan {
  std::vector<StreamPlan> streams;
  const Kernels* kernels = nullptr;
  Nanos period = 0;
};

std::string stream_name(std::size_t i) { return "stream " + std::to_string(i + 1); }

// The value that a share `q` of all is not above; sorts.
Nanos quantile(std::vector<Nanos>& values, double q) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size())));
  return values[std::clamp<std::size_t>(rank, 1, values.size()) - 1];
}

class FramesWorkload final : public Workload {
 public:
  FramesWorkload(Plan plan, const FramesOptions& options, const Clock& clock)
      : plan_(std::move(plan)), options_(options), clock_(clock), watch_(0, window()) {}

  Result<std::map<std::string, std::string>> prepare() override {
    for (const StreamPlan& plan : plan_.streams) {
      auto stream = FrameStream::make(plan, *plan_.kernels, clock_);
      if (!stream) return stream.error();
      streams_.push_back(std::move(*stream));
    }
    before_.resize(streams_.size());
    for (std::size_t i = 0; i < streams_.size(); ++i) gauge_names_.push_back(missed_name(i));
    // Cameras do not tick together: their grids lie evenly within a period.
    const Nanos start = clock_.boot_ns() + plan_.period;
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      streams_[i]->start(start + plan_.period * static_cast<Nanos>(i) /
                                     static_cast<Nanos>(streams_.size()));
    }
    gauged_at_ = start;
    watch_ = StreamWatch(start, window());
    return std::map<std::string, std::string>{
        {"workload", "frames"},
        {"streams", std::to_string(streams_.size())},
        {"fps", Json(options_.fps).dump()},
        {"deadline_ms", Json(to_seconds(plan_.streams.front().deadline) * 1e3).dump()},
        {"ops_per_frame",
         std::to_string(static_cast<std::uint64_t>(plan_.streams.front().shape.operations()))},
        {"precision", options_.precision},
        {"target", std::string(plan_.kernels->target)}};
  }

  Slice run_slice() override {
    if (std::exchange(resting_, false)) {
      for (auto& stream : streams_) stream->pause(false);
      watch_.restart(clock_.boot_ns(), states_);
    }
    ::poll(nullptr, 0, static_cast<int>(kSliceLength / kMillisecond));
    return gather();
  }

  void rest() override {
    resting_ = true;
    for (auto& stream : streams_) stream->pause(true);
  }

  std::vector<Verification> verify() override { return std::exchange(checks_, {}); }
  std::vector<std::string> take_notes() override { return std::exchange(notes_, {}); }
  bool corrupt(Corruption size) override {
    if (streams_.empty()) return false;
    streams_.front()->corrupt(size == Corruption::small);
    return true;
  }

 private:
  [[nodiscard]] Nanos window() const {
    return std::max(kShortestWindow, kFramesInWindow * plan_.period);
  }
  static std::string missed_name(std::size_t i) {
    return "missed_percent_" + std::to_string(i + 1);
  }

  Slice gather() {
    const Nanos now = clock_.boot_ns();
    std::uint64_t frames = 0, missed = 0;
    Nanos busy = 0;
    states_.clear();
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      StreamCounts counts = streams_[i]->take();
      states_.push_back({counts.frames, counts.missed, plan_.streams[i].nice});
      frames += counts.frames;
      missed += counts.missed;
      busy += counts.busy;
      std::ranges::move(counts.checks, std::back_inserter(checks_));
      began_.insert(began_.end(), counts.began.begin(), counts.began.end());
      ended_.insert(ended_.end(), counts.ended.begin(), counts.ended.end());
    }
    Slice out;
    out.done.push_back({"frames", static_cast<double>(frames - frames_), busy - busy_});
    out.done.push_back({"missed", static_cast<double>(missed - missed_), 0, true});
    // A cycle is as many frames as there are streams, each the same work.
    out.cycle_ended = frames / streams_.size() != frames_ / streams_.size();
    frames_ = frames;
    missed_ = missed;
    busy_ = busy;
    if (now - gauged_at_ >= kGaugeEvery) gauge(now, out);
    for (const StreamFinding& finding : watch_.look(now, states_)) note(finding);
    return out;
  }

  // Of the time since the last gauges.
  void gauge(Nanos now, Slice& out) {
    out.gauges.push_back({"jitter_p99_ms", to_seconds(quantile(began_, 0.99)) * 1e3});
    out.gauges.push_back({"latency_p50_ms", to_seconds(quantile(ended_, 0.50)) * 1e3});
    out.gauges.push_back({"latency_p99_ms", to_seconds(quantile(ended_, 0.99)) * 1e3});
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      const double due = to_seconds(now - gauged_at_) * options_.fps;
      const auto lost = static_cast<double>(states_[i].missed - before_[i].missed);
      out.gauges.push_back({gauge_names_[i], std::min(100.0, 100 * lost / due)});
    }
    before_ = states_;
    gauged_at_ = now;
    began_.clear();
    ended_.clear();
  }

  void note(const StreamFinding& f) {
    const std::string in = " in " + format_duration(f.window / kMillisecond * kMillisecond);
    std::vector<std::string> evidence;
    if (f.trouble == StreamTrouble::deadlock) {
      evidence.push_back("none of " + std::to_string(streams_.size()) +
                         " streams finished a frame" + in);
    } else {
      evidence.push_back(stream_name(f.stream) + " finished " + std::to_string(f.frames) +
                         " frames and missed " + std::to_string(f.missed) + in);
    }
    if (f.trouble == StreamTrouble::priority_inversion) {
      evidence.push_back(stream_name(f.other) + ", which is less important, missed none");
    }
    std::string letters;
    for (const auto& stream : streams_) letters += stream->thread_state();
    evidence.push_back("states of the streams' threads: " + letters);
    Json body{{"evidence", evidence}};
    body["stream"] = f.trouble == StreamTrouble::deadlock ? Json() : Json(stream_name(f.stream));
    notes_.push_back(dump_json({{to_string(f.trouble), std::move(body)}}));
  }

  Plan plan_;
  FramesOptions options_;
  const Clock& clock_;
  StreamWatch watch_;
  std::vector<std::string> gauge_names_;
  std::vector<StreamState> states_, before_;  // now, and at the last gauges
  std::uint64_t frames_ = 0, missed_ = 0;
  Nanos busy_ = 0, gauged_at_ = 0;
  std::vector<Nanos> began_, ended_;
  std::vector<Verification> checks_;
  std::vector<std::string> notes_;
  bool resting_ = false;
  std::vector<std::unique_ptr<FrameStream>> streams_;
};

// "2@3s", "all@3s": the streams that it names stand still after that time; "late:2@3s": their frames
// wait for what another holds.
Result<void> add_stall(const std::string& text, std::vector<StreamPlan>& streams) {
  const std::size_t at = text.find('@');
  const auto after =
      at == std::string::npos ? Result<Nanos>(Error{}) : parse_duration(text.substr(at + 1));
  const bool late = text.starts_with("late:");
  const std::string who = text.substr(0, at).substr(late ? 5 : 0);
  std::size_t number = 0;
  const auto [end, failed] = std::from_chars(who.data(), who.data() + who.size(), number);
  const bool one = failed == std::errc{} && end == who.data() + who.size() && number >= 1 &&
                   number <= streams.size();
  if (!after || (who != "all" && !one)) {
    return usage("--stall: '" + text + "' is none", "write 2@3s, all@3s or late:2@3s; streams count from 1");
  }
  for (std::size_t i = 0; i < streams.size(); ++i) {
    if (who == "all" || i + 1 == number) {
      (late ? streams[i].late_at : streams[i].stall_at) = *after;
    }
  }
  return {};
}

class FramesCommand final : public WorkloadCommand {
 public:
  void add_options(CLI::App& parser) override {
    parser.add_option("--streams", options_.streams, "of frames")->capture_default_str();
    parser.add_option("--fps", options_.fps, "frames a second of each stream")
        ->capture_default_str();
    parser.add_option("--size", options_.size, "side of the product that a frame costs")
        ->capture_default_str();
    parser.add_option("--precision", options_.precision, "int8 or fp32")->capture_default_str();
    parser.add_option("--deadline", deadline_, "of a frame, after it is due; one period without");
    parser.add_option("--nice", options_.nice, "of each stream, 0 to 19; again for each")
        ->allow_extra_args(false);
    parser
        .add_option("--stall", options_.stall,
                    "trouble on purpose: STREAM@AFTER, or all@AFTER, stands still; "
                    "late:STREAM@AFTER is held up")
        ->allow_extra_args(false);
    parser.add_option("--seed", options_.seed, "of the products");
    parser
        .add_option("--check-every", options_.check_every,
                    "frames of a stream between two comparisons; 0 = never")
        ->capture_default_str();
  }
  Result<std::unique_ptr<Workload>> make(const Clock& clock) override {
    if (!deadline_.empty()) {
      const auto deadline = parse_duration(deadline_);
      if (!deadline) return deadline.error();
      if (*deadline <= 0) return usage("--deadline must be above 0", "leave it out for one period");
      options_.deadline = *deadline;
    }
    return make_frames(options_, clock);
  }

 private:
  FramesOptions options_;
  std::string deadline_;
};

}  // namespace

Result<std::unique_ptr<Workload>> make_frames(const FramesOptions& options, const Clock& clock) {
  if (options.streams < 1 || options.streams > kMostStreams) {
    return usage("--streams must be from 1 to " + std::to_string(kMostStreams), "8 is a car's");
  }
  if (!(options.fps >= 0.1) || !(options.fps <= 1000)) {
    return usage("--fps must be from 0.1 to 1000", "cameras give 10 to 60");
  }
  if (options.size < 16 || options.size > 4096) {
    return usage("--size must be from 16 to 4096", "a frame costs 2 size^3 operations");
  }
  if (options.precision != "int8" && options.precision != "fp32") {
    return usage("there is no precision \"" + options.precision + "\"", "use int8 or fp32");
  }
  if (options.nice.size() > static_cast<std::size_t>(options.streams)) {
    return usage("--nice is given for more streams than there are", "one for each at most");
  }
  const auto kernels = resolve_kernels("");
  if (!kernels) return kernels.error();
  Plan plan;
  plan.kernels = *kernels;
  plan.period = from_seconds(1 / options.fps);
  const auto side = static_cast<std::size_t>(options.size);
  for (std::int64_t i = 0; i < options.streams; ++i) {
    StreamPlan stream;
    stream.precision = options.precision == "int8" ? GemmPrecision::int8 : GemmPrecision::fp32;
    stream.shape = {side, side, side};
    stream.period = plan.period;
    stream.deadline = options.deadline > 0 ? options.deadline : plan.period;
    const auto at = static_cast<std::size_t>(i);
    const std::int64_t nice = at < options.nice.size() ? options.nice[at] : 0;
    if (nice < 0 || nice > 19)
      return usage("--nice must be from 0 to 19", "0 is the most important");
    stream.nice = static_cast<int>(nice);
    stream.seed = options.seed + static_cast<std::uint64_t>(i);
    stream.check_every = options.check_every;
    plan.streams.push_back(stream);
  }
  for (const std::string& stall : options.stall) {
    if (const auto added = add_stall(stall, plan.streams); !added) return added.error();
  }
  const std::uint64_t needed =
      gemm_memory(plan.streams.front().precision, plan.streams.front().shape) *
      static_cast<std::uint64_t>(options.streams);
  if (const auto fits = must_fit("the streams", needed, "fewer --streams or a smaller --size");
      !fits) {
    return fits.error();
  }
  return std::unique_ptr<Workload>(
      std::make_unique<FramesWorkload>(std::move(plan), options, clock));
}

std::unique_ptr<WorkloadCommand> frames_command() { return std::make_unique<FramesCommand>(); }

}  // namespace soakrig::workloads
