// SPDX-License-Identifier: Apache-2.0
#include "rig/control/recoveries.hpp"

#include <algorithm>

namespace soakrig::control {

constexpr Nanos kFreshPower = 10 * kSecond;

void Recoveries::add(const BoardSpec& spec, BoardWays ways, BoardRunner& runner) {
  BoardRecovery::Hooks hooks{
      .store = store_,
      .power_cycle = [this, &spec] { return from_.power.recover(spec.name, now_); },
      .quarantine = [&runner](const std::string& why) { runner.quarantine(why); },
      .console_lines =
          [this, &spec] {
            const ConsoleLog* console = console_of(spec.name);
            return console == nullptr ? std::vector<std::string>() : console->recent();
          }};
  each_.push_back({&spec, &runner,
                   std::make_unique<BoardRecovery>(io_, spec, std::move(ways), std::move(hooks))});
}

const ConsoleLog* Recoveries::console_of(const std::string& board) const {
  const auto found =
      std::ranges::find_if(from_.consoles, [&](const auto& c) { return c->board() == board; });
  return found == from_.consoles.end() ? nullptr : found->get();
}

const Recoveries::Each* Recoveries::find(const std::string& board) const {
  const auto found =
      std::ranges::find_if(each_, [&](const Each& e) { return e.spec->name == board; });
  return found == each_.end() ? nullptr : &*found;
}

BoardSigns Recoveries::signs_of(const Each& each, Nanos now) const {
  const std::string& name = each.spec->name;
  BoardSigns out;
  out.away_since = each.runner->away_since();
  out.work_dead = !each.runner->lost() && each.runner->work_dead();
  out.watts = from_.feed.watts(name, now - kFreshPower);
  if (const auto last = from_.temperatures.last(name)) {
    out.celsius = last->celsius;
    out.celsius_at = last->t;
  }
  if (const ConsoleLog* console = console_of(name)) {
    out.has_console = true;
    out.console_up = console->up();
    out.console_heard = console->heard();
  }
  return out;
}

void Recoveries::step(Nanos now) {
  now_ = now;
  for (const Each& each : each_) each.recovery->step(now, signs_of(each, now));
}

void Recoveries::came(const std::string& board, const std::string& boot_id,
                      const std::string& previous, std::optional<Nanos> away_since, Nanos now) {
  if (const Each* each = find(board)) each->recovery->came(boot_id, previous, away_since, now);
}

void Recoveries::power_cycled(const std::string& board, bool ok, Nanos now) {
  if (const Each* each = find(board)) each->recovery->power_cycled(ok, now);
}

bool Recoveries::tries(const std::string& board) const {
  const Each* each = find(board);
  return each != nullptr && !each->runner->lost() && each->recovery->tries();
}

bool Recoveries::climbed(const std::string& board) const {
  const Each* each = find(board);
  return each != nullptr && each->recovery->last_rung() != Rung::none;
}

bool Recoveries::owns(const std::string& board) const {
  const Each* each = find(board);
  return each != nullptr && each->recovery->has_ladder();
}

}  // namespace soakrig::control
