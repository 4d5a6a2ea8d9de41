// SPDX-License-Identifier: Apache-2.0
#include "rig/control/run_engine.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <type_traits>

#include "results/store/gap_event.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/rig_events.hpp"
#include "rig/control/board_runner.hpp"
#include "rig/control/board_temperatures.hpp"
#include "rig/control/chamber_safety.hpp"
#include "rig/control/command_switch.hpp"
#include "rig/control/console_log.hpp"
#include "rig/control/instrument_feed.hpp"
#include "rig/control/notifier.hpp"
#include "rig/control/power_control.hpp"
#include "rig/control/recoveries.hpp"
#include "rig/control/run_events.hpp"
#include "rig/control/run_parts.hpp"
#include "rig/control/search_watch.hpp"

namespace soakrig::control {
namespace {

using nlohmann::json;

constexpr Nanos kStep = 100 * kMillisecond;
constexpr Nanos kGreetWithin = 15 * kSecond;  // an agent that says nothing by then is not there
constexpr Nanos kPhaseNoteEvery = 10 * kSecond;
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
        notifier(io, parts.spec.notify, [this](Event event) { store_event(std::move(event)); }),
        safety(io, std::move(parts.chamber), std::move(parts.guard), parts.spec, clock, run_start,
               safety_hooks()),
        feed(io, writer, run_start, observer),
        power(io, power_hooks()),
        recoveries(io, {temperatures, feed, power, consoles},
                   [this](Event event) { store_event(std::move(event)); }),
        timer(io) {}

  // --- set-up ------------------------------------------------------------------------------------

  void start() {
    begun = now();
    parts.resume ? note_gap(*parts.resume)
                 : enter("starting", json{{"phases", parts.spec.phases.size()}});
    safety.arm();
    const BoardHooks hooks{
        .on_event = [this](const Event& event) { notice(event); },
        .on_limit = [this](const LimitChange& change) { limit_changed(change); },
        .on_lost = [this](const std::string&) { check_boards(); }};
    for (std::size_t i = 0; i < parts.spec.boards.size(); ++i) {
      add_runner(i, watched(i, hooks),
                 i < parts.facts.size() ? std::move(parts.facts[i]) : BoardFacts());
      if (i < parts.moved.size()) boards.back()->move_words(std::move(parts.moved[i]));
      if (i < parts.refused.size() && !parts.refused[i].empty()) continue;
      LinkTerms terms = i < parts.links.size() ? std::move(parts.links[i]) : LinkTerms{};
      recoveries.add(parts.spec.boards[i], std::move(terms.ways), *boards.back());
      start_board(i, parts.agents[i], std::move(terms));
    }
    for (ClientParts& client : parts.clients) {
      add_runner(client.board, hooks, {});
      boards.back()->be_client(client.host);
      start_board(client.board, client.agent, client.link);
    }
    // Once all are there: one that is lost asks whether any is left.
    for (std::size_t i = 0; i < parts.refused.size(); ++i) {
      if (!parts.refused[i].empty()) boards[i]->refuse(parts.refused[i]);
    }
    const auto chamber_limits =
        parts.spec.chamber ? parts.spec.chamber->limits : std::vector<Limit>();
    safety.take_up();
    if (instruments::Chamber* chamber = safety.device()) {
      feed.add(store::kRigBoard, "", *chamber, chamber_limits,
               [this](const LimitChange& change) { limit_changed(change, ""); });
    }
    for (const NamedInstrument& named : parts.instruments) {
      const BoardSpec* board = parts.spec.find_board(named.board);
      const InstrumentSpec* own = parts.spec.find_instrument(named.instrument->source().name);
      std::vector<Limit> limits = board ? board->limits : std::vector<Limit>{};
      if (own != nullptr) limits.insert(limits.end(), own->limits.begin(), own->limits.end());
      feed.add(board ? writer.add_board(named.board, "{}") : store::kRigBoard, named.board,
               *named.instrument, std::move(limits),
               [this, name = named.board](const LimitChange& c) { limit_changed(c, name); });
    }
    for (const BoardSpec& board : parts.spec.boards) {
      if (!board.power) continue;
      instruments::PowerSwitch* by = find_relay(parts, board.power->relay);
      if (board.power->relay.empty()) {
        by = commands.emplace_back(std::make_unique<CommandSwitch>(io, *board.power)).get();
      }
      if (by != nullptr) power.add(board.name, *board.power, *by, is_metered(parts, board.name));
    }
    // Before the boards get power, so that their first words are heard.
    consoles = listen_to_consoles(io, parts.spec, clock, run_start, [this](const Event& event) {
      keep(writer.event(event));
      if (event.kind != event_kind::kConsoleLog) observer.on_event(event);
    });
    power.order(PhasePower::on, now());
  }

  void add_runner(std::size_t index, const BoardHooks& hooks, BoardFacts facts) {
    const BoardSpec& board = parts.spec.boards[index];
    boards.push_back(std::make_unique<BoardRunner>(
        io, board, writer, clock, run_start, observer, board_hooks(index, hooks),
        is_metered(parts, board.name), std::move(facts)));
  }

  // The newest of `boards`, which is of the board `index`.
  void start_board(std::size_t index, const std::vector<std::string>& agent, LinkTerms terms) {
    if (parts.resume) take_up(terms, parts, index, run_start);
    if (auto started = boards.back()->start(agent, std::move(terms)); !started) {
      fault("board " + boards.back()->name() + ": " + started.error().message());
    }
  }

  // A run that is gone on with may have to wait until a half dead link lets go of its agent.
  [[nodiscard]] Nanos greet_by() const { return begun + (parts.resume ? kMinute : kGreetWithin); }

  PowerHooks power_hooks() {
    return {.store = [this](Event event) { store_event(std::move(event)); },
            .watts = [this](const std::string& board,
                            Nanos since) { return feed.watts(board, since); },
            .recovered = [this](const std::string& board, bool ok) { recovered(board, ok); }};
  }

  void note_gap(const ResumePoint& point) {
    enter("resumed", json{{"index", point.progress.index},
                          {"counted_s", to_seconds(point.progress.counted)},
                          {"lost_s", to_seconds(now() - point.last)}});
    store_event(store::gap_event("", "run", point.last, now(),
                                 "the controller was gone; the run was resumed"));
  }

  ChamberSafety::Hooks safety_hooks() {
    return {.event = [this](Event event) { store_event(std::move(event)); },
            .fault = [this](const std::string& what) { fault(what); },
            .trip = [this](const std::string& why) { trip(why); },
            .let_go =
                [this] {
                  feed.stop();
                  power.release();  // the boards' power is in the guard's plan
                  parts.instruments.clear();
                }};
  }

  BoardHooks board_hooks(std::size_t index, BoardHooks hooks) {
    hooks.on_limit = [this, index](const LimitChange& change) {
      limit_changed(change, parts.spec.boards[index].name);
    };
    return hooks;
  }

  // Of the agent on the board itself: one that asks from the rig says nothing of the board's life.
  BoardHooks watched(std::size_t index, BoardHooks hooks) {
    hooks.on_agent = [this, index](const std::string& boot_id, const std::string& previous,
                                   std::optional<Nanos> away) {
      BoardRunner& board = *boards[index];
      recoveries.came(board.name(), boot_id, previous, away, now());
      if (recoveries.climbed(board.name()) && board.work_dead()) start_again(board.name());
    };
    return hooks;
  }

  [[nodiscard]] Nanos now() const { return clock.boot_ns() - run_start; }

  void arm() {
    next_step = std::max(next_step + kStep, now() + kStep / 10);
    timer.expires_after(std::chrono::nanoseconds(next_step - now()));
    timer.async_wait([this](const boost::system::error_code& failed) {
      if (!failed) tick();
    });
  }

  void tick() {
    for (auto& board : boards) board->tick();
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
    if (!all_greeted()) {
      if (now() < greet_by()) return;
      for (auto& board : boards) {
        if (!board->greeted() && !board->lost()) {
          fault("the agent of board " + board->name() + " did not answer within " +
                format_duration(greet_by() - begun));
        }
      }
      return;
    }
    if (!machine.finished()) {
      if (const auto why = power.failure()) return fault(*why);
      const Observation seen{now(), feed.air(now()), work_ready(), power.settled(),
                             boards_settled()};
      apply(machine.step(seen));
      if (chamber) chamber->step(now(), temperatures.coldest(now()));
      if (const auto why = search.look(now())) give_way(*why);
      note_progress();
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
      store_event({0, "", std::string(event_kind::kChamber), Severity::warning,
                   dump_json({{"what",
                               "no board shows soc.temperature: the dwell counts by the "
                               "air alone"}})});
    }
    return settled;
  }

  // A board whose workloads are all down is power-cycled, as often as its profile allows.
  void watch_work() {
    bool any_left = false;
    for (auto& board : boards) {
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
    for (auto& board : boards) {
      if (board->name() != name) continue;
      board->start_work(workloads_of(parts.spec, machine.phase().work));
    }
  }

  [[nodiscard]] bool all_greeted() const {
    return std::ranges::all_of(boards,
                               [](const auto& b) { return b->greeted() || b->lost(); });
  }
  [[nodiscard]] bool work_ready() const {
    return std::ranges::all_of(boards, [](const auto& b) { return b->work_ready(); });
  }

  // --- what the phase machine asks for -----------------------------------------------------------

  void apply(const std::vector<Action>& actions) {
    for (const Action& what : actions) {
      std::visit([this](const auto& a) { carry_out(a); }, what);
    }
  }

  void carry_out(const action::Enter& a) {
    const PhaseSpec& phase = parts.spec.phases[a.progress.index];
    store_phase(a.progress);
    enter(to_string(a.stage), json{{"phase", phase.name},
                                   {"index", a.progress.index},
                                   {"counted_s", to_seconds(a.progress.counted)}});
    const bool over = a.stage == Stage::waiting || a.stage == Stage::finished;
    if (over && phase.search && a.progress.dwell_begin) {
      store_event({0, "", std::string(event_kind::kSearch), Severity::info, search.body(phase)});
    }
    observer.on_stage(a.stage, phase, a.progress);
  }

  void carry_out(const action::SetChamber& a) {
    safety.control()->want(machine.phase(), a.celsius, a.humidity, now());
  }

  void carry_out(const action::StartWork& a) {
    for (auto& board : boards) board->start_work(workloads_of(parts.spec, a.names));
  }

  void carry_out(const action::Power& a) { power.order(a.what, now()); }

  void carry_out(const action::StopWork&) {
    for (auto& board : boards) board->stop_work();
  }

  void carry_out(const action::Reached& a) {
    store_event(settled_event(a.from, a.to, a.took));
  }

  void carry_out(const action::Fault& a) { fault(a.what); }

  void store_phase(const PhaseProgress& p) {
    last_phase_note = now();
    keep(writer.set_phase({static_cast<std::uint32_t>(p.index), parts.spec.phases[p.index].name,
                           p.begin, p.dwell_begin, p.dwell_end, p.end, p.counted}));
  }

  void note_progress() {
    if (machine.stage() == Stage::dwell && now() - last_phase_note >= kPhaseNoteEvery) {
      store_phase(machine.progress());
    }
  }

  // --- what happens meanwhile --------------------------------------------------------------------

  void notice(const Event& event) {
    if (event.kind == event_kind::kIncident) notifier.notify("incident", message(event));
  }

  std::string message(const Event& event) const {
    return notification(event, parts.spec.name, writer.path(), clock.utc_ns());
  }

  void limit_changed(const LimitChange& c, const std::string& board = {}) {
    store_event(limit_event(c, board));
    if (!c.broken || c.limit.action == LimitAction::warn) return;
    const std::string why = c.limit.channel + " broke its limit on " +
                            (board.empty() ? std::string("the rig") : "board " + board);
    if (c.limit.action == LimitAction::trip) trip(why);
    stop(EndedBy::limit, why);
  }

  void trip(const std::string& why) {
    const Event event{now(), "", std::string(event_kind::kTrip), Severity::alarm,
                      dump_json({{"reason", why}})};
    store_event(event);
    notifier.notify("trip", message(event));
    tripped = true;
  }

  void fault(const std::string& what) {
    store_event({now(), "", std::string(event_kind::kRigFault), Severity::alarm,
                 dump_json({{"what", what}})});
    stop(EndedBy::fault, what);
  }

  void check_boards() {
    if (std::ranges::all_of(boards, [](const auto& b) { return b->lost() || b->is_client(); })) {
      stop(EndedBy::nothing_left, "every board is lost");
    }
  }

  void store_event(Event event) {
    if (event.t == 0) event.t = now();
    keep(writer.event(event));
    observer.on_event(event);
  }

  void enter(std::string_view state, const json& detail) {
    keep(writer.journal(state, dump_json(detail)));
  }

  void keep(const Result<void>& stored) {
    if (!stored && !store_failure) {
      store_failure = stored.error();
      stop(EndedBy::fault, "the store failed: " + stored.error().message());
    }
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
      store_event({now(), "", std::string(event_kind::kOperator), Severity::info,
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
    enter("stopping", json{{"by", std::string(to_string(outcome.ended_by))},
                           {"why", outcome.why}});
    for (auto& board : boards) board->bye();
    safety.leave(tripped, outcome.why, now());
  }

  [[nodiscard]] bool left() {
    const bool gone = std::ranges::all_of(boards, [](const auto& b) { return b->ended(); });
    if (!gone && now() >= leave_by) {
      for (auto& board : boards) board->kill();
    }
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
  std::vector<std::unique_ptr<BoardRunner>> boards;
  std::vector<std::unique_ptr<ConsoleLog>> consoles;
  Notifier notifier;
  ChamberSafety safety;
  InstrumentFeed feed;
  std::vector<std::unique_ptr<CommandSwitch>> commands;
  PowerControl power;
  Recoveries recoveries;
  boost::asio::steady_timer timer;
  Outcome outcome;
  std::optional<Error> store_failure;
  Nanos begun = 0;  // when this controller took it up
  Nanos next_step = 0, last_phase_note = 0;
  Nanos leave_by = 0, power_by = 0;
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
  impl_->outcome.store_failure = impl_->store_failure;
  return impl_->outcome;
}

void RunEngine::request_stop(EndedBy by, const std::string& why) {
  boost::asio::post(impl_->io, [this, by, why] { impl_->stop(by, why); });
}

void RunEngine::on_commit(const store::CommitReport& report) {
  boost::asio::post(impl_->io, [this, cursors = report.cursors] {
    for (const store::Cursor& cursor : cursors) {
      for (auto& board : impl_->boards) board->acknowledge(cursor);
    }
  });
}

void RunEngine::on_store_failure(const Error& error) {
  boost::asio::post(impl_->io, [this, error] { impl_->keep(error); });
}

void RunEngine::notify_end(const std::string& message) {
  impl_->notifier.notify("end", message);
  impl_->io.restart();
  const Nanos until = impl_->clock.boot_ns() + Notifier::kTimeout + kSecond;
  while (impl_->notifier.busy() && impl_->clock.boot_ns() < until) {
    impl_->io.run_one_for(std::chrono::milliseconds(100));
  }
}

}  // namespace soakrig::control
