// SPDX-License-Identifier: Apache-2.0
#include "rig/app/labgrid_place.hpp"

#include <cstdio>
#include <utility>

#include "rig/app/run_briefly.hpp"

namespace soakrig::app {
namespace {

constexpr Nanos kWithin = 30 * kSecond;

Result<void> tell(const std::string& place, const char* what) {
  const auto answer = run_briefly({"labgrid-client", "-p", place, what}, kWithin);
  if (!answer) return answer.error();
  if (answer->status.signal == 0 && answer->status.code == 0) return {};
  return Error{Errc::busy, "labgrid place '" + place + "': " + what + " ended with " +
                               answer->status.text(),
               "see who has it: labgrid-client -p " + place + " show"};
}

}  // namespace

LabgridPlace::LabgridPlace(std::string place) : place_(std::move(place)) {}
LabgridPlace::LabgridPlace(LabgridPlace&& other) noexcept
    : place_(std::exchange(other.place_, std::string())) {}

LabgridPlace::~LabgridPlace() {
  if (place_.empty()) return;
  if (const auto done = tell(place_, "release"); !done) {
    std::fprintf(stderr, "soakrig: %s\n", done.error().message().c_str());
  }
}

Result<LabgridPlace> LabgridPlace::acquire(const std::string& place) {
  if (auto done = tell(place, "acquire"); !done) return done.error();
  return LabgridPlace(place);
}

}  // namespace soakrig::app
