// SPDX-License-Identifier: Apache-2.0
//
// Time as the rig knows it. Three kinds never mix:
//   Nanos as *run time*:  ns since the run's start on the rig's CLOCK_BOOTTIME (what is stored);
//   Nanos as *boot time*: ns of one kernel's CLOCK_BOOTTIME (what an agent stamps);
//   Nanos as *UTC*:       ns since 1970 (derived on reading, and kept as anchors).
// Names say which: run_ns, boot_ns, utc_ns. Only SystemClock asks the operating system.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace soakrig {

using Nanos = std::int64_t;

inline constexpr Nanos kMicrosecond = 1'000;
inline constexpr Nanos kMillisecond = 1'000'000;
inline constexpr Nanos kSecond = 1'000'000'000;
inline constexpr Nanos kMinute = 60 * kSecond;
inline constexpr Nanos kHour = 60 * kMinute;

[[nodiscard]] constexpr double to_seconds(Nanos ns) { return static_cast<double>(ns) / 1e9; }
// Rounds to the nearest nanosecond. |seconds| must be below 2^63 ns (292 years).
[[nodiscard]] Nanos from_seconds(double seconds);

// Injected wherever time is read, so that an hour of soak runs in milliseconds in a test.
// Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Nanos boot_ns() const = 0;  // CLOCK_BOOTTIME: counts suspend, never steps
  [[nodiscard]] virtual Nanos utc_ns() const = 0;   // CLOCK_REALTIME: may step
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Nanos boot_ns() const override;
  [[nodiscard]] Nanos utc_ns() const override;
};

// One pair of readings taken together: maps one clock onto another. error_ns bounds how far apart
// the two readings can have been.
struct ClockAnchor {
  Nanos from_ns = 0;
  Nanos to_ns = 0;
  Nanos error_ns = 0;
  [[nodiscard]] constexpr Nanos map(Nanos from) const { return to_ns + (from - from_ns); }
};

// "2026-03-01T12:00:00.000Z" (milliseconds, always UTC), and back. parse accepts 0 to 9 decimals.
[[nodiscard]] std::string format_rfc3339(Nanos utc_ns);
[[nodiscard]] std::optional<Nanos> parse_rfc3339(std::string_view text);

// "1h 02m", "12m 05s", "3.2 s", "850 ms": for people, two parts at most.
[[nodiscard]] std::string format_duration(Nanos ns);

}  // namespace soakrig
