// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/direct_access.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "rig/base/quantity.hpp"

namespace soakrig::instruments {
namespace {

std::string code_name(const Point& point, double value) {
  const auto found = std::ranges::find(
      point.codes, value, [](const auto& code) { return static_cast<double>(code.second); });
  return found == point.codes.end() ? std::string() : found->first;
}

Error no_such_point(const RegisterMap& map, const std::string& name) {
  std::vector<std::string> names;
  for (const Point& point : map.points) names.push_back(point.name);
  const std::string near = nearest_word(name, names);
  return Error{Errc::not_found, "the map '" + map.name + "' has no point '" + name + "'",
               near.empty() ? "`soakrig instrument read` without points shows all"
                            : "did you mean '" + near + "'?"};
}

Error exception_error(const Point& point, std::uint8_t code) {
  return Error{code == 2 ? Errc::not_found : Errc::unsupported,
               point.name + ": " + describe_exception(code)};
}

}  // namespace

bool WriteOutcome::held() const { return std::abs(after - asked) <= 0.05; }

// The line of a serial port must be silent first, which belongs to the first transaction only.
DirectAccess::DirectAccess(const ConnectSpec& connect, RegisterMap map, const Clock& clock)
    : map_(std::move(map)),
      unit_(connect.unit),
      clock_(clock),
      patience_(connect.timeout +
                (connect.transport == Transport::tcp ? 0 : connect.quiet + connect.timeout)),
      session_(connect, clock) {}

Result<Identified> DirectAccess::identify() {
  auto found = identify_device(map_, unit_, [this](const ReadRequest& request) {
    return session_.read(request, deadline());
  });
  if (!found) return found.error();
  found->identity.connect = session_.connect().endpoint() + "?unit=" + std::to_string(unit_);
  apply_identity(map_, *found);
  identity_ = *found;
  return *found;
}

Result<double> DirectAccess::number(const Point& point) {
  const auto reply = session_.read(read_request(point, unit_), deadline());
  if (!reply) return reply.error();
  if (reply->exception != 0) return exception_error(point, reply->exception);
  return read_point(point, reply->words, point.address);
}

Result<PointReading> DirectAccess::read_one(const Point& point) {
  PointReading out;
  out.name = point.name;
  out.unit = point.unit;
  const auto reply = session_.read(read_request(point, unit_), deadline());
  if (!reply) return reply.error();
  if (reply->exception != 0) {
    out.reason = describe_exception(reply->exception);
    return out;
  }
  if (point.type == PointType::text) {
    out.text = decode_text(reply->words, point.chars_per_register);
    out.good = true;
    return out;
  }
  const auto value = read_point(point, reply->words, point.address);
  if (!value) {
    out.reason = value.error().message();
    return out;
  }
  out.good = true;
  out.value = *value;
  out.text = code_name(point, *value);
  return out;
}

Result<std::vector<PointReading>> DirectAccess::read(const std::vector<std::string>& points) {
  std::vector<const Point*> wanted;
  for (const std::string& name : points) {
    const Point* point = map_.find(name);
    if (point == nullptr) return no_such_point(map_, name);
    if (!point->readable()) return Error{Errc::invalid, "'" + name + "' can only be written"};
    wanted.push_back(point);
  }
  for (const Point& point : map_.points) {
    if (points.empty() && point.readable()) wanted.push_back(&point);
  }
  std::vector<PointReading> readings;
  for (const Point* point : wanted) {
    auto reading = read_one(*point);
    if (!reading) return reading.error();
    readings.push_back(std::move(*reading));
  }
  return readings;
}

Result<double> DirectAccess::value_of(const std::string& name, const std::string& text) const {
  const Point* point = map_.find(name);
  if (point == nullptr) return no_such_point(map_, name);
  if (!point->writable()) {
    return Error{Errc::invalid, "'" + name + "' cannot be written", "the map says access = \"r\""};
  }
  if (const auto code = point->codes.find(text); code != point->codes.end()) {
    return static_cast<double>(code->second);
  }
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = failed == std::errc{} && end == text.data() + text.size();
  if (whole && point->codes.empty()) return value;
  std::string known;
  for (const auto& [code, word] : point->codes) known += (known.empty() ? "" : ", ") + code;
  return Error{Errc::invalid, "'" + text + "' is no value of '" + name + "'",
               known.empty() ? "write a number" : "it takes " + known};
}

Result<WriteOutcome> DirectAccess::write(const std::string& name, double value) {
  const Point* point = map_.find(name);
  if (point == nullptr) return no_such_point(map_, name);
  if (auto fits = write_request(map_, *point, unit_, value); !fits) return fits.error();
  // Not over a connection on which it was not proven.
  if (!identity_ || session_.connection(unit_) == 0) {
    if (auto known = identify(); !known) return known.error();
  }
  const std::uint64_t proven = session_.connection(unit_);
  const auto request = write_request(map_, *point, unit_, value);  // as it spells its numbers
  if (!request) return request.error();
  const auto body = request_body(*request);
  if (!body) return body.error();
  WriteOutcome outcome;
  outcome.asked = value;
  if (point->readable()) {
    const auto before = number(*point);
    if (!before) return before.error();
    outcome.before = *before;
  }
  const auto written = session_.transact(*body, deadline(), proven);
  if (!written) return written.error();
  if (written->exception != 0) return exception_error(*point, written->exception);
  outcome.after = value;
  if (!point->readable()) return outcome;
  const auto after = number(*point);
  if (!after) return after.error();
  outcome.after = *after;
  return outcome;
}

}  // namespace soakrig::instruments
