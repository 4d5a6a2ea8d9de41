// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/guard/plan.hpp"

#include <algorithm>
#include <cmath>

namespace soakrig::guard {

using namespace instruments;

std::vector<std::string> endpoints(const GuardPlan& plan) {
  std::vector<std::string> out;
  const auto add = [&out](const std::string& connect) {
    const auto spec = parse_connect(connect);
    if (!spec) return;  // parse_plan and make_step let none through
    if (std::ranges::find(out, spec->endpoint()) == out.end()) out.push_back(spec->endpoint());
  };
  for (const auto* steps : {&plan.lost, &plan.trip}) {
    for (const Step& step : *steps) add(step.connect);
  }
  if (plan.watch) add(plan.watch->connect);
  return out;
}

Point bare_point(const Point& point) {
  Point bare = point;
  bare.scale = point.factor();
  bare.decimals = 0;
  bare.decimals_point.clear();
  bare.min.reset();
  bare.max.reset();
  bare.codes.clear();
  bare.reads.clear();
  bare.source.clear();
  bare.line = 0;
  return bare;
}

Result<Step> make_step(const RegisterMap& map, const std::string& name_of_point,
                       const std::string& connect, double value, const std::string& name,
                       double tolerance) {
  const Point* point = map.find(name_of_point);
  if (point == nullptr) {
    return Error{Errc::not_found, "the map '" + map.name + "' has no point '" + name_of_point + "'"};
  }
  if (!point->readable() || !point->writable()) {
    return Error{Errc::invalid, name_of_point + " cannot be both written and read back"};
  }
  const auto spec = parse_connect(connect);
  if (!spec) return spec.error();
  auto write = write_request(map, *point, spec->unit, value);
  if (!write) return write.error();
  Step step{name, connect, std::move(*write), bare_point(*point), value, tolerance, 0};
  if (point->reads.empty()) return step;
  // The device reads back other words than it is told: expect those.
  const auto code = std::ranges::find(
      point->codes, value, [](const auto& entry) { return static_cast<double>(entry.second); });
  if (code == point->codes.end() || !point->reads.contains(code->first)) {
    return Error{Errc::invalid,
                 name_of_point + " set to " + std::to_string(value) + " cannot be read back"};
  }
  step.value = point->reads.at(code->first);
  step.point.scale = 1;
  step.point.offset = 0;
  return step;
}

}  // namespace soakrig::guard
