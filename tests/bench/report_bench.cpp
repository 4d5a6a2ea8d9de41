// SPDX-License-Identifier: Apache-2.0
//
// Row report.12h: the full verdict and the HTML report of a run of 12 hours with 100 channels at 10
// Hz and a workload beside them, in a process of its own (so that its memory is its own): open the
// file, judge every rule from the samples, draw every picture, write the page. The floor is one
// look at what the judgement cannot do without: decoding the channels that it needs, once.
//
// The file lies below the working folder: $SOAKRIG_BENCH_HOURS, 12 by default.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>

#include "results/report/html/html_report.hpp"
#include "results/store/reader.hpp"
#include "results/store/writer.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/run_spec.hpp"
#include "tests/bench/bench_row.hpp"
#include "tests/bench/reference_signals.hpp"

namespace soakrig::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

double since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

[[noreturn]] void give_up(const Error& error) {
  std::fprintf(stderr, "report_bench: %s\n", error.message().c_str());
  std::exit(2);
}
template <class T>
T need(Result<T> result) {
  if (!result) give_up(result.error());
  return std::move(*result);
}
void need(const Result<void>& result) {
  if (!result) give_up(result.error());
}

// What a verdict needs stands among the reference signals under its own name.
SourceInfo named_source(std::size_t kind) {
  SourceInfo info = ReferenceSignals::source(kind);
  const auto name = [&](Kind which, const char* channel) {
    if (kind == static_cast<std::size_t>(which)) info.channels[0].name = channel;
  };
  name(Kind::temp, "soc.temperature");
  name(Kind::clock, "cpu.frequency");
  name(Kind::power, "board.power");
  name(Kind::flag, "limiter.thermal.cpu_state");
  for (ChannelInfo& c : info.channels) c.provenance = Provenance::measured;
  return info;
}

SourceInfo work_source() {
  SourceInfo info;
  info.name = "work.chat";
  for (const auto& [key, unit] : {std::pair{"tokens", "{token}"},
                                  {"busy", "s"},
                                  {"tokens_busy", "s"},
                                  {"cycle", "1"},
                                  {"instance", "1"}}) {
    info.channels.push_back(
        {std::string("work.chat.") + key, unit, "bench", Provenance::measured, ""});
  }
  return info;
}

// One second of an LLM's progress: cycles of 2 s, 40 tokens each, told four times a cycle.
Batch work_second(std::size_t second) {
  Batch out;
  out.columns = 5;
  for (int half = 1; half <= 2; ++half) {
    const double t = static_cast<double>(second) + 0.5 * half;
    const double row[] = {20 * t, t, t, static_cast<double>(static_cast<long>(t / 2)), 0};
    out.add_row(from_seconds(t), row, nullptr);
  }
  return out;
}

RunSpec make_spec(Nanos soak) {
  RunSpec spec;
  spec.name = "bench";
  spec.sample = ReferenceSignals::kPeriod;
  BoardSpec board;
  board.name = "board";
  Claim claim;
  claim.name = "tokens_per_s";
  claim.value = 20;
  board.claims.push_back(claim);
  board.limits.push_back({"soc.temperature", {}, 105.0, LimitAction::stop});
  spec.boards.push_back(board);
  WorkloadSpec load;
  load.name = "chat";
  load.kind = "llm";
  spec.workloads.push_back(load);
  PhaseSpec phase;
  phase.name = "soak";
  phase.soak = soak;
  phase.work = {"chat"};
  spec.phases.push_back(phase);
  spec.planned = soak;
  return spec;
}

// The path of a sealed file of that many seconds.
std::string write_run(const std::string& folder, std::size_t seconds) {
  const SystemClock clock;
  store::RunHeader header;
  header.start_utc_ns = clock.utc_ns();
  header.id = store::make_run_id(header.start_utc_ns);
  header.name = "bench";
  header.owner = this_process();
  const Nanos end = static_cast<Nanos>(seconds) * kSecond;
  header.spec_json = encode_run_spec(make_spec(end));
  store::WriterOptions options;
  options.commit_interval = kHour;
  auto writer = need(store::Writer::create(folder, header, clock, std::move(options)));
  const store::BoardId board = writer->add_board("board", R"({"model":"bench"})");
  std::array<store::SourceId, kKinds.size()> sources{};
  for (std::size_t k = 0; k < kKinds.size(); ++k)
    sources[k] = writer->add_source(board, named_source(k));
  const store::SourceId work = writer->add_source(board, work_source());
  ReferenceSignals signals;
  for (std::size_t second = 0; second < seconds; ++second) {
    auto data = signals.next_second();
    for (std::size_t k = 0; k < kKinds.size(); ++k)
      need(writer->submit(sources[k], std::move(data[k])));
    need(writer->submit(work, work_second(second)));
    if (second % 60 == 59) writer->request_commit();
  }
  need(writer->set_phase({0, "soak", 0, 0, end, end, end}));
  need(writer->flush());
  const std::string path = writer->path();
  need(writer->finish());
  return path;
}

// The child's part: everything that is on the clock. The file holds no judgement, so that it is
// made here, from the samples.
int report(const std::string& path, const std::string& page) {
  const auto reader = need(store::Reader::open(path));
  const auto input = need(report::load_page_input(reader));
  need(write_file_atomic(page, report::html_report(input, report::Language::en)));
  if (!input.judgement.verdict) give_up({Errc::corrupt, "there is no verdict"});
  std::fprintf(stderr, "report_bench: verdict %s, %zu episodes\n",
               std::string(to_string(*input.judgement.verdict)).c_str(),
               input.judgement.boards.at(0).episodes.size());
  return 0;
}

struct Measured {
  double seconds = 0, megabytes = 0;
};

Measured in_own_process(const std::string& path, const std::string& page) {
  const auto begin = SteadyClock::now();
  const pid_t child = ::fork();
  if (child < 0) give_up(sys_error("cannot fork"));
  if (child == 0) {
    ::execl("/proc/self/exe", "report_bench", "--report", path.c_str(), page.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  rusage used{};
  if (::wait4(child, &status, 0, &used) != child || !WIFEXITED(status) ||
      WEXITSTATUS(status) != 0) {
    give_up({Errc::io, "the report's process failed"});
  }
  return {since(begin), static_cast<double>(used.ru_maxrss) / 1024.0};
}

double decode_once(const std::string& path) {
  const auto begin = SteadyClock::now();
  const auto reader = need(store::Reader::open(path));
  double sum = 0;
  for (const char* channel : {"soc.temperature", "cpu.frequency", "limiter.thermal.cpu_state",
                              "board.power", "work.chat.tokens", "work.chat.busy",
                              "work.chat.tokens_busy", "work.chat.cycle", "work.chat.instance"}) {
    for (const double v : need(reader.series("board", channel)).v) sum += v;
  }
  if (sum == 0) give_up({Errc::corrupt, "the file holds nothing"});
  return since(begin);
}

}  // namespace
}  // namespace soakrig::bench

int main(int argc, char** argv) {
  using namespace soakrig::bench;
  if (argc == 4 && std::strcmp(argv[1], "--report") == 0) return report(argv[2], argv[3]);
  const char* asked = std::getenv("SOAKRIG_BENCH_HOURS");
  const double hours = asked != nullptr ? std::strtod(asked, nullptr) : 12;
  std::string folder = "./report-bench-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) {
    std::perror("report_bench: cannot make a folder here");
    return 2;
  }
  const std::string page = folder + "/report.html";
  const std::string path = write_run(folder, static_cast<std::size_t>(hours * 3600));
  const double floor = decode_once(path);
  const Measured m = in_own_process(path, page);
  print({"report.12h", m.seconds, "s", "", 0, Reach{"value", "<=", 5}});
  print({"report.12h.floor", m.seconds, "s", "decoding the needed channels once", floor,
         std::nullopt});
  print({"report.12h.memory", m.megabytes, "MB", "", 0, Reach{"value", "<=", 300}});
  print({"report.12h.size", static_cast<double>(std::filesystem::file_size(page)) / 1e6, "MB", "",
         0, Reach{"value", "<=", 5}});
  if (std::getenv("SOAKRIG_BENCH_KEEP") == nullptr) std::filesystem::remove_all(folder);
  return 0;
}
