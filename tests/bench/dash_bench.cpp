// SPDX-License-Identifier: Apache-2.0
//
// Rows dash.open, dash.frame and dash.memory: the dashboard on a run of 100 channels at 10 Hz,
// $SOAKRIG_BENCH_DAYS days long (30 as the budget has it, 1 by default: what is measured must not
// depend on it). The vertices of a frame are made as the window makes them, by ImGui without a
// window; what a graphics card would do with them is not in the figures.
//
// bench_dash --live FOLDER SECONDS writes such a run as it would come in, for dash_window_bench.py.
#include <imgui.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>
#include <vector>

#include "dashboard/app/actions.hpp"
#include "dashboard/app/answerer.hpp"
#include "dashboard/window/imgui_canvas.hpp"
#include "tests/bench/bench_row.hpp"
#include "tests/support/long_run.hpp"

namespace soakrig::bench {
namespace {

using namespace dashboard;
using SteadyClock = std::chrono::steady_clock;

constexpr Rect kArea{0, 0, 1920, 1080};
constexpr std::size_t kChannels = 100, kShown = 40, kPlots = 10;

double since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

double thread_cpu() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double p99(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[std::min(values.size() - 1, values.size() * 99 / 100)];
}

template <class T>
T need(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "dash_bench: %s\n", result.error().message().c_str());
  std::exit(2);
}

class Frames {
 public:
  Frames() {
    ImGui::GetIO().DisplaySize = {kArea.w, kArea.h};
    ImGui::GetIO().IniFilename = nullptr;
    ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  }
  ~Frames() { ImGui::DestroyContext(context_); }
  // CPU seconds of this thread for one whole frame.
  double draw(const Screen& screen) {
    const double begin = thread_cpu();
    ImGui::NewFrame();
    ImguiCanvas canvas(*ImGui::GetBackgroundDrawList(), fonts_);
    draw_screen(canvas, theme_, screen, kArea);
    ImGui::Render();
    return thread_cpu() - begin;
  }

 private:
  FontSet fonts_{{1, true, ""}};
  ImGuiContext* context_ = ImGui::CreateContext(fonts_.atlas());
  Theme theme_ = *find_theme("light");
};

const auto kNever = [] { return false; };

// Forty channels on one screen: ten plots of four.
std::shared_ptr<const Answer> gathered(Answer answer) {
  std::vector<PlotData> plots(kPlots);
  for (std::size_t i = 0; i < answer.plots[0].size(); ++i) {
    PlotData& from = answer.plots[0][i];
    PlotData& into = plots[i % kPlots];
    if (into.spec.curves.empty()) into.spec = from.spec, into.spec.curves.clear();
    into.spec.curves.push_back(from.spec.curves[0]);
    into.views.push_back(std::move(from.views[0]));
  }
  answer.plots[0] = std::move(plots);
  return std::make_shared<const Answer>(std::move(answer));
}

void measure(const std::string& path) {
  const SystemClock clock;
  Frames frames;
  frames.draw(Screen{});
  auto begin = SteadyClock::now();
  Screen screen;
  screen.runs = {path};
  Answerer answerer(clock);
  screen.answer = std::make_shared<const Answer>(
      answerer.answer(query_of(screen, static_cast<std::size_t>(kArea.w)), kNever));
  frames.draw(screen);
  print(
      {.name = "dash.open", .value = since(begin), .unit = "s", .reach = Reach{"value", "<=", 1}});

  const RunModel run = *screen.run();
  for (std::size_t c = 0; c < kShown; ++c)
    screen.pinned.push_back(test::LongRun::channel_name(3 + c));
  screen.only_pinned = true;
  std::vector<double> drawing, asking;
  for (int i = 0; i < 240; ++i) {
    // Zooms in to a second, out again, and moves at each step.
    press(screen, i % 2 == 0 ? "D" : i / 24 % 2 == 0 ? "W" : "S");
    const double ask = thread_cpu();
    Answer answer = answerer.answer(query_of(screen, static_cast<std::size_t>(kArea.w)), kNever);
    asking.push_back(thread_cpu() - ask);
    screen.answer = gathered(std::move(answer));
    screen.marks.hover = screen.shown().from + screen.shown().length() / 3;
    drawing.push_back(frames.draw(screen));
  }
  print({.name = "dash.frame",
         .value = 1000 * p99(drawing),
         .unit = "ms",
         .reach = Reach{"value", "<=", 16}});
  print({.name = "dash.frame.query", .value = 1000 * p99(asking), .unit = "ms"});
  // Whatever has no judgement stored is judged beside the views: its memory counts.
  static_cast<void>(answerer.improve(query_of(screen, static_cast<std::size_t>(kArea.w))));
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  print({.name = "dash.memory",
         .value = static_cast<double>(usage.ru_maxrss) / 1024,
         .unit = "MB",
         .reach = Reach{"value", "<=", 500}});
}

// Ten rows a second, in real time.
int write_live(const std::string& folder, double seconds) {
  const SystemClock clock;
  store::RunHeader header;
  header.start_utc_ns = clock.utc_ns();
  header.start_boot_ns = clock.boot_ns();
  header.id = store::make_run_id(header.start_utc_ns);
  header.name = "live";
  header.owner = this_process();
  RunSpec spec;
  spec.boards.emplace_back().name = "board";
  header.spec_json = encode_run_spec(spec);
  const auto writer = need(store::Writer::create(folder, header, clock));
  SourceInfo source{"sensors", 100 * kMillisecond, {}};
  for (std::size_t c = 0; c < kChannels; ++c)
    source.channels.push_back(
        {test::LongRun::channel_name(c), "W", "made up", Provenance::simulated, ""});
  const auto id = writer->add_source(writer->add_board("board", "{}"), source);
  std::printf("%s\n", writer->path().c_str());
  std::fflush(stdout);
  const auto begin = SteadyClock::now();
  for (int row = 0; since(begin) < seconds; ++row) {
    Batch batch;
    batch.columns = kChannels;
    batch.taken = {clock.boot_ns() - header.start_boot_ns};
    for (std::size_t c = 0; c < kChannels; ++c)
      batch.values.push_back(static_cast<double>((row * 7 + static_cast<int>(c)) % 50));
    if (!writer->submit(id, std::move(batch))) return 2;
    std::this_thread::sleep_until(begin + (row + 1) * std::chrono::milliseconds(100));
  }
  return writer->finish() ? 0 : 2;
}

// Child process: memory is counted without the generator's.
int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "--live") == 0)
    return write_live(argv[2], std::atof(argv[3]));
  if (argc == 3 && std::strcmp(argv[1], "--measure") == 0) {
    measure(argv[2]);
    return 0;
  }
  const char* days = std::getenv("SOAKRIG_BENCH_DAYS");
  test::LongRun run;
  run.rows =
      static_cast<std::uint64_t>(std::max(0.01, days != nullptr ? std::atof(days) : 1.0) * 864'000);
  run.channels = kChannels;
  const std::filesystem::path folder = std::filesystem::current_path() / "dash_bench.tmp";
  std::filesystem::remove_all(folder);
  const SystemClock clock;
  const auto begin = SteadyClock::now();
  const std::string path = need(test::write_long_run(run, folder.string(), clock));
  std::fprintf(stderr, "dash_bench: %.3g samples, %.0f MB, written in %.0f s\n",
               static_cast<double>(run.rows) * kChannels,
               static_cast<double>(std::filesystem::file_size(path)) / 1e6, since(begin));
  std::fflush(stdout);
  const int code = std::system(("'" + std::string(argv[0]) + "' --measure '" + path + "'").c_str());
  std::filesystem::remove_all(folder);
  return code == 0 ? 0 : 2;
}

}  // namespace
}  // namespace soakrig::bench

int main(int argc, char** argv) { return soakrig::bench::main(argc, argv); }
