// SPDX-License-Identifier: Apache-2.0
#include "rig/app/cost_file.hpp"

#include "rig/app/input_table.hpp"

namespace soakrig::app {

namespace {

using plan::Value;

constexpr Range kPositive{0, 1e12, true};

std::vector<report::DatedPrice> read_rates(const Value& document, const std::string& currency,
                                           InputFile& file) {
  std::vector<report::DatedPrice> out;
  const Value* rates = document.find("rate");
  if (rates == nullptr) return out;
  if (!rates->is(Value::Kind::list)) {
    file.fail(*rates, "'rate' is no list of tables", "write [[rate]]");
    return out;
  }
  for (const Value& one : rates->items) {
    InputTable table(&one, one, "[[rate]]", {"from", "value", "date", "source"}, file);
    report::DatedPrice rate;
    rate.currency = table.text("from");
    rate.value = table.number("value", kPositive);
    rate.date = table.date("date");
    rate.source = table.text("source");
    rate.name = "rate " + rate.currency + " to " + currency;
    for (const report::DatedPrice& before : out) {
      if (before.currency == rate.currency) {
        file.fail(one, "a second rate for " + rate.currency, "leave one of them");
      }
    }
    out.push_back(std::move(rate));
  }
  return out;
}

void read_site(const Value& document, report::CostPlan& out, InputFile& file) {
  InputTable cost(document.find("cost"), document, "[cost]",
                  {"currency", "years", "devices", "requests_per_day", "prompt_tokens",
                   "answer_tokens", "phase", "workload", "sensitivity"},
                  file);
  analysis::CostInputs& in = out.stated;
  out.currency = cost.text("currency");
  in.years = cost.number("years", {0, 50, true});
  in.requests_per_day = cost.optional_number("requests_per_day", kPositive);
  out.count_devices = in.requests_per_day && !cost.has("devices");
  in.devices = cost.number_or("devices", {1, 1e7, false}, 1);
  in.prompt_tokens = cost.number("prompt_tokens", {0, 1e9, false});
  in.answer_tokens = cost.number("answer_tokens", {0, 1e9, true});
  out.phase = cost.text_or("phase", "");
  out.workload = cost.text_or("workload", "");
  out.swing = cost.share_or("sensitivity", 0.2);
  if (!(out.swing > 0 && out.swing < 1)) {
    file.fail(cost.place("sensitivity"), "[cost] sensitivity moves nothing, or all of it",
              "give a share between 0% and 100%, such as \"20%\"");
  }
}

void read_edge(const Value& document, report::CostPlan& out, InputFile& file,
               const std::vector<report::DatedPrice>& rates) {
  InputTable edge(document.find("edge"), document, "[edge]",
                  {"price", "spares", "install", "energy", "cooling", "connectivity", "field_visit",
                   "field_visits_per_year", "operations", "updates", "depreciation", "utilisation",
                   "failures_per_year", "idle_power_w", "power_w", "availability"},
                  file);
  const auto price = [&](std::string_view key, bool required) {
    return edge.price(key, required, out.currency, rates, out.prices);
  };
  analysis::CostInputs& in = out.stated;
  in.price = price("price", true);
  in.install = price("install", false);
  in.energy_kwh = price("energy", true);
  in.connectivity_month = price("connectivity", false);
  in.visit = price("field_visit", true);
  in.operations_month = price("operations", false);
  in.updates_year = price("updates", false);
  in.spares = edge.share_or("spares", 0);
  in.cooling = edge.number_or("cooling", {1, 10, false}, 1);
  in.visits_year = edge.number_or("field_visits_per_year", {0, 1000, false}, 0);
  in.depreciation_years = edge.optional_number("depreciation", {0, 100, true});
  in.utilisation = edge.share_or("utilisation", 1);
  if (!(in.utilisation > 0)) {
    file.fail(edge.place("utilisation"), "[edge] utilisation is 0%", "then nothing is served");
  }
  in.failures_year = edge.bounded("failures_per_year", {0, 1000, false});
  in.idle_power_w = edge.number("idle_power_w", {0, 1e5, false});
  out.power_w = edge.optional_number("power_w", {0, 1e5, true});
  out.availability = edge.optional_number("availability", {0, 1, true});
}

void read_cloud(const Value& document, report::CostPlan& out, InputFile& file,
                const std::vector<report::DatedPrice>& rates) {
  InputTable cloud(document.find("cloud"), document, "[cloud]",
                   {"name", "input", "output", "monthly"}, file);
  out.cloud_name = cloud.text_or("name", "");
  out.stated.cloud_input = cloud.price("input", true, out.currency, rates, out.prices);
  out.stated.cloud_output = cloud.price("output", true, out.currency, rates, out.prices);
  out.stated.cloud_month = cloud.price("monthly", false, out.currency, rates, out.prices);
}

}  // namespace

Result<report::CostPlan> parse_cost(std::string_view toml, const std::string& file_name) {
  const auto document = plan::parse_toml(toml, file_name);
  if (!document) return document.error();
  InputFile file{file_name, std::nullopt};
  InputTable top(&*document, *document, "the file", {"cost", "rate", "edge", "cloud", "hybrid"},
                 file);
  report::CostPlan out;
  read_site(*document, out, file);
  const auto rates = read_rates(*document, out.currency, file);
  read_edge(*document, out, file, rates);
  read_cloud(*document, out, file, rates);
  if (const Value* hybrid = document->find("hybrid")) {
    InputTable table(hybrid, *document, "[hybrid]", {"edge_share"}, file);
    out.stated.edge_share = table.share_or("edge_share", 0.5);
    if (!table.has("edge_share")) {
      file.fail(*hybrid, "[hybrid] has no edge_share", "add edge_share = \"80%\"");
    }
  }
  out.prices.insert(out.prices.end(), rates.begin(), rates.end());
  if (file.wrong) return *file.wrong;
  return out;
}

}  // namespace soakrig::app
