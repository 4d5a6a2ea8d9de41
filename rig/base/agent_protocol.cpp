// SPDX-License-Identifier: Apache-2.0
#include "rig/base/agent_protocol.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <optional>

#include "rig/base/json_guard.hpp"

namespace soakrig::agent {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxFacts = 256;
constexpr std::size_t kMaxText = 4096;
constexpr std::size_t kMaxStreams = 256;
// No machine has been up for longer; keeps all later arithmetic on times far from overflow.
constexpr Nanos kMaxBoot = 100 * 365 * 24 * kHour;
constexpr Nanos kMaxUtc = 145 * 365 * 24 * kHour;

Error broken(std::string what) { return Error{Errc::protocol, std::move(what)}; }

// A line holds one message: an object with one member, whose name says what its body is.
struct Message {
  std::string key;
  json body;
};

Result<Message> read_message(std::string_view line) {
  if (line.size() > kMaxLine) return broken("line beyond its bound");
  auto parsed = parse_json(line);
  if (!parsed || !parsed->is_object() || parsed->size() != 1) return broken("not one JSON message");
  const auto first = parsed->begin();  // items().begin() would dangle
  if (!first.value().is_object()) return broken("message without a body");
  return Message{first.key(), std::move(first.value())};
}

// A boot time somebody else claims to have read.
std::optional<Nanos> boot_time(const json& object, const char* key) {
  const auto t = json_get<Nanos>(object, key);
  return t && *t >= 0 && *t <= kMaxBoot ? t : std::nullopt;
}

std::optional<std::string> short_text(const json& object, const char* key) {
  auto text = json_get<std::string>(object, key);
  if (text && text->size() > kMaxText) return std::nullopt;
  return text;
}

Result<Up> read_hello(const json& o) {
  Hello m;
  const auto version = json_get<int>(o, "version");
  const auto stream = short_text(o, "stream");
  const auto boot_id = short_text(o, "boot_id");
  const auto boot_ns = boot_time(o, "boot_ns");
  const bool bad_time = o.contains("boot_ns") && !boot_ns;
  if (!version || !stream || stream->empty() || !boot_id || bad_time) {
    return broken("hello without its fields");
  }
  m.version = *version;
  m.stream = *stream;
  m.agent = short_text(o, "agent").value_or("");
  m.process.boot_id = *boot_id;
  m.process.pid = json_get<int>(o, "pid").value_or(0);
  m.process.start_time = json_get<std::uint64_t>(o, "start_time").value_or(0);
  m.boot_ns = boot_ns.value_or(0);
  if (const auto facts = o.find("board"); facts != o.end() && facts->is_object()) {
    for (const auto& [key, value] : facts->items()) {
      if (m.board.size() >= kMaxFacts) break;
      if (!value.is_string() || key.size() > 64) continue;
      m.board.emplace(key, value.get<std::string>().substr(0, kMaxText));
    }
  }
  m.detached = json_get<bool>(o, "detached").value_or(false);
  if (const auto running = o.find("running"); running != o.end() && running->is_object()) {
    for (const auto& [name, ready] : running->items()) {
      if (m.running.size() >= kMaxFacts) break;
      if (ready.is_boolean() && name.size() <= 64) m.running.emplace(name, ready.get<bool>());
    }
  }
  return Up{std::move(m)};
}

Result<Up> read_stream(const json& o) {
  StreamMark m;
  const auto stream = short_text(o, "stream");
  const auto boot_id = short_text(o, "boot_id");
  const auto first = json_get<std::uint64_t>(o, "first");
  const auto last = json_get<std::uint64_t>(o, "last");
  if (!stream || stream->empty() || stream->size() > 64 || !boot_id || !first || !last) {
    return broken("stream without its fields");
  }
  m = {*stream, *boot_id, *first, *last};
  const auto clock = o.find("clock");
  if (clock == o.end()) return Up{std::move(m)};
  const auto sane = [](const json& t, Nanos most) {
    return t.is_number_unsigned() && t.get<std::uint64_t>() <= static_cast<std::uint64_t>(most);
  };
  if (!clock->is_array() || clock->size() != 2 || !sane((*clock)[0], kMaxBoot) ||
      !sane((*clock)[1], kMaxUtc)) {
    return broken("stream with a bad clock");
  }
  m.clock_boot_ns = (*clock)[0].get<Nanos>();
  m.clock_utc_ns = (*clock)[1].get<Nanos>();
  return Up{std::move(m)};
}

Result<Up> read_refused(const json& o) {
  return Up{Refused{short_text(o, "what").value_or("no reason given"),
                    short_text(o, "remedy").value_or("")}};
}

Result<Up> read_announce(const json& o) {
  Announce m;
  const auto src = json_get<std::uint32_t>(o, "src");
  const auto name = short_text(o, "name");
  const auto list = o.find("list");
  if (!src || *src >= kMaxSources || !name || !valid_channel_name(*name) || list == o.end() ||
      !list->is_array() || list->empty() || list->size() > kMaxChannelsPerSource) {
    return broken("channels without src, name or a list in bounds");
  }
  m.source = *src;
  m.info.name = *name;
  m.info.period = json_get<Nanos>(o, "period_ns").value_or(0);
  for (const json& item : *list) {
    ChannelInfo c;
    const auto channel = short_text(item, "name");
    if (!channel || !valid_channel_name(*channel)) return broken("a channel with a bad name");
    c.name = *channel;
    c.unit = short_text(item, "unit").value_or("1").substr(0, 64);
    c.source = short_text(item, "source").value_or("");
    c.reason = short_text(item, "reason").value_or("");
    const auto provenance = parse_provenance(short_text(item, "provenance").value_or(""));
    if (!provenance) return broken("channel " + c.name + " without a provenance");
    c.provenance = *provenance;
    m.info.channels.push_back(std::move(c));
  }
  return Up{std::move(m)};
}

bool read_row(const json& row, Batch& batch) {
  if (!row.is_array() || row.size() != batch.columns) return false;
  for (const json& cell : row) {
    if (!cell.is_number() && !cell.is_null()) return false;
    const double value = cell.is_null() ? 0.0 : cell.get<double>();
    if (!std::isfinite(value)) return false;
    batch.values.push_back(value);
  }
  return true;
}

// [[row, column, code], …]: the cells that are not good.
bool read_states(const json& list, Batch& batch) {
  if (!list.is_array() || list.size() > batch.values.size()) return false;
  if (list.empty()) return true;
  batch.states.assign(batch.values.size(), State::good);
  for (const json& item : list) {
    if (!item.is_array() || item.size() != 3) return false;
    for (const json& part : item) {
      if (!part.is_number_unsigned()) return false;
    }
    const auto row = item[0].get<std::size_t>();
    const auto column = item[1].get<std::size_t>();
    const auto code = item[2].get<std::size_t>();
    if (row >= batch.rows() || column >= batch.columns || code < 1 || code > 3) return false;
    batch.states[row * batch.columns + column] = static_cast<State>(code);
    batch.values[row * batch.columns + column] = 0;
  }
  return true;
}

// A null that no state explains would be stored as a good zero.
bool null_without_state(const json& rows, const Batch& batch) {
  for (std::size_t i = 0; i < batch.rows(); ++i) {
    for (std::size_t j = 0; j < batch.columns; ++j) {
      if (rows[i][j].is_null() && batch.state(i, j) == State::good) return true;
    }
  }
  return false;
}

Result<Up> read_batch(const json& o) {
  BatchMessage m;
  const auto seq = json_get<std::uint64_t>(o, "seq");
  const auto src = json_get<std::uint32_t>(o, "src");
  const auto t0 = boot_time(o, "t0");
  const auto dt = json_get<Nanos>(o, "dt");
  const auto values = o.find("values");
  const auto taken = o.find("taken");
  if (!seq || !src || *src >= kMaxSources || !t0 || !dt || *dt < 0 || *dt > kHour ||
      values == o.end() || !values->is_array() || values->empty() ||
      values->size() > kMaxRowsPerBatch || taken == o.end() || !taken->is_array() ||
      taken->size() != values->size()) {
    return broken("batch without its fields or beyond its bounds");
  }
  m.seq = *seq;
  m.t0 = *t0;
  m.dt = *dt;
  m.batch.source = *src;
  m.batch.columns = static_cast<std::uint32_t>(values->front().size());
  if (m.batch.columns == 0 || m.batch.columns > kMaxChannelsPerSource) return broken("empty rows");
  for (std::size_t i = 0; i < values->size(); ++i) {
    const json& offset = (*taken)[i];
    if (!offset.is_number_integer() || std::abs(offset.get<double>()) > 1e18) {
      return broken("batch with a bad time");
    }
    m.batch.taken.push_back(m.t0 + static_cast<Nanos>(i) * m.dt + offset.get<Nanos>());
    if (!read_row((*values)[i], m.batch)) return broken("batch with a bad row");
  }
  const auto states = o.find("states");
  if (states != o.end() && !read_states(*states, m.batch)) return broken("batch with bad states");
  if (null_without_state(*values, m.batch)) return broken("batch with an absent value called good");
  if (!m.batch.consistent()) return broken("batch whose times go back");
  return Up{std::move(m)};
}

Result<Up> read_event(const json& o) {
  EventMessage m;
  const auto seq = json_get<std::uint64_t>(o, "seq");
  const auto t = boot_time(o, "t");
  const auto kind = short_text(o, "kind");
  const auto severity = json_get<unsigned>(o, "severity").value_or(0);
  if (!seq || !t || !kind || !valid_channel_name(*kind) || severity > 2) {
    return broken("event without its fields");
  }
  m.seq = *seq;
  m.event.t = *t;
  m.event.kind = *kind;
  m.event.severity = static_cast<Severity>(severity);
  const auto body = o.find("body");
  if (body != o.end() && !body->is_object()) return broken("event body is not an object");
  if (body != o.end()) m.event.body = dump_json(*body);
  return Up{std::move(m)};
}

Result<Up> read_pong(const json& o) {
  const auto n = json_get<std::uint64_t>(o, "n");
  const auto agent_ns = boot_time(o, "agent_ns");
  if (!n || !agent_ns) return broken("pong without its fields");
  return Up{Pong{*n, *agent_ns}};
}

Result<Down> read_attach(const json& o) {
  Attach m;
  const auto version = json_get<int>(o, "version");
  const auto run = short_text(o, "run");
  const auto controller = short_text(o, "controller");
  if (!version || !run || !controller || controller->empty()) {
    return broken("attach without its fields");
  }
  m = {*version, *run, *controller};
  if (const auto have = o.find("have"); have != o.end() && have->is_object()) {
    for (const auto& [stream, seq] : have->items()) {
      if (m.have.size() >= kMaxStreams) break;
      if (seq.is_number_unsigned()) m.have.emplace(stream, seq.get<std::uint64_t>());
    }
  }
  return Down{std::move(m)};
}

// A message that is one number.
template <class Numbered>
Result<Down> read_numbered(const json& o, const char* field) {
  const auto n = json_get<std::uint64_t>(o, field);
  if (!n) return broken(std::string("message without its number '") + field + "'");
  return Down{Numbered{*n}};
}

json up_value(const Hello& m) {
  return {{"hello",
           {{"version", m.version},
            {"agent", m.agent},
            {"stream", m.stream},
            {"board", m.board},
            {"boot_id", m.process.boot_id},
            {"pid", m.process.pid},
            {"start_time", m.process.start_time},
            {"boot_ns", m.boot_ns},
            {"detached", m.detached},
            {"running", m.running}}}};
}

json up_value(const StreamMark& m) {
  json body = {
      {"stream", m.stream}, {"boot_id", m.boot_id}, {"first", m.first}, {"last", m.last}};
  if (m.clock_utc_ns != 0) body["clock"] = {m.clock_boot_ns, m.clock_utc_ns};
  return {{"stream", std::move(body)}};
}

json up_value(const Refused& m) {
  return {{"refused", {{"what", m.what}, {"remedy", m.remedy}}}};
}

json up_value(const Announce& m) {
  json list = json::array();
  for (const ChannelInfo& c : m.info.channels) {
    list.push_back({{"name", c.name},
                    {"unit", c.unit},
                    {"source", c.source},
                    {"provenance", std::string(to_string(c.provenance))},
                    {"reason", c.reason}});
  }
  return {{"channels",
           {{"src", m.source},
            {"name", m.info.name},
            {"period_ns", m.info.period},
            {"list", std::move(list)}}}};
}

json up_value(const EventMessage& m) {
  return {{"event",
           {{"seq", m.seq},
            {"t", m.event.t},
            {"kind", m.event.kind},
            {"severity", static_cast<unsigned>(m.event.severity)},
            {"body", parse_json(m.event.body).value_or(json::object())}}}};
}

json up_value(const Pong& m) { return {{"pong", {{"n", m.n}, {"agent_ns", m.agent_ns}}}}; }

// Written by hand: this is what an agent does ten times a second for every source.
std::string encode_batch(const BatchMessage& m) {
  fmt::memory_buffer out;
  const auto to = std::back_inserter(out);
  const Batch& b = m.batch;
  fmt::format_to(to,
                 FMT_COMPILE("{{\"batch\":{{\"seq\":{},\"src\":{},\"t0\":{},\"dt\":{},\"n\":{}"),
                 m.seq, b.source, m.t0, m.dt, b.rows());
  fmt::format_to(to, ",\"values\":[");
  for (std::size_t i = 0; i < b.rows(); ++i) {
    out.append(std::string_view(i == 0 ? "[" : ",["));
    for (std::size_t j = 0; j < b.columns; ++j) {
      if (j > 0) out.push_back(',');
      if (b.state(i, j) == State::good) {
        fmt::format_to(to, FMT_COMPILE("{}"), b.value(i, j));
      } else {
        out.append(std::string_view("null"));
      }
    }
    out.push_back(']');
  }
  out.append(std::string_view("],\"taken\":["));
  for (std::size_t i = 0; i < b.rows(); ++i) {
    if (i > 0) out.push_back(',');
    fmt::format_to(to, FMT_COMPILE("{}"), b.taken[i] - (m.t0 + static_cast<Nanos>(i) * m.dt));
  }
  out.append(std::string_view("],\"states\":["));
  bool first = true;
  for (std::size_t i = 0; i < b.rows() && !b.states.empty(); ++i) {
    for (std::size_t j = 0; j < b.columns; ++j) {
      if (b.state(i, j) == State::good) continue;
      fmt::format_to(to, FMT_COMPILE("{}[{},{},{}]"), first ? "" : ",", i, j,
                     static_cast<unsigned>(b.state(i, j)));
      first = false;
    }
  }
  out.append(std::string_view("]}}\n"));
  return fmt::to_string(out);
}

json down_value(const Start& m) {
  return {{"start", {{"workload", parse_json(encode_workload_spec(m.workload)).value()}}}};
}
json down_value(const Stop& m) {
  return {{"stop", {{"workload", m.workload}, {"grace_s", to_seconds(m.grace)}}}};
}
json down_value(const Ping& m) { return {{"ping", {{"n", m.n}}}}; }
json down_value(const Ack& m) {
  json body = {{"seq", m.seq}};
  if (!m.stream.empty()) body["stream"] = m.stream;
  return {{"ack", std::move(body)}};
}
json down_value(const Attach& m) {
  return {{"attach",
           {{"version", m.version}, {"run", m.run}, {"controller", m.controller},
            {"have", m.have}}}};
}
json down_value(const Bye&) { return {{"bye", json::object()}}; }

}  // namespace

Result<Up> parse_up(std::string_view line) {
  const auto message = read_message(line);
  if (!message) return message.error();
  const auto& [key, value] = *message;
  if (key == "batch") return read_batch(value);
  if (key == "event") return read_event(value);
  if (key == "channels") return read_announce(value);
  if (key == "pong") return read_pong(value);
  if (key == "hello") return read_hello(value);
  if (key == "stream") return read_stream(value);
  if (key == "refused") return read_refused(value);
  return broken("unknown message '" + key.substr(0, 40) + "'");
}

Result<Down> parse_down(std::string_view line) {
  const auto message = read_message(line);
  if (!message) return message.error();
  const auto& [key, value] = *message;
  if (key == "bye") return Down{Bye{}};
  if (key == "ping") return read_numbered<Ping>(value, "n");
  if (key == "attach") return read_attach(value);
  if (key == "ack") {
    const auto seq = json_get<std::uint64_t>(value, "seq");
    if (!seq) return broken("ack without its number");
    return Down{Ack{*seq, short_text(value, "stream").value_or("")}};
  }
  if (key == "stop") {
    const double grace = json_get<double>(value, "grace_s").value_or(5.0);
    if (!(grace >= 0 && grace <= 3600)) return broken("stop with a bad grace");
    return Down{Stop{json_get<std::string>(value, "workload").value_or(""), from_seconds(grace)}};
  }
  if (key == "start") {
    const auto workload = value.find("workload");
    if (workload == value.end()) return broken("start without a workload");
    auto spec = decode_workload_spec(dump_json(*workload));
    if (!spec) return spec.error();
    if (!valid_channel_name(spec->name) || spec->name.find('.') != std::string::npos ||
        spec->argv.empty()) {
      return broken("start with a bad workload name or no argv");
    }
    return Down{Start{std::move(*spec)}};
  }
  return broken("unknown message '" + key.substr(0, 40) + "'");
}

std::string encode(const Up& message) {
  if (const auto* batch = std::get_if<BatchMessage>(&message)) return encode_batch(*batch);
  return std::visit(
      [](const auto& m) {
        if constexpr (std::is_same_v<std::decay_t<decltype(m)>, BatchMessage>) {
          return encode_batch(m);
        } else {
          return dump_json(up_value(m)) + "\n";
        }
      },
      message);
}

std::string encode(const Down& message) {
  return std::visit([](const auto& m) { return dump_json(down_value(m)) + "\n"; }, message);
}

}  // namespace soakrig::agent
