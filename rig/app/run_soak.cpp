// SPDX-License-Identifier: Apache-2.0
#include "rig/app/run_soak.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "results/report/judge_run.hpp"
#include "results/store/archive.hpp"
#include "results/store/reader.hpp"
#include "results/store/sequence.hpp"
#include "rig/app/agent_home.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/inhibitor.hpp"
#include "rig/app/paths.hpp"
#include "rig/app/print_run.hpp"
#include "rig/app/resume_point.hpp"
#include "rig/app/run_setup.hpp"
#include "rig/app/status_line.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/version.hpp"
#include "rig/control/run_engine.hpp"

namespace soakrig::app {
namespace {

std::string host_facts() {
  utsname system{};
  uname(&system);
  return dump_json({{"host", system.nodename},
                    {"kernel", system.release},
                    {"machine", system.machine},
                    {"cpus", sysconf(_SC_NPROCESSORS_ONLN)}});
}

// The stored specification names virtual parts by what they are, not by where they were this time.
store::RunHeader make_header(const SoakOrder& order, const RunSpec& resolved, const std::string& id,
                             const Clock& clock) {
  store::RunHeader header;
  header.start_utc_ns = clock.utc_ns();
  header.start_boot_ns = clock.boot_ns();
  header.id = id;
  header.name = resolved.name;
  header.owner = this_process();
  header.program_version = version();
  header.commit = commit();
  header.build_flags = build_flags();
  header.host_json = host_facts();
  header.spec_json = encode_run_spec(order.spec);
  header.profile_text = order.profile_text;
  return header;
}

// The writer's callbacks come from its thread, before and after the engine lives.
struct EngineLink {
  std::atomic<control::RunEngine*> engine = nullptr;
  void commit(const store::CommitReport& report) {
    if (auto* e = engine.load()) e->on_commit(report);
  }
  void failure(const Error& error) {
    if (auto* e = engine.load()) e->on_store_failure(error);
  }
};

// Ctrl-C ends the phase in order; a second one gives no more grace.
void watch_signals(boost::asio::signal_set& signals, control::RunEngine& engine) {
  signals.async_wait([&](const boost::system::error_code& failed, int number) {
    if (failed) return;
    engine.request_stop(control::EndedBy::operator_,
                        number == SIGINT ? "interrupted (Ctrl-C)" : "told to stop");
    watch_signals(signals, engine);
  });
}

// Which run of its boards this is, by what they said of themselves and by the archive. Without it
// the run has no place, and says so.
void record_sequence(store::Writer& writer, const SoakOrder& order, const std::string& id,
                     Nanos now) {
  if (auto flushed = writer.flush(); !flushed) return;
  const auto runs = store::Archive(order.archive).runs();
  if (!runs) return static_cast<void>(complain(runs.error(), 2));
  Event event;
  event.t = now;
  event.kind = store::kSequenceEvent;
  event.body = store::encode_places(store::find_places(*runs, id));
  if (auto done = writer.event(std::move(event)); !done) complain(done.error(), 2);
}

// Judges what is stored so far and keeps the judgement in the file.
std::optional<Verdict> judge(store::Writer& writer) {
  if (auto flushed = writer.flush(); !flushed) return std::nullopt;
  const auto reader = store::Reader::open(writer.path());
  if (!reader) return complain(reader.error(), 2), std::nullopt;
  const auto judged = report::judge_run(*reader);
  if (!judged) return complain(judged.error(), 2), std::nullopt;
  if (auto kept = writer.set_judgement(judged->verdict, judged->json); !kept) {
    return complain(kept.error(), 2), std::nullopt;
  }
  return judged->verdict;
}

int finish(store::Writer& writer, const control::Outcome& outcome, std::optional<Verdict> verdict) {
  if (auto sealed = writer.finish(); !sealed) complain(sealed.error(), 2);
  if (outcome.store_failure) {
    Error error = *outcome.store_failure;
    error.remedy += (error.remedy.empty() ? "" : "; ") +
                    ("what was stored before is readable: soakrig show " + writer.path());
    return complain(error, 2);
  }
  return verdict ? exit_code(*verdict) : 2;
}

// The same words as `soakrig show`, so that the end of a run and a later look never differ.
void print_end(const std::string& path) {
  const auto reader = store::Reader::open(path);
  if (!reader) return static_cast<void>(complain(reader.error(), 2));
  const auto shown = report::show_run(*reader);
  if (!shown) return static_cast<void>(complain(shown.error(), 2));
  std::fflush(stderr);
  if (auto printed = print_run(*reader, shown->json); !printed) complain(printed.error(), 2);
}

// The chamber was taken from the guard of the interrupted run, and nobody has it now.
void give_back_to_guard() {
  const std::string guard = sibling_program("soakrig-guard");
  if (::fork() != 0) return;
  ::setsid();
  ::execl(guard.c_str(), guard.c_str(), "--recover", nullptr);
  ::_exit(127);
}

struct OpenRun {
  RunSetup setup;
  RunSpec spec;  // resolved
  store::RunHeader header;
  std::unique_ptr<store::Writer> writer;
};

// Everything that a run, new or gone on with, needs before its first step.
Result<OpenRun> open_run(const SoakOrder& order, const Clock& clock,
                         const store::WriterOptions& options) {
  OpenRun run;
  const std::string id =
      order.resume ? order.resume->header.id : store::make_run_id(clock.utc_ns());
  auto setup = set_up_run(order.spec, id, clock);
  if (!setup) return setup.error();
  run.setup = std::move(*setup);
  run.spec = run.setup.parts.spec;
  if (order.resume) {
    run.header = order.resume->header;
    run.header.start_boot_ns = boot_time_of_start(run.header, clock);
    run.setup.parts.resume = order.resume->point;
  } else {
    run.header = make_header(order, run.spec, id, clock);
  }
  auto writer = order.resume ? store::Writer::reopen(order.resume->path, run.header.start_boot_ns,
                                                     clock, options)
                             : store::Writer::create(order.archive, run.header, clock, options);
  if (!writer) return writer.error();
  run.writer = std::move(*writer);
  if (run.setup.parts.guard) run.setup.parts.guard->plan.file = run.writer->path();
  return run;
}

}  // namespace

int run_soak(SoakOrder order) {
  const SystemClock clock;
  EngineLink link;
  store::WriterOptions options;
  options.on_commit = [&link](const store::CommitReport& report) { link.commit(report); };
  options.on_failure = [&link](const Error& error) { link.failure(error); };
  auto opened = open_run(order, clock, options);
  if (!opened) {
    if (order.resume && order.spec.chamber) give_back_to_guard();
    return complain(opened.error(), 2);
  }
  auto& [setup, spec, header, writer] = *opened;

  boost::asio::io_context io;
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  const auto inhibitor = inhibit_suspend(io);
  control::Outcome outcome;
  std::optional<Verdict> verdict;
  {
    StatusLine status(spec, spec.planned, stderr, isatty(STDERR_FILENO) == 1);
    control::RunEngine engine(io, std::move(setup.parts), *writer, clock, header.start_boot_ns,
                              status);
    link.engine = &engine;
    for (Event& identity : setup.identities) {
      identity.t = clock.boot_ns() - header.start_boot_ns;
      if (auto kept = writer->event(std::move(identity)); !kept) complain(kept.error(), 2);
    }
    watch_signals(signals, engine);
    fmt::print(stderr, "soakrig: run {} → {}\n", header.id, writer->path());
    if (order.on_started) order.on_started(header.id, writer->path());
    outcome = engine.run();
    setup.bench.reset();
    if (!outcome.store_failure) {
      record_sequence(*writer, order, header.id, clock.boot_ns() - header.start_boot_ns);
      verdict = judge(*writer);
    }
    engine.notify_end(dump_json(
        {{"on", "end"},
         {"run", spec.name},
         {"id", header.id},
         {"file", writer->path()},
         {"utc", format_rfc3339(clock.utc_ns())},
         {"verdict", verdict ? nlohmann::json(to_string(*verdict)) : nlohmann::json(nullptr)},
         {"ended_by", to_string(outcome.ended_by)},
         {"why", outcome.why}}));
    link.engine = nullptr;
  }
  if (!outcome.why.empty()) fmt::print(stderr, "soakrig: ended early: {}\n", outcome.why);
  const int code = finish(*writer, outcome, verdict);
  if (!outcome.store_failure) clear_agents(header.id, spec);
  if (!order.quiet) print_end(writer->path());
  return code;
}

}  // namespace soakrig::app
