// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/polled_device.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "rig/base/json_guard.hpp"

namespace soakrig::instruments {
namespace {

constexpr Nanos kPeriod = kSecond;
constexpr Nanos kRetry = 100 * kMillisecond;
constexpr std::size_t kEvidence = 8;  // frames in an event
// In the order of PolledDevice::counts.
constexpr std::array kCounters = {"timeouts",   "crc_errors", "bad_replies", "late_replies",
                                  "reconnects", "stale",      "overruns",    "writes"};

// Device answers are text of a stranger: what goes into an event is bounded.
std::string bounded(std::string text) {
  if (text.size() > 500) text.resize(500);
  return text;
}

bool worth_retrying(const Error& error) {
  return error.code == Errc::timeout || error.code == Errc::io || error.code == Errc::busy ||
         error.code == Errc::protocol || error.code == Errc::cancelled;
}

}  // namespace

PolledDevice::PolledDevice(Setup setup, ModbusBus& bus, const Clock& clock)
    : map_(std::move(setup.map)),
      connect_(std::move(setup.connect)),
      unit_(setup.unit),
      timeout_(setup.timeout),
      most_writes_(setup.most_writes),
      plans_(std::move(setup.plans)),
      bus_(bus),
      clock_(clock) {
  source_.name = setup.name;
  source_.period = kPeriod;
  for (const ChannelPlan& plan : plans_) {
    const Point& point = *map_.find(plan.point);
    ChannelInfo info;
    info.name = plan.channel;
    info.unit = point.unit;
    info.source = std::string(to_string(point.area)) + " " + std::to_string(point.address) + " @ " +
                  bus_.connect().endpoint() + " unit " + std::to_string(unit_);
    source_.channels.push_back(std::move(info));
  }
  for (const char* counter : kCounters) {
    ChannelInfo info;
    info.name = setup.counters + "." + counter;
    info.unit = "1";
    info.source =
        "the rig's count of unit " + std::to_string(unit_) + " @ " + bus_.connect().endpoint();
    source_.channels.push_back(std::move(info));
  }
  last_states_.assign(plans_.size(), State::good);
}

Result<InstrumentIdentity> PolledDevice::identify(Nanos timeout) {
  const Nanos deadline = clock_.boot_ns() + timeout;
  Error last{Errc::timeout, "no answer", "is the instrument on, and the address right?", connect_};
  for (;;) {
    auto promise = std::make_shared<std::promise<Result<void>>>();
    auto answer = promise->get_future();
    auto self = shared_from_this();
    if (!bus_.at(0, [self, promise] { promise->set_value(self->ensure_identified()); })) {
      return Error{Errc::cancelled, "the bus is stopping", "", connect_};
    }
    const auto left = std::chrono::nanoseconds(std::max<Nanos>(0, deadline - clock_.boot_ns()));
    if (answer.wait_for(left) != std::future_status::ready) return last;
    const auto done = answer.get();
    if (done) break;
    last = done.error();
    if (last.file.empty()) last.file = connect_;
    if (!worth_retrying(last) || clock_.boot_ns() + kRetry >= deadline) return last;
    std::this_thread::sleep_for(std::chrono::nanoseconds(kRetry));
  }
  const std::lock_guard lock(mutex_);
  const Provenance provenance =
      identity_->is_virtual ? Provenance::simulated : Provenance::measured;
  for (ChannelInfo& channel : source_.channels) channel.provenance = provenance;
  return *identity_;
}

Result<void> PolledDevice::ensure_identified() {
  // A new connection may end at another device: prove it anew. The first read makes the connection;
  // all others must go over the same one.
  {
    const std::lock_guard lock(mutex_);
    if (identity_ && identified_on_ == bus_.session().connection(unit_)) return {};
  }
  std::uint64_t connection = 0;
  auto found = identify_device(map_, unit_, [&](const ReadRequest& request) {
    auto reply = bus_.read_now(request, connection, timeout_);
    if (connection == 0) connection = bus_.session().connection(unit_);
    return reply;
  });
  if (!found) return found.error();
  found->identity.connect = connect_;
  const std::lock_guard lock(mutex_);
  if (identity_ && (identity_->part_number != found->identity.part_number ||
                    identity_->serial != found->identity.serial)) {
    return Error{Errc::unsupported,
                 "another device answers now: '" + found->identity.part_number + "' " +
                     found->identity.serial + " instead of '" + identity_->part_number + "' " +
                     identity_->serial,
                 "connect the instrument that the run began with", connect_};
  }
  apply_identity(map_, *found);
  identity_ = found->identity;
  identified_on_ = connection;
  return {};
}

void PolledDevice::start(std::uint32_t source_id, InstrumentSink sink) {
  {
    const std::lock_guard lock(mutex_);
    RIG_ASSERT(identity_.has_value());  // the interface says: identify first
    sink_ = std::move(sink);
    source_id_ = source_id;
  }
  const Nanos now = clock_.boot_ns();
  schedule(now, [this, now] { poll(now); });
}

void PolledDevice::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  const std::lock_guard wait(running_);
}

bool PolledDevice::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

bool PolledDevice::is_virtual() const {
  const std::lock_guard lock(mutex_);
  return identity_ && identity_->is_virtual;
}

InstrumentStatus PolledDevice::status() const {
  const BusCounters counters = bus_.session().counters(unit_);
  const std::lock_guard lock(mutex_);
  InstrumentStatus status = status_;
  status.counters = counters;
  return status;
}

bool PolledDevice::schedule(Nanos when, std::function<void()> job) {
  return bus_.at(when, [weak = weak_from_this(), job = std::move(job)] {
    const auto self = weak.lock();
    if (!self) return;
    const std::lock_guard running(self->running_);
    if (!self->stopped()) job();
  });
}

Result<Reply> PolledDevice::read_words(const Point& point) {
  return bus_.read_now(read_request(point, unit_), proven_connection(), timeout_);
}

Result<Reply> PolledDevice::write_value(const Point& point, double value) {
  const auto request = write_request(map_, point, unit_, value);
  if (!request) return request.error();
  {
    const std::lock_guard lock(mutex_);
    if (writes_[point.name] >= most_writes_) {
      return Error{Errc::full,
                   point.name + " was written " + std::to_string(most_writes_) +
                       " times in this run, and the controller's memory wears out",
                   "use longer steps, or the controller's own ramp"};
    }
    ++writes_[point.name];
  }
  return bus_.write_now(*request, proven_connection(), timeout_);
}

std::uint64_t PolledDevice::proven_connection() const {
  const std::lock_guard lock(mutex_);
  return identified_on_;
}

void PolledDevice::emit(Event event) {
  std::function<void(const Event&)> call;
  {
    const std::lock_guard lock(mutex_);
    if (!stopped_) call = sink_.event;
  }
  if (event.t == 0) event.t = clock_.boot_ns();
  if (call) call(event);
}

void PolledDevice::poll(Nanos scheduled) {
  PollRow row = read_row();
  inspect(row);
  report_changes(row);
  send(row);
  // A fixed grid: a slow poll skips ticks, it does not shift them.
  const Nanos now = clock_.boot_ns();
  Nanos next = scheduled + kPeriod;
  if (next <= now) {
    const Nanos skipped = (now - next) / kPeriod + 1;
    next += skipped * kPeriod;
    const std::lock_guard lock(mutex_);
    overruns_ += static_cast<std::uint64_t>(skipped);
  }
  schedule(next, [this, next] { poll(next); });
}

PollRow PolledDevice::read_row() {
  PollRow row;
  row.values.resize(plans_.size());
  row.states.assign(plans_.size(), State::error);
  row.reasons.resize(plans_.size());
  row.taken = clock_.boot_ns();
  if (auto proven = ensure_identified(); !proven) {
    fail_all(row, proven.error());
    return row;
  }
  // Group the channels by block, so that one request brings what belongs together, and no more of
  // the block than is wanted: on a slow line every register counts.
  struct Group {
    std::uint32_t start = 65536, end = 0;
    std::vector<std::size_t> members;
  };
  std::map<std::pair<Area, std::uint16_t>, Group> groups;
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    const Point& point = *map_.find(plans_[i].point);
    const Block* block = map_.block_of(point);
    Group& group = groups[{point.area, block != nullptr ? block->start : point.address}];
    group.start = std::min<std::uint32_t>(group.start, point.address);
    group.end = std::max(group.end, point.end());
    group.members.push_back(i);
  }
  for (const auto& [key, group] : groups) {
    if (stopped()) break;
    read_group(static_cast<std::uint16_t>(group.start),
               static_cast<std::uint16_t>(group.end - group.start), key.first, group.members, row);
  }
  return row;
}

void PolledDevice::read_group(std::uint16_t start, std::uint16_t count, Area area,
                              const std::vector<std::size_t>& members, PollRow& row) {
  const auto reply = bus_.read_now({unit_, area, start, count}, proven_connection(), timeout_);
  for (const std::size_t i : members) {
    if (!reply) {
      row.reasons[i] = reply.error().message();
      continue;
    }
    if (reply->exception != 0) {
      // No such register is an absence that lasts; anything else may pass.
      row.states[i] = reply->exception == 2 ? State::no_data : State::error;
      row.reasons[i] = describe_exception(reply->exception);
      continue;
    }
    const auto value = read_point(*map_.find(plans_[i].point), reply->words, start);
    if (!value) {
      row.reasons[i] = value.error().message();
      continue;
    }
    row.values[i] = *value;
    row.states[i] = State::good;
  }
  if (reply) row.taken = reply->taken;
}

void PolledDevice::fail_all(PollRow& row, const Error& error) {
  for (std::string& reason : row.reasons) reason = error.message();
}

std::string PolledDevice::frames_json() const {
  nlohmann::json frames = nlohmann::json::array();
  for (const RawFrame& frame : bus_.session().frames(kEvidence)) {
    frames.push_back({{"ago_s", to_seconds(clock_.boot_ns() - frame.t)},
                      {"kind", std::string(to_string(frame.kind))},
                      {"bytes", to_hex(frame.bytes)}});
  }
  return dump_json(frames);
}

void PolledDevice::report_changes(const PollRow& row) {
  nlohmann::json frames;
  if (std::ranges::any_of(row.states, [](State s) { return s != State::good; })) {
    frames = parse_json(frames_json()).value_or(nlohmann::json::array());
  }
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    {
      const std::lock_guard lock(mutex_);
      if (last_states_[i] == row.states[i]) continue;
      last_states_[i] = row.states[i];
    }
    Event event;
    event.t = row.taken;
    event.kind = event_kind::kChannelState;
    event.severity = row.states[i] == State::good ? Severity::info : Severity::warning;
    nlohmann::json body = {{"channel", plans_[i].channel},
                           {"state", std::string(to_string(row.states[i]))},
                           {"reason", bounded(row.reasons[i])}};
    if (row.states[i] != State::good) body["frames"] = frames;
    event.body = dump_json(body);
    emit(std::move(event));
  }
  const std::lock_guard lock(mutex_);
  stale_ += static_cast<std::uint64_t>(std::ranges::count(row.states, State::stale));
  const auto worst = std::ranges::max_element(row.states);
  status_.state = worst == row.states.end() ? State::no_data : *worst;
  status_.reason = worst == row.states.end()
                       ? std::string()
                       : row.reasons[static_cast<std::size_t>(worst - row.states.begin())];
  if (status_.state == State::good) status_.last_good = row.taken;
}

void PolledDevice::send(const PollRow& row) {
  std::function<void(const Batch&)> call;
  Batch batch;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    call = sink_.rows;
    batch.source = source_id_;
  }
  if (!call) return;
  batch.columns = static_cast<std::uint32_t>(source_.channels.size());
  std::vector<double> values;
  for (const auto& value : row.values) values.push_back(value.value_or(0.0));
  // A value that is not good is not passed on.
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (row.states[i] != State::good) values[i] = 0.0;
  }
  std::vector<State> states = row.states;
  for (const double count : counts()) {
    values.push_back(count);
    states.push_back(State::good);
  }
  batch.add_row(row.taken, values.data(), states.data());
  call(batch);
}

std::vector<double> PolledDevice::counts() const {
  const BusCounters bus = bus_.session().counters(unit_);
  const std::lock_guard lock(mutex_);
  std::vector<double> counts;
  std::uint64_t writes = 0;
  for (const auto& [point, count] : writes_) writes += count;
  for (const std::uint64_t count : {bus.timeouts, bus.crc_errors, bus.bad_replies, bus.late_replies,
                                    bus.reconnects, stale_, overruns_, writes}) {
    counts.push_back(static_cast<double>(count));
  }
  RIG_ASSERT(counts.size() == kCounters.size());
  return counts;
}

}  // namespace soakrig::instruments
