// SPDX-License-Identifier: Apache-2.0
#include "rig/app/site_file.hpp"

#include <filesystem>

#include "rig/app/cost_file.hpp"
#include "rig/app/input_table.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/quantity.hpp"

namespace soakrig::app {

namespace {

using plan::Value;

constexpr std::size_t kMostTrace = 64u << 20;  // bytes
constexpr double kMilli = 1e-3;

std::string beside(const std::string& file, const std::string& named) {
  return (std::filesystem::path(file).parent_path() / named).string();
}

std::optional<double> milliseconds(InputTable& table, std::string_view key) {
  if (!table.has(key)) return std::nullopt;
  return table.bounded(key, {0, 1e7, false}).value * kMilli;
}

// The names of the files that it refers to; empty = none.
struct Further {
  std::string cost, trace;
};

void read_needs(const Value& document, report::SitePlan& out, Further& further, InputFile& file) {
  InputTable site(document.find("site"), document, "[site]",
                  {"name", "data_may_leave", "first_token", "availability", "request", "cost",
                   "phase", "workload"},
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
  if (site.has("request")) {
    const auto bytes = parse_bytes(site.text("request"));
    if (bytes) {
      in.request_bits = 8 * static_cast<double>(*bytes);
    } else {
      file.fail(site.place("request"), "[site] request is no size", "write \"4kB\"");
    }
  }
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
                  {"trace", "round_trip_ms", "availability", "up_kbit_s"}, file);
  out.stated.link_round_trip = milliseconds(link, "round_trip_ms");
  out.stated.link_availability = link.optional_share("availability");
  if (const auto rate = link.optional_number("up_kbit_s", {0, 1e9, true})) {
    out.stated.link_bits_s = *rate * 1000;
  }
  further.trace = link.text_or("trace", "");
}

// What is stated beside a trace goes before it.
void take_trace(const analysis::LinkFigures& link, report::SitePlan& out) {
  analysis::SuitInputs& in = out.stated;
  out.link = link;
  if (!in.link_availability) in.link_availability = link.availability;
  if (!in.link_round_trip && link.rtt_p95_ms) in.link_round_trip = *link.rtt_p95_ms * kMilli;
  if (!in.link_bits_s && link.kbit_s_p5) in.link_bits_s = *link.kbit_s_p5 * 1000;
}

}  // namespace

Result<report::SitePlan> read_site(const std::string& file_name) {
  const auto text = read_file(file_name, kMostCostFile);
  if (!text) return text.error();
  const auto document = plan::parse_toml(*text, file_name);
  if (!document) return document.error();
  InputFile file{file_name, std::nullopt};
  InputTable top(&*document, *document, "the file", {"site", "cloud", "link"}, file);
  report::SitePlan out;
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
    take_trace(analysis::link_figures(*rows), out);
  }
  return out;
}

}  // namespace soakrig::app
