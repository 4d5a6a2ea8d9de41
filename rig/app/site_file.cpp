// SPDX-License-Identifier: Apache-2.0
#include "rig/app/site_file.hpp"

#include <algorithm>
#include <filesystem>

#include "rig/app/cost_file.hpp"
#include "rig/app/input_table.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/quantity.hpp"

namespace soakrig::app {

namespace {

using plan::Value;

constexpr std::size_t kMostTrace = 64u << 20;     // bytes
constexpr std::int64_t kMostSent = 100'000'000;  // bytes
constexpr Nanos kLongestProbe = 7 * 24 * kHour;
constexpr double kMilli = 1e-3;

std::string beside(const std::string& file, const std::string& named) {
  return (std::filesystem::path(file).parent_path() / named).string();
}

std::optional<double> milliseconds(InputTable& table, std::string_view key) {
  if (!table.has(key)) return std::nullopt;
  return table.bounded(key, {0, 1e7, false}).value * kMilli;
}

// What else it refers to; files that are named by "" are none.
struct Further {
  std::string cost, trace, keep;
  std::optional<LinkProbe> probe;
};

// "4kB"; 0 where it is absent. `name`: table and key.
std::uint64_t bytes_of(InputTable& table, std::string_view key, const std::string& name,
                       InputFile& file) {
  if (!table.has(key)) return 0;
  const auto bytes = parse_bytes(table.text(key));
  if (bytes && *bytes >= 0 && *bytes <= kMostSent) return static_cast<std::uint64_t>(*bytes);
  file.fail(table.place(key), name + " is no size", "write \"4kB\", at most 100MB");
  return 0;
}

// As a request line takes it.
bool is_path(const std::string& text) {
  constexpr std::size_t kLongest = 2000;
  return text.starts_with('/') && text.size() <= kLongest &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 127; });
}

void read_probe(InputTable& link, Further& further, InputFile& file) {
  if (!link.has("probe")) {
    for (const char* key :
         {"probe_for", "probe_every", "probe_send", "probe_fetch", "probe_keep"}) {
      if (link.has(key)) {
        file.fail(link.place(key), "[link] " + std::string(key) + " does nothing without a probe",
                  "add probe = \"http://HOST:PORT\", or leave it out");
      }
    }
    return;
  }
  LinkProbe probe;
  const auto url = parse_http_url(link.text("probe"));
  if (!url || url->tls) {
    file.fail(link.place("probe"), "[link] probe is no address", "write \"http://HOST:PORT/PATH\"");
    return;
  }
  probe.url = *url;
  const auto length = link.optional_seconds("probe_for"),
             every = link.optional_seconds("probe_every");
  if (length) probe.length = from_seconds(*length);
  if (every) probe.every = from_seconds(*every);
  probe.send = bytes_of(link, "probe_send", "[link] probe_send", file);
  probe.fetch = link.text_or("probe_fetch", "");
  if (!probe.fetch.empty() && !is_path(probe.fetch)) {
    file.fail(link.place("probe_fetch"), "[link] probe_fetch is no path of the probe's server",
              "write \"/PATH\" of something of at least 64 kB that can be fetched there");
  }
  if (probe.every < 10 * kMillisecond || probe.length < probe.every ||
      probe.length > kLongestProbe) {
    file.fail(link.place("probe"), "[link] probe_every is not from 10 ms to probe_for",
              "correct them; probe_for is a week at most");
  }
  further.keep = link.text_or("probe_keep", "");
  further.probe = std::move(probe);
  if (link.has("trace")) {
    file.fail(link.place("trace"), "[link] has a trace and a probe", "leave one out");
  }
}

void read_needs(const Value& document, report::SitePlan& out, Further& further, InputFile& file) {
  InputTable site(document.find("site"), document, "[site]",
                  {"name", "data_may_leave", "first_token", "availability", "request", "answer",
                   "cost", "phase", "workload"},
                  file);
  analysis::SuitInputs& in = out.stated;
  out.name = site.text("name");
  out.phase = site.text_or("phase", "");
  out.workload = site.text_or("workload", "");
  in.data_may_leave = site.boolean("data_may_leave");
  const Value* need = site.find("first_token");
  in.latency_matters = need == nullptr || !need->is(Value::Kind::text) || need->text != "any";
  if (in.latency_matters) in.latency_need = site.optional_seconds("first_token");
  in.availability_need = site.optional_share("availability");
  in.request_bits = 8 * static_cast<double>(bytes_of(site, "request", "[site] request", file));
  in.answer_bits = 8 * static_cast<double>(bytes_of(site, "answer", "[site] answer", file));
  further.cost = site.text_or("cost", "");
}

void read_cloud(const Value& document, report::SitePlan& out, InputFile& file) {
  InputTable cloud(document.find("cloud"), document, "[cloud]", {"first_token_ms", "availability"},
                   file);
  out.stated.cloud_service_latency = milliseconds(cloud, "first_token_ms");
  out.stated.cloud_availability = cloud.optional_share("availability");
}

void read_link(const Value& document, report::SitePlan& out, Further& further, InputFile& file) {
  InputTable link(document.find("link"), document, "[link]",
                  {"trace", "round_trip_ms", "availability", "up_kbit_s", "down_kbit_s", "probe",
                   "probe_for", "probe_every", "probe_send", "probe_fetch", "probe_keep"},
                  file);
  out.stated.link_round_trip = milliseconds(link, "round_trip_ms");
  out.stated.link_availability = link.optional_share("availability");
  if (const auto rate = link.optional_number("up_kbit_s", {0, 1e9, true})) {
    out.stated.link_bits_s = *rate * 1000;
  }
  if (const auto rate = link.optional_number("down_kbit_s", {0, 1e9, true})) {
    out.stated.link_down_bits_s = *rate * 1000;
  }
  further.trace = link.text_or("trace", "");
  read_probe(link, further, file);
}

}  // namespace

void take_link(const std::vector<LinkRow>& rows, report::LinkSource source,
               report::SitePlan& plan) {
  const analysis::LinkFigures link = analysis::link_figures(rows);
  analysis::SuitInputs& in = plan.stated;
  plan.link = link;
  plan.link_source = source;
  if (!in.link_availability) in.link_availability = link.availability;
  if (!in.link_round_trip && link.rtt_p95_ms) in.link_round_trip = *link.rtt_p95_ms * kMilli;
  if (!in.link_bits_s && link.kbit_s_p5) in.link_bits_s = *link.kbit_s_p5 * 1000;
  if (!in.link_down_bits_s && link.down_kbit_s_p5) {
    in.link_down_bits_s = *link.down_kbit_s_p5 * 1000;
  }
}

Result<Site> read_site(const std::string& file_name) {
  const auto text = read_file(file_name, kMostCostFile);
  if (!text) return text.error();
  const auto document = plan::parse_toml(*text, file_name);
  if (!document) return document.error();
  InputFile file{file_name, std::nullopt};
  InputTable top(&*document, *document, "the file", {"site", "cloud", "link"}, file);
  Site site;
  report::SitePlan& out = site.plan;
  Further further;
  read_needs(*document, out, further, file);
  read_cloud(*document, out, file);
  read_link(*document, out, further, file);
  if (file.wrong) return *file.wrong;
  if (!further.cost.empty()) {
    const std::string path = beside(file_name, further.cost);
    const auto cost = read_file(path, kMostCostFile);
    if (!cost) return cost.error();
    auto plan = parse_cost(*cost, path);
    if (!plan) return plan.error();
    out.cost = std::move(*plan);
    if (!out.phase.empty()) out.cost->phase = out.phase;
    if (!out.workload.empty()) out.cost->workload = out.workload;
  }
  if (!further.trace.empty()) {
    const std::string path = beside(file_name, further.trace);
    const auto csv = read_file(path, kMostTrace);
    if (!csv) return csv.error();
    const auto rows = parse_link_trace(*csv, path);
    if (!rows) return rows.error();
    take_link(*rows, report::LinkSource::trace, out);
  }
  site.probe = std::move(further.probe);
  if (!further.keep.empty()) site.keep = beside(file_name, further.keep);
  return site;
}

}  // namespace soakrig::app
