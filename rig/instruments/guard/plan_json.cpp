// SPDX-License-Identifier: Apache-2.0
//
// The JSON form of a plan. It is read by a program that then writes to a chamber: whatever is not
// exactly as it must be is refused.
#include <limits>
#include <nlohmann/json.hpp>

#include "rig/base/json_guard.hpp"
#include "rig/instruments/guard/plan.hpp"

namespace soakrig::guard {
namespace {

using namespace instruments;
using nlohmann::json;

constexpr int kVersion = 2, kPowerOffSince = 2;
constexpr std::size_t kMostEntries = 1024, kMostWords = 125;
constexpr double kLongest = 7 * 24 * 3600.0;

json to_json(const ProcessId& id) {
  return {{"pid", id.pid}, {"start_time", id.start_time}, {"boot_id", id.boot_id}};
}

json to_json(const Point& p) {
  return {{"name", p.name},
          {"area", std::string(to_string(p.area))},
          {"address", p.address},
          {"count", p.length},
          {"type", std::string(to_string(p.type))},
          {"order", std::string(to_string(p.order))},
          {"factor", p.scale},
          {"offset", p.offset},
          {"bit", p.bit},
          {"absent", p.absent}};
}

json to_json(const Step& s) {
  return {{"name", s.name},
          {"connect", s.connect},
          {"write",
           {{"area", std::string(to_string(s.write.area))},
            {"address", s.write.address},
            {"words", s.write.words},
            {"single", s.write.single}}},
          {"read", to_json(s.point)},
          {"value", s.value},
          {"tolerance", s.tolerance},
          {"patience_s", to_seconds(s.patience)}};
}

json to_json(const std::vector<BoardCommand>& commands) {
  json out = json::array();
  for (const BoardCommand& each : commands) {
    out.push_back({{"board", each.board}, {"argv", each.argv}});
  }
  return out;
}

// Reads members and remembers the first that is missing or wrong.
class Members {
 public:
  Members(const json& object, std::string& wrong) : object_(object), wrong_(wrong) {}

  std::string text(const char* key) {
    const auto value = json_get<std::string>(object_, key);
    return value ? *value : fail(key, std::string());
  }
  double number(const char* key, double low, double high) {
    const auto value = json_get<double>(object_, key);
    return value && *value >= low && *value <= high ? *value : fail(key, low);
  }
  template <class Integer>
  Integer integer(const char* key, Integer low = std::numeric_limits<Integer>::min(),
                  Integer high = std::numeric_limits<Integer>::max()) {
    const auto value = json_get<Integer>(object_, key);
    const auto exact = json_get<std::int64_t>(object_, key);
    const bool fits = value && exact && static_cast<Integer>(*exact) == *value &&
                      (sizeof(Integer) == 8 || *exact == static_cast<std::int64_t>(*value));
    return fits && *value >= low && *value <= high ? *value : fail(key, low);
  }
  bool flag(const char* key) {
    const auto value = json_get<bool>(object_, key);
    return value ? *value : fail(key, false);
  }
  Nanos seconds(const char* key) { return from_seconds(number(key, 0.0, kLongest)); }
  const json& array(const char* key, std::size_t most = kMostEntries) {
    static const json kNone = json::array();
    const auto found = object_.find(key);
    if (found != object_.end() && found->is_array() && found->size() <= most) return *found;
    return fail(key, kNone);
  }
  // `key`'s object; the failure of one that is not there is noted too.
  const json& object(const char* key) {
    static const json kNone = json::object();
    const auto found = object_.find(key);
    return found != object_.end() && found->is_object() ? *found : fail(key, kNone);
  }
  template <class T>
  const T& fail(const char* key, const T& instead) {
    if (wrong_.empty()) wrong_ = key;
    return instead;
  }

 private:
  const json& object_;
  std::string& wrong_;
};

class PlanReader {
 public:
  std::string wrong;  // the first member that is not as it must be

  GuardPlan read(const json& body, int version) {
    Members m(body, wrong);
    GuardPlan plan;
    plan.run = m.text("run");
    plan.name = m.text("name");
    plan.file = m.text("file");
    plan.controller = process(m.object("controller"));
    if (body.contains("bench") && !body["bench"].is_null()) {
      plan.bench = process(m.object("bench"));
    }
    plan.silence = m.seconds("silence_s");
    plan.grace = m.seconds("grace_s");
    plan.blind = m.seconds("blind_s");
    for (const json& each : m.array("proofs")) plan.proofs.push_back(proof(each));
    for (const json& each : m.array("load_off")) plan.load_off.push_back(command(each));
    if (version >= kPowerOffSince) {
      for (const json& each : m.array("power_off")) plan.power_off.push_back(command(each));
    }
    for (const json& each : m.array("lost")) plan.lost.push_back(step(each));
    for (const json& each : m.array("trip")) plan.trip.push_back(step(each));
    if (body.contains("watch") && !body["watch"].is_null()) plan.watch = watch(m.object("watch"));
    return plan;
  }

 private:
  ProcessId process(const json& object) {
    Members m(object, wrong);
    return {m.integer<pid_t>("pid", 2), m.integer<std::uint64_t>("start_time"), m.text("boot_id")};
  }

  std::string connect(Members& m) {
    std::string text = m.text("connect");
    return parse_connect(text) ? text : m.fail("connect", text);
  }

  std::uint8_t unit_of(const std::string& connect) {
    const auto spec = parse_connect(connect);
    return spec ? spec->unit : std::uint8_t{0};
  }

  Area area(Members& m) {
    const std::string text = m.text("area");
    for (const Area a : {Area::holding, Area::input, Area::coil, Area::discrete}) {
      if (text == to_string(a)) return a;
    }
    return m.fail("area", Area::holding);
  }

  std::vector<std::uint16_t> words(Members& m) {
    std::vector<std::uint16_t> out;
    for (const json& word : m.array("words", kMostWords)) {
      if (!word.is_number_unsigned() || word.get<std::uint64_t>() > 0xFFFF) {
        m.fail("words", 0);
        continue;
      }
      out.push_back(word.get<std::uint16_t>());
    }
    if (out.empty()) m.fail("words", 0);
    return out;
  }

  Point point(const json& object) {
    Members m(object, wrong);
    Point p;
    p.name = m.text("name");
    p.area = area(m);
    p.address = m.integer<std::uint16_t>("address");
    p.length = m.integer<std::uint16_t>("count", 1, kMostWords);
    const auto type = parse_point_type(m.text("type"));
    const auto order = parse_word_order(m.text("order"));
    p.type = type && *type != PointType::text ? *type : m.fail("type", PointType::u16);
    p.order = order ? *order : m.fail("order", WordOrder::abcd);
    if (registers_of(p.type) != p.length) m.fail("count", 0);
    p.scale = m.number("factor", -1e9, 1e9);
    p.offset = m.number("offset", -1e9, 1e9);
    p.bit = m.integer<int>("bit", -1, 15);
    for (const json& raw : m.array("absent", 64)) {
      if (raw.is_number()) p.absent.push_back(raw.get<double>());
    }
    return p;
  }

  Step step(const json& object) {
    Members m(object, wrong);
    Step s;
    s.name = m.text("name");
    s.connect = connect(m);
    Members write(m.object("write"), wrong);
    s.write.unit = unit_of(s.connect);
    s.write.area = area(write);
    s.write.address = write.integer<std::uint16_t>("address");
    s.write.words = words(write);
    s.write.single = write.flag("single");
    if (!request_body(s.write)) write.fail("write", 0);
    s.point = point(m.object("read"));
    s.value = m.number("value", -1e9, 1e9);
    s.tolerance = m.number("tolerance", 0, 1e6);
    s.patience = m.seconds("patience_s");
    return s;
  }

  Proof proof(const json& object) {
    Members m(object, wrong);
    Proof p;
    p.connect = connect(m);
    p.read.unit = unit_of(p.connect);
    p.read.area = area(m);
    p.read.address = m.integer<std::uint16_t>("address");
    p.words = words(m);
    p.read.count = static_cast<std::uint16_t>(p.words.size());
    return p;
  }

  BoardCommand command(const json& object) {
    Members m(object, wrong);
    BoardCommand out;
    out.board = m.text("board");
    for (const json& word : m.array("argv")) {
      if (!word.is_string()) m.fail("argv", 0);
      out.argv.push_back(word.is_string() ? word.get<std::string>() : std::string());
    }
    if (out.argv.empty() || !out.argv.front().starts_with('/')) m.fail("argv", 0);
    return out;
  }

  Watch watch(const json& object) {
    Members m(object, wrong);
    Watch w;
    w.connect = connect(m);
    w.point = point(m.object("read"));
    w.low = json_get<double>(object, "low");
    w.high = json_get<double>(object, "high");
    return w;
  }
};

}  // namespace

std::string encode_plan(const GuardPlan& plan) {
  json proofs = json::array(), lost = json::array(), trip = json::array();
  for (const Proof& p : plan.proofs) {
    proofs.push_back({{"connect", p.connect},
                      {"area", std::string(to_string(p.read.area))},
                      {"address", p.read.address},
                      {"words", p.words}});
  }
  for (const Step& s : plan.lost) lost.push_back(to_json(s));
  for (const Step& s : plan.trip) trip.push_back(to_json(s));
  json watch;
  if (plan.watch) {
    watch = {{"connect", plan.watch->connect}, {"read", to_json(plan.watch->point)}};
    if (plan.watch->low) watch["low"] = *plan.watch->low;
    if (plan.watch->high) watch["high"] = *plan.watch->high;
  }
  return dump_json({{"version", kVersion},
                    {"run", plan.run},
                    {"name", plan.name},
                    {"file", plan.file},
                    {"controller", to_json(plan.controller)},
                    {"bench", plan.bench ? to_json(*plan.bench) : json()},
                    {"silence_s", to_seconds(plan.silence)},
                    {"grace_s", to_seconds(plan.grace)},
                    {"blind_s", to_seconds(plan.blind)},
                    {"proofs", proofs},
                    {"load_off", to_json(plan.load_off)},
                    {"power_off", to_json(plan.power_off)},
                    {"lost", lost},
                    {"trip", trip},
                    {"watch", watch}}) +
         "\n";
}

Result<GuardPlan> parse_plan(std::string_view text, const std::string& file) {
  const auto body = parse_json(text);
  if (!body || !body->is_object()) {
    return Error{Errc::invalid, "not a guard's plan", "it is written by `soakrig run`", file, 1};
  }
  const auto version = json_get<int>(*body, "version");
  if (!version || *version > kVersion) {
    return Error{Errc::unsupported, "a guard's plan of a version that this program does not know",
                 "use the soakrig-guard of the installation that wrote it", file, 1};
  }
  PlanReader reader;
  GuardPlan plan = reader.read(*body, *version);
  if (reader.wrong.empty() && plan.lost.empty()) reader.wrong = "lost";
  if (!reader.wrong.empty()) {
    return Error{Errc::invalid, "the guard's plan has no usable '" + reader.wrong + "'",
                 "it is written by `soakrig run`; do not edit it", file, 1};
  }
  return plan;
}

}  // namespace soakrig::guard
