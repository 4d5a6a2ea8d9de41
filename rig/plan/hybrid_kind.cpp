// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/hybrid_kind.hpp"

#include <optional>
#include <string>
#include <utility>

#include "rig/base/day.hpp"
#include "rig/base/quantity.hpp"
#include "rig/base/url.hpp"

namespace soakrig::plan {

namespace {

using Flag = std::pair<const char*, const char*>;  // key of the profile, option of the load

// With '=', so that a value may begin with '-'.
void pass(WorkloadSpec& spec, const std::string& flag, const std::string& value) {
  spec.argv.push_back(flag + "=" + value);
}

void fill_place(const TableReader& table, const std::string& name, WorkloadSpec& spec,
                Build& build) {
  const TableReader place(table.find(name), {"hybrid.place"}, table.where() + " " + name,
                          build.faults);
  const std::string url = place.text("url").value_or("");
  if (const auto parsed = parse_http_url(url); !parsed && place.has("url")) {
    build.faults.add(place.place("url"), place.where() + " url: " + parsed.error().what,
                     parsed.error().remedy);
  }
  const std::string flag = "--" + name + "-";
  pass(spec, flag + "url", url);
  pass(spec, flag + "api", place.text("api").value_or("chat"));
  for (const auto& [key, option] : {Flag{"model", "model"}, Flag{"token_env", "token-env"}}) {
    if (const auto value = place.text(key)) pass(spec, flag + option, *value);
  }
  for (const auto& [key, option] : {Flag{"token_file", "token-file"}, Flag{"ca_file", "ca-file"}}) {
    if (const auto path = place.text(key)) {
      pass(spec, flag + option, resolve_path(build.folder, *path));
    }
  }
  if (!place.boolean("verify").value_or(true)) spec.argv.push_back(flag + "no-verify");
  if (name == "edge") spec.model = place.text("model").value_or("");
}

void fill_rule(const TableReader& table, WorkloadSpec& spec, Build& build) {
  const std::string rule = table.text("rule").value_or("");
  pass(spec, "--rule", rule);
  const bool bounded = rule == "length" || rule == "confidence";
  const auto threshold = table.number("threshold");
  if (bounded && !table.has("threshold")) {
    build.faults.add(
        table.place("rule"), table.where() + " rule = \"" + rule + "\" has no threshold",
        rule == "length" ? "add threshold = 200.0 (words)" : "add threshold = 0.8 (from 0 to 1)");
  } else if (!bounded && table.has("threshold")) {
    build.faults.add(table.place("threshold"),
                     table.where() + " threshold does nothing with rule = \"" + rule + "\"",
                     "leave it out");
  } else if (rule == "confidence" && threshold.value_or(0) > 1) {
    build.faults.add(table.place("threshold"),
                     table.where() + " threshold of a confidence is from 0 to 1", "lower it");
  }
  if (threshold) pass(spec, "--threshold", std::to_string(*threshold));
  const auto cloud = table.texts("cloud_labels");
  if (rule == "label" && cloud.empty()) {
    build.faults.add(table.place("rule"), table.where() + " rule = \"label\" has no cloud_labels",
                     "add cloud_labels = [\"code\"]");
  }
  for (const std::string& label : cloud) pass(spec, "--cloud-label", label);
  for (const std::string& label : table.texts("local_labels")) pass(spec, "--local-label", label);
  const auto budget = table.number("budget");
  if (rule == "budget" && !budget) {
    build.faults.add(table.place("rule"), table.where() + " rule = \"budget\" has no budget",
                     "add budget = 0.50 (money an hour)");
  }
  if (budget) pass(spec, "--budget", std::to_string(*budget));
  if (budget && !table.has("prices")) {
    build.faults.add(table.place("budget"), table.where() + " budget needs prices",
                     "add prices = { … }: nothing else says what the cloud costs");
  }
  if (!table.boolean("fallback").value_or(true)) spec.argv.emplace_back("--no-fallback");
  if (table.has("both")) pass(spec, "--both", table.text("both").value_or(""));
}

void check_recurring(const TableReader& link, const char* key, Build& build) {
  const auto text = link.text(key);
  if (!text) return;
  const std::size_t colon = text->find(':');
  const auto every = parse_duration(text->substr(0, colon));
  const auto lasts =
      colon == std::string::npos ? Result<Nanos>(Error{}) : parse_duration(text->substr(colon + 1));
  if (every && lasts && *every >= kMillisecond && *lasts >= kMillisecond) return;
  build.faults.add(link.place(key), link.where() + " " + key + " '" + shown(*text) + "' is none",
                   "write EVERY:LASTS, such as \"10min:20s\"");
}

void fill_link(const TableReader& table, WorkloadSpec& spec, Build& build) {
  if (!table.has("link")) return;
  const TableReader link(table.find("link"), {"hybrid.link"}, table.where() + " link",
                         build.faults);
  for (const auto& [key, flag] :
       {Flag{"rtt", "--rtt"}, Flag{"jitter", "--jitter"}, Flag{"loss", "--loss"},
        Flag{"stalls", "--stalls"}, Flag{"outages", "--outages"}}) {
    if (const auto value = link.text(key)) pass(spec, flag, *value);
  }
  for (const auto& [key, flag] : {Flag{"up_kbit_s", "--up"}, Flag{"down_kbit_s", "--down"}}) {
    if (const auto value = link.number(key)) pass(spec, flag, std::to_string(*value));
  }
  check_recurring(link, "stalls", build);
  check_recurring(link, "outages", build);
  pass(spec, "--outage-kind", link.text("outage_kind").value_or("refuse"));
  const auto trace = link.text("trace");
  if (!trace) return;
  pass(spec, "--link-trace", resolve_path(build.folder, *trace));
  for (const char* key : {"rtt", "up_kbit_s", "down_kbit_s", "loss", "outages"}) {
    if (!link.has(key)) continue;
    build.faults.add(link.place(key), link.where() + " " + key + " stands beside a trace",
                     "the trace brings its own: leave one of them out");
  }
}

void fill_prices(const TableReader& table, WorkloadSpec& spec, Build& build) {
  if (!table.has("prices")) return;
  const TableReader prices(table.find("prices"), {"hybrid.prices"}, table.where() + " prices",
                           build.faults);
  for (const auto& [key, flag] :
       {Flag{"cloud_in", "--price-cloud-in"}, Flag{"cloud_out", "--price-cloud-out"},
        Flag{"edge", "--price-edge"}}) {
    pass(spec, flag, std::to_string(prices.number(key).value_or(0)));
  }
  for (const auto& [key, flag] : {Flag{"currency", "--currency"}, Flag{"date", "--price-date"},
                                  Flag{"source", "--price-source"}}) {
    pass(spec, flag, prices.text(key).value_or(""));
  }
  if (const auto date = prices.text("date"); date && !is_day(*date)) {
    build.faults.add(prices.place("date"), prices.where() + " date is no day",
                     "write the day on which the prices held, such as \"2026-01-31\"");
  }
}

void fill_load(const TableReader& table, WorkloadSpec& spec, Build& build) {
  const std::string arrivals = table.text("arrivals").value_or("closed");
  const auto wants = [&](const char* key, bool needed) {
    if (table.has(key) == needed) return;
    const std::string of = " arrivals = \"" + arrivals + "\"";
    build.faults.add(table.place(needed ? "arrivals" : key),
                     table.where() + (needed ? of + " has no " + key
                                             : std::string(" ") + key + " does nothing with" + of),
                     needed ? "add it" : "leave it out");
  };
  wants("rate", arrivals == "constant" || arrivals == "poisson");
  wants("trace", arrivals == "trace");
  if (arrivals != "closed") pass(spec, "--arrivals", arrivals);
  if (const auto rate = table.number("rate")) pass(spec, "--rate", std::to_string(*rate));
  for (const auto& [key, flag] : {Flag{"trace", "--trace"}, Flag{"prompt_file", "--prompt-file"}}) {
    if (const auto path = table.text(key)) pass(spec, flag, resolve_path(build.folder, *path));
  }
  if (const auto words = table.text("prompt_words")) pass(spec, "--prompt-words", *words);
  pass(spec, "--prompts", table.text("prompts").value_or("mixed"));
  pass(spec, "--language", table.text("language").value_or("en"));
  pass(spec, "--answer-tokens", std::to_string(table.integer("answer_tokens").value_or(64)));
  pass(spec, "--streams", std::to_string(table.integer("streams").value_or(1)));
  pass(spec, "--most-open", std::to_string(table.integer("most_open").value_or(256)));
  for (const auto& [key, flag] :
       {Flag{"same_prefix", "--same-prefix"}, Flag{"may_stop", "--may-stop"}}) {
    if (table.boolean(key).value_or(false)) spec.argv.emplace_back(flag);
  }
  pass(spec, "--timeout", table.text("timeout").value_or("60s"));
  pass(spec, "--stall", table.text("stall").value_or("30s"));
  pass(spec, "--ready-within", table.text("ready_within").value_or("60s"));
  pass(spec, "--seed",
       std::to_string(table.integer("seed").value_or(static_cast<std::int64_t>(build.spec.seed))));
}

}  // namespace

void fill_hybrid(const TableReader& table, WorkloadSpec& spec, Build& build) {
  spec.argv = {"soakrig-work", "hybrid"};
  fill_place(table, "edge", spec, build);
  fill_place(table, "cloud", spec, build);
  fill_rule(table, spec, build);
  fill_link(table, spec, build);
  fill_prices(table, spec, build);
  fill_load(table, spec, build);
  spec.device = table.text("device").value_or("cpu");
  spec.precision = table.text("precision").value_or("");
}

}  // namespace soakrig::plan
