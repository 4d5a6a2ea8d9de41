// SPDX-License-Identifier: Apache-2.0
#include "rig/control/board_recovery.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <utility>

#include "rig/base/json_guard.hpp"
#include "rig/board/ssh_answer.hpp"

namespace soakrig::control {

using board::BriefCommand;
using board::BriefOutput;

BoardRecovery::BoardRecovery(boost::asio::io_context& io, const BoardSpec& spec, BoardWays ways,
                             Hooks hooks)
    : io_(io), spec_(spec), ways_(std::move(ways)), hooks_(std::move(hooks)) {
  if (spec.recovery) ladder_.emplace(*spec.recovery, spec.power ? spec.power->recover : 0);
}

std::unique_ptr<BriefCommand> BoardRecovery::run(const std::vector<std::string>& argv, Nanos within,
                                                 BriefCommand::Done done) {
  return std::make_unique<BriefCommand>(io_, argv, within, std::move(done));
}

bool BoardRecovery::tries() const {
  return ladder_ && ladder_->last() != Rung::quarantine;
}

void BoardRecovery::step(Nanos now, const BoardSigns& signs) {
  now_ = now;
  watch_supply(signs);
  if (signs.celsius) celsius_ = signs.celsius, celsius_at_ = signs.celsius_at;
  if (signs.away_since && !away_since_) {
    look_at_ = *signs.away_since + kLookAfter;
    console_was_up_ = signs.console_up;
    rig_did_.clear();
    liveness_.reset();
  }
  if (away_since_ && signs.has_console && !signs.console_up) console_was_up_ = false;
  away_since_ = signs.away_since;
  // A console that never spoke in this run may not be connected at all.
  console_heard_ = signs.has_console && signs.console_heard > 0;
  if (!signs.work_dead) dead_since_.reset();
  if (signs.work_dead && !dead_since_) dead_since_ = now;
  if (away_since_ && look_at_ && now >= *look_at_ && !looking_) look(now, signs);
  if (looking_ && knocked_ && pinged_) looked(now, signs);
  climb(now, away_since_ ? away_since_ : dead_since_);
}

void BoardRecovery::watch_supply(const BoardSigns& signs) {
  if (!signs.watts) return;
  if (!signs.away_since) {
    watts_before_ = signs.watts;
    watts_least_.reset();
  } else {
    watts_least_ = std::min(watts_least_.value_or(*signs.watts), *signs.watts);
  }
}

// --- liveness ------------------------------------------------------------------------------------

void BoardRecovery::look(Nanos now, const BoardSigns&) {
  look_at_ = now + kLookEvery;
  looking_ = true;
  knocked_ = ways_.knock.empty();
  pinged_ = ways_.ping.empty();
  ssh_sign_ = {"ssh", Sign::unknown, "it is this machine"};
  ping_sign_ = {"ping", Sign::unknown, ways_.no_ping};
  if (!knocked_) {
    knock_ = run(ways_.knock, kKnockWithin, [this](Result<BriefOutput> said) {
      knocked_ = true;
      if (!said) return static_cast<void>(ssh_sign_.why = said.error().message());
      const auto answer = board::ssh_answer(said->status.signal != 0 ? 255 : said->status.code,
                                            said->timed_out, said->err);
      ssh_sign_.sign = answer == board::SshAnswer::works     ? Sign::alive
                       : answer == board::SshAnswer::refuses ? Sign::refuses
                                                             : Sign::silent;
      ssh_sign_.why = said->timed_out ? "no answer" : board::last_line(said->err);
    });
  }
  if (!pinged_) {
    ping_ = run(ways_.ping, kKnockWithin, [this](Result<BriefOutput> said) {
      pinged_ = true;
      if (!said) return static_cast<void>(ping_sign_.why = said.error().message());
      // 1 is "no answer"; anything else is the program's own trouble.
      ping_sign_.sign = said->status.code == 0 && said->status.signal == 0 ? Sign::alive
                        : said->status.code == 1 || said->timed_out        ? Sign::silent
                                                                           : Sign::unknown;
      ping_sign_.why = board::last_line(said->err.empty() ? said->out : said->err);
    });
  }
}

LivenessRung BoardRecovery::console_rung(const BoardSigns& signs) const {
  if (!signs.has_console) return {"console", Sign::unknown, "the board has none"};
  if (!signs.console_up) return {"console", Sign::unknown, "its port is not there"};
  if (signs.console_heard == 0) return {"console", Sign::unknown, "it has said nothing in this run"};
  const Nanos ago = now_ - signs.console_heard;
  const bool since = away_since_ && signs.console_heard > *away_since_;
  return {"console", since ? Sign::alive : Sign::silent, "last heard " + format_duration(ago) + " ago"};
}

LivenessRung BoardRecovery::supply_rung(const BoardSigns& signs) const {
  if (!signs.watts || !spec_.power) {
    return {"supply", Sign::unknown, "no meter measures it, or it was not read"};
  }
  const bool on = *signs.watts >= spec_.power->off_below;
  return {"supply", on ? Sign::alive : Sign::silent, std::to_string(*signs.watts) + " W"};
}

void BoardRecovery::looked(Nanos now, const BoardSigns& signs) {
  looking_ = false;
  if (!away_since_) return;  // it came back meanwhile
  const std::vector<LivenessRung> rungs = {
      {"heartbeat", Sign::silent, "for " + format_duration(now - *away_since_)},
      ssh_sign_, console_rung(signs), ping_sign_, supply_rung(signs)};
  const Liveness judged = judge_liveness(rungs);
  if (liveness_ == judged) return;  // said once
  liveness_ = judged;
  nlohmann::json list = nlohmann::json::array();
  for (const LivenessRung& each : rungs) {
    list.push_back(
        {{"name", each.name}, {"sign", std::string(to_string(each.sign))}, {"why", each.why}});
  }
  hooks_.store({now, spec_.name, std::string(event_kind::kLiveness), Severity::warning,
                dump_json({{"judged", std::string(to_string(judged))}, {"rungs", list}})});
}

// --- recovery ------------------------------------------------------------------------------------

void BoardRecovery::rung(std::string_view name, bool ok, const std::string& why, Nanos now) {
  nlohmann::json body{{"rung", std::string(name)}, {"ok", ok}, {"why", why}};
  if (ladder_ && name != to_string(Rung::quarantine)) {
    const Rung which = name == to_string(Rung::reboot) ? Rung::reboot : Rung::power_cycle;
    body["attempt"] = ladder_->used(which);
    body["budget"] = ladder_->budget(which);
  }
  hooks_.store({now, spec_.name, std::string(event_kind::kRecovery), Severity::warning, dump_json(body)});
}

void BoardRecovery::climb(Nanos now, std::optional<Nanos> down_since) {
  if (!ladder_) return;
  const std::string seen = !away_since_ ? "its workloads are down for good"
                           : liveness_  ? std::string(to_string(*liveness_))
                                        : "not looked at yet";
  const Rung next = ladder_->step(now, down_since);
  // What comes up again after a rung is well, and was not before.
  if (next != Rung::none) seen_before_rung_ = away_since_ ? liveness_ : Liveness::well;
  switch (next) {
    case Rung::none: return;
    case Rung::reboot:
      if (ways_.reboot.empty()) return ladder_->done(false, now);
      rung("reboot", true, "begun: " + seen, now);
      reboot_ = run(ways_.reboot, kRebootWithin, [this](Result<BriefOutput> said) {
        // A board that goes down may take its ssh along before that has said how it ended.
        const bool ok = said && (said->status.code == 0 || board::ssh_answer(said->status.code, said->timed_out,
                                                              said->err) == board::SshAnswer::refuses) &&
                        !said->timed_out;
        if (ok) rig_did_ = "reboot";
        if (!ok) {
          rung("reboot", false,
               said ? (said->timed_out ? "no answer" : board::last_line(said->err)) : said.error().message(),
               now_);
        }
        ladder_->done(ok, now_);
      });
      return;
    case Rung::power_cycle:
      rung("power-cycle", true, "begun: " + seen, now);
      if (!hooks_.power_cycle()) {
        rung("power-cycle", false, "its supply cannot be switched any more", now);
        ladder_->done(false, now);
      }
      return;
    case Rung::quarantine: {
      const std::string why = "nothing brought it back: " + seen;
      rung("quarantine", true, why, now);
      hooks_.quarantine(why);
    }
  }
}

void BoardRecovery::power_cycled(bool ok, Nanos now) {
  if (!ladder_ || ladder_->last() != Rung::power_cycle || !ladder_->under_way()) return;
  if (ok) rig_did_ = "power-cycle";
  if (!ok) rung("power-cycle", false, "its supply could not be switched as it must be", now);
  ladder_->done(ok, now);
}

// --- evidence ------------------------------------------------------------------------------------

void BoardRecovery::came(const std::string& boot_id, const std::string& previous,
                         std::optional<Nanos> away_since, Nanos now) {
  if (ways_.last_death.empty() || (previous.empty() && !ways_.remote)) return;
  now_ = now;
  DeathEvidence outside;
  outside.boot_id = boot_id;
  outside.previous = previous;
  if (!previous.empty()) {
    if (away_since) outside.down_s = to_seconds(now - *away_since);
    outside.celsius = celsius_;
    if (celsius_) outside.celsius_age_s = to_seconds(now - celsius_at_);
    if (celsius_ && away_since) {
      outside.celsius_age_s = std::max(0.0, to_seconds(*away_since - celsius_at_));
    }
    outside.watts_before = watts_before_;
    outside.watts_least = watts_least_;
    if (spec_.power) outside.off_below = spec_.power->off_below;
    outside.console_heard = console_heard_ && console_was_up_;
    if (hooks_.console_lines) outside.console = hooks_.console_lines();
    const auto seen = rig_did_.empty() ? liveness_ : seen_before_rung_;
    outside.liveness = away_since ? (seen ? to_string(*seen) : "") : "well";
    outside.rig_did = rig_did_;
  }
  rig_did_.clear();
  ask(std::move(outside), now);
}

void BoardRecovery::ask(DeathEvidence outside, Nanos) {
  ask_ = run(ways_.last_death, kAskWithin, [this, outside = std::move(outside)](Result<BriefOutput> said) {
    auto inside = said ? parse_death_evidence(said->out) : Result<DeathEvidence>(said.error());
    DeathEvidence all = inside ? std::move(*inside) : DeathEvidence();
    if (!inside) {
      all.missing["board"] = "it was asked in vain what it kept of its last end: " +
                             (said && !said->err.empty() ? board::last_line(said->err) : inside.error().what);
    } else if (all.boot_id != outside.boot_id) {
      all = DeathEvidence();  // it is on yet another boot already
      all.missing["board"] = "it went down again before it could be asked";
    }
    all.boot_id = outside.boot_id;
    all.previous = outside.previous;
    all.down_s = outside.down_s;
    all.celsius = outside.celsius;
    all.celsius_age_s = outside.celsius_age_s;
    all.watts_before = outside.watts_before;
    all.watts_least = outside.watts_least;
    all.off_below = outside.off_below;
    all.console_heard = outside.console_heard;
    all.console = outside.console;
    all.liveness = outside.liveness;
    all.rig_did = outside.rig_did;
    hooks_.store({now_, spec_.name, std::string(event_kind::kDeath),
                  all.previous.empty() ? Severity::info : Severity::warning, encode(all)});
  });
}

}  // namespace soakrig::control
