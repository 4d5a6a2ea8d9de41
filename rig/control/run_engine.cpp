// SPDX-License-Identifier: Apache-2.0
#include "rig/control/run_engine.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "results/store/gap_event.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/rig_events.hpp"
#include "rig/control/board_set.hpp"
#include "rig/control/board_temperatures.hpp"
#include "rig/control/chamber_safety.hpp"
#include "rig/control/console_log.hpp"
#include "rig/control/instrument_feed.hpp"
#include "rig/control/power_control.hpp"
#include "rig/control/recoveries.hpp"
#include "rig/control/run_events.hpp"
#include "rig/control/run_instruments.hpp"
#include "rig/control/run_parts.hpp"
#include "rig/control/run_record.hpp"
#include "rig/control/search_watch.hpp"

namespace soakrig::control {
namespace {

constexpr Nanos kStep = 100 * kMillisecond;
constexpr Nanos kGreetWithin = 15 * kSecond;  // an agent that says nothing by then is not there
constexpr Nanos kLeaveWithin = 12 * kSecond;  // workloads' grace and a little more
constexpr Nanos kPowerWithin = 60 * kSecond;

}  // namespace

struct RunEngine::Impl {
  Impl(boost::asio::io_context& io_context, EngineParts p, store::Writer& w, const Clock& c,
       Nanos start, RunObserver& o)
      : io(io_context),
        parts(std::move(p)),
        writer(w),
        clock(c),
        run_start(start),
        temperatures(o),
        search(parts.spec, temperatures, first_speeds(parts.resume ? parts.resume->last_rung : "")),
        observer(search),
        machine(parts.spec.phases, parts.chamber != nullptr, parts.limits,
                parts.resume ? std::optional(parts.resume->progress) : std::nullopt),
        record(io, parts.spec, writer, clock, run_start, observer,
               [this](const Error& failed) {
                 stop(EndedBy::fault, "the store failed: " + failed.message());
               }),
        boards(io, writer, clock, run_start, observer, board_hooks()),
        safety(io, std::move(parts.chamber), std::move(parts.guard), parts.spec, clock, run_start,
               safety_hooks()),
        feed(io, writer, run_start, observer),
        power(io, power_hooks()),
        recoveries(io, {temperatures, feed, power, consoles},
                   [this](Event event) { record.event(std::move(event)); }),
        timer(io) {}

  // --- set-up ------------------------------------------------------------------------------------

  void start() {
    begun = now();
    parts.resume ? note_gap(*parts.resume)
                 : record.state("starting", dump_json({{"phases", parts.spec.phases.size()}}));
    safety.arm();
    boards.start(parts);
    safety.take_up();
    feed_instruments(parts, safety.device(), writer, feed,
                     [this](const LimitChange& change, const std::string& board) {
                       limit_changed(change, board);
                     });
    commands = connect_supplies(io, parts, power);
    // Before the boards get power, so that their first words are heard.
    consoles = listen_to_consoles(io, parts.spec, clock, run_start,
                                  [this](Event event) { record.event(std::move(event)); });
    power.order(PhasePower::on, now());
  }

  // A run that is gone on with may have to wait until a half dead link lets go of its agent.
  [[nodiscard]] Nanos greet_by() const { return begun + (parts.resume ? kMinute : kGreetWithin); }

  PowerHooks power_hooks() {
    return {
        .store = [this](Event event) { record.event(std::move(event)); },
        .watts = [this](const std::string& board, Nanos since) { return feed.watts(board, since); },
        .recovered = [this](const std::string& board, bool ok) { recovered(board, ok); }};
  }

  void note_gap(const ResumePoint& point) {
    record.state("resumed", dump_json({{"index", point.progress.index},
                                       {"counted_s", to_seconds(point.progress.counted)},
                                       {"lost_s", to_seconds(now() - point.last)}}));
    record.event(store::gap_event("", "run", point.last, now(),
                                  "the controller was gone; the run was resumed"));
  }

  ChamberSafety::Hooks safety_hooks() {
    return {.event = [this](Event event) { record.event(std::move(event)); },
            .fault = [this](const std::string& what) { fault(what); },
            .trip = [this](const std::string& why) { trip(why); },
            .let_go =
                [this] {
                  feed.stop();
                  power.release();  // the boards' power is in the guard's plan
                  parts.instruments.clear();
                }};
  }

  BoardSet::Hooks board_hooks() {
    return {.of = [this](std::size_t index, bool client) { return hooks_of(index, client); },
            .reached = [this](const BoardSpec& spec, BoardWays ways,
                              BoardRunner& board) { recoveries.add(spec, std::move(ways), board); },
            .fault = [this](const std::string& what) { fault(what); }};
  }

  BoardHooks hooks_of(std::size_t index, bool client) {
    const std::string& name = parts.spec.boards[index].name;
    BoardHooks hooks{
        .on_event = [this](const Event& event) { notice(event); },
        .on_limit = [this, &name](const LimitChange& change) { limit_changed(change, name); },
        .on_lost = [this](const std::string&) { check_boards(); }};
    if (client) return hooks;  // it says nothing of the board's life
    hooks.on_agent = [this, index, &name](const std::string& boot_id, const std::string& previous,
                                          std::optional<Nanos> away) {
      recoveries.came(name, boot_id, previous, away, now());
      if (recoveries.climbed(name) && boards.each()[index]->work_dead()) start_again(name);
    };
    return hooks;
  }

  [[nodiscard]] Nanos now() const { return record.now(); }

  void arm() {
    next_step = std::max(next_step + kStep, now() + kStep / 10);
    timer.expires_after(std::chrono::nanoseconds(next_step - now()));
    timer.async_wait([this](const boost::system::error_code& failed) {
      if (!failed) tick();
    });
  }

  void tick() {
    boards.tick();
    for (auto& console : consoles) console->tick();
    feed.retry();
    if (!stopping) recoveries.step(now());
    safety.tick();
    power.step(now());
    if (!leaving && !stopping) safety.look(now(), feed.air(now()));
    if (!leaving) step_phases();
    observer.on_tick(now(), machine);
    if (leaving && left()) {
      io.stop();
      return;
    }
    arm();
  }

  void step_phases() {
    if (stopping) return;
    if (!safety.guarded()) {
      if (now() >= begun + kGreetWithin) {
        fault("the guard was not armed within " + format_duration(kGreetWithin));
      }
      return;
    }
    ChamberControl* const chamber = safety.control();
    if (chamber && !chamber->ready()) return;
    if (!boards.all_greeted()) {
      if (now() < greet_by()) return;
      for (const auto& board : boards.each()) {
        if (!board->greeted() && !board->lost()) {
          fault("the agent of board " + board->name() + " did not answer within " +
                format_duration(greet_by() - begun));
        }
      }
      return;
    }
    if (!machine.finished()) {
      if (const auto why = power.failure()) return fault(*why);
      const Observation seen{now(), feed.air(now()), boards.work_ready(), power.settled(),
                             boards_settled()};
      apply(machine.step(seen));
      if (chamber) chamber->step(now(), temperatures.coldest(now()));
      if (const auto why = search.look(now())) give_way(*why);
      if (machine.stage() == Stage::dwell) record.refresh_phase(machine.progress());
      if (machine.stage() == Stage::dwell && !machine.phase().work.empty()) watch_work();
    }
    if (machine.finished() && !leaving) leave();
  }

  [[nodiscard]] std::optional<bool> boards_settled() {
    const SettleRules& rules = machine.phase().settle;
    if (rules.board_over <= 0 || machine.stage() != Stage::dwell) return std::nullopt;
    const auto settled = temperatures.settled(now(), rules.board_within, rules.board_over);
    const std::size_t phase = machine.progress().index;
    if (!settled && unwatched != phase && machine.phase().power != PhasePower::off) {
      unwatched = phase;  // said once
      record.event({0, "", std::string(event_kind::kChamber), Severity::warning,
                    dump_json({{"what",
                                "no board shows soc.temperature: the dwell counts by the "
                                "air alone"}})});
    }
    return settled;
  }

  // A board whose workloads are all down is power-cycled, as often as its profile allows.
  void watch_work() {
    bool any_left = false;
    for (const auto& board : boards.each()) {
      if (!board->has_work() && !board->lost()) continue;  // its engine is asked from the rig
      const bool down = board->work_dead();
      any_left = any_left || !down || recoveries.tries(board->name()) ||
                 power.recovering(board->name()) ||
                 (!board->lost() && !recoveries.owns(board->name()) &&
                  power.recover(board->name(), now()));
    }
    if (any_left) return;
    const std::string why = "no workload runs any more on any board";
    if (machine.phase().search) {
      give_way(why);
    } else {
      stop(EndedBy::nothing_left, why);
    }
  }

  void give_way(const std::string& why) {
    if (machine.stage() != Stage::dwell) return;
    search.gave_way(why);
    apply(machine.give_way(now()));
  }

  void recovered(const std::string& name, bool ok) {
    recoveries.power_cycled(name, ok, now());
    if (ok) start_again(name);
  }

  void start_again(const std::string& name) {
    if (machine.stage() != Stage::dwell) return;
    boards.start_work(name, workloads_of(parts.spec, machine.phase().work));
  }

  // --- what the phase machine asks for -----------------------------------------------------------

  void apply(const std::vector<Action>& actions) {
    for (const Action& what : actions) {
      std::visit([this](const auto& a) { carry_out(a); }, what);
    }
  }

  void carry_out(const action::Enter& a) {
    const PhaseSpec& phase = parts.spec.phases[a.progress.index];
    record.phase(a.progress);
    record.state(to_string(a.stage), dump_json({{"phase", phase.name},
                                                {"index", a.progress.index},
                                                {"counted_s", to_seconds(a.progress.counted)}}));
    const bool over = a.stage == Stage::waiting || a.stage == Stage::finished;
    if (over && phase.search && a.progress.dwell_begin) {
      record.event({0, "", std::string(event_kind::kSearch), Severity::info, search.body(phase)});
    }
    observer.on_stage(a.stage, phase, a.progress);
  }

  void carry_out(const action::SetChamber& a) {
    safety.control()->want(machine.phase(), a.celsius, a.humidity, now());
  }

  void carry_out(const action::StartWork& a) {
    boards.start_work(workloads_of(parts.spec, a.names));
  }

  void carry_out(const action::Power& a) { power.order(a.what, now()); }

  void carry_out(const action::StopWork&) { boards.stop_work(); }

  void carry_out(const action::Reached& a) { record.event(settled_event(a.from, a.to, a.took)); }

  void carry_out(const action::Fault& a) { fault(a.what); }

  // --- what happens meanwhile --------------------------------------------------------------------

  void notice(const Event& event) {
    if (event.kind == event_kind::kIncident) record.notify("incident", event);
  }

  void limit_changed(const LimitChange& c, const std::string& board) {
    record.event(limit_event(c, board));
    if (!c.broken || c.limit.action == LimitAction::warn) return;
    const std::string why = c.limit.channel + " broke its limit on " +
                            (board.empty() ? std::string("the rig") : "board " + board);
    if (c.limit.action == LimitAction::trip) trip(why);
    stop(EndedBy::limit, why);
  }

  void trip(const std::string& why) {
    const Event event{now(), "", std::string(event_kind::kTrip), Severity::alarm,
                      dump_json({{"reason", why}})};
    record.event(event);
    record.notify("trip", event);
    tripped = true;
  }

  void fault(const std::string& what) {
    record.event({now(), "", std::string(event_kind::kRigFault), Severity::alarm,
                  dump_json({{"what", what}})});
    stop(EndedBy::fault, what);
  }

  void check_boards() {
    if (boards.all_lost()) stop(EndedBy::nothing_left, "every board is lost");
  }

  // --- the end -----------------------------------------------------------------------------------

  void stop(EndedBy by, const std::string& why) {
    if (leaving) {
      if (by == EndedBy::operator_) leave_by = now();  // asked twice: no more grace
      return;
    }
    if (stopping) return;
    stopping = true;
    outcome.ended_by = by;
    outcome.why = why;
    if (by == EndedBy::operator_) {
      record.event({now(), "", std::string(event_kind::kOperator), Severity::info,
                    dump_json({{"action", "stop"}, {"reason", why}})});
    }
    // The caller may stand in the middle of a step or of a board's callback.
    boost::asio::post(io, [this] {
      if (leaving) return;
      apply(machine.abort(now()));
      leave();
    });
  }

  void leave() {
    leaving = true;
    leave_by = now() + kLeaveWithin;
    record.state("stopping", dump_json({{"by", std::string(to_string(outcome.ended_by))},
                                        {"why", outcome.why}}));
    boards.bye();
    safety.leave(tripped, outcome.why, now());
  }

  [[nodiscard]] bool left() {
    const bool gone = boards.all_ended();
    if (!gone && now() >= leave_by) boards.kill();
    const bool safe = safety.left(now());
    // Not before the load is off; a board is left with power, unless something tripped.
    if (gone && power_by == 0) {
      power_by = now() + kPowerWithin;
      power.end(tripped, now());
    }
    return gone && (!power.busy() || now() >= power_by) && safe;
  }

  boost::asio::io_context& io;
  EngineParts parts;
  store::Writer& writer;
  const Clock& clock;
  Nanos run_start;
  BoardTemperatures temperatures;
  SearchWatch search;
  RunObserver& observer;  // who was given, behind the temperatures and the search
  PhaseMachine machine;
  RunRecord record;
  BoardSet boards;
  std::vector<std::unique_ptr<ConsoleLog>> consoles;
  ChamberSafety safety;
  InstrumentFeed feed;
  std::vector<std::unique_ptr<CommandSwitch>> commands;
  PowerControl power;
  Recoveries recoveries;
  boost::asio::steady_timer timer;
  Outcome outcome;
  Nanos begun = 0;  // when this controller took it up
  Nanos next_step = 0, leave_by = 0, power_by = 0;
  std::optional<std::size_t> unwatched;  // phase in which no board's temperature could be read
  bool stopping = false, leaving = false, tripped = false;
};

RunEngine::RunEngine(boost::asio::io_context& io, EngineParts parts, store::Writer& writer,
                     const Clock& clock, Nanos run_start, RunObserver& observer)
    : impl_(std::make_unique<Impl>(io, std::move(parts), writer, clock, run_start, observer)) {}

RunEngine::~RunEngine() = default;

Outcome RunEngine::run() {
  impl_->start();
  impl_->arm();
  impl_->io.run();
  impl_->feed.stop();
  impl_->consoles.clear();  // they have last words for the store
  impl_->outcome.store_failure = impl_->record.failure();
  return impl_->outcome;
}

void RunEngine::request_stop(EndedBy by, const std::string& why) {
  boost::asio::post(impl_->io, [this, by, why] { impl_->stop(by, why); });
}

void RunEngine::on_commit(const store::CommitReport& report) {
  boost::asio::post(impl_->io, [this, cursors = report.cursors] {
    for (const store::Cursor& cursor : cursors) impl_->boards.acknowledge(cursor);
  });
}

void RunEngine::on_store_failure(const Error& error) {
  boost::asio::post(impl_->io, [this, error] { impl_->record.keep(error); });
}

void RunEngine::notify_end(const std::string& message) { impl_->record.notify_end(message); }

}  // namespace soakrig::control
