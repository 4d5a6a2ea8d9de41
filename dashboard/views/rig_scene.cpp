// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/rig_scene.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "dashboard/plot/value_axis.hpp"
#include "dashboard/views/fleet_scene.hpp"
#include "dashboard/views/plot_scene.hpp"
#include "dashboard/views/text_flow.hpp"
#include "rig/base/rig_events.hpp"

namespace soakrig::dashboard {
namespace {

constexpr std::size_t kPlotsAtOnce = 5;
constexpr std::string_view kGuard = "guard";  // docs/formats/events.md
constexpr std::array kRigKinds{event_kind::kChamber, event_kind::kRigFault, event_kind::kTrip,
                               event_kind::kLink,    event_kind::kGap,      event_kind::kNotify,
                               event_kind::kOperator, kGuard, event_kind::kConsoleLink,
                               event_kind::kPower,    event_kind::kMeter};

// A thing and how it stands: on one line, or below it where there is no room. A reading is never cut.
void state_line(TextFlow& flow, const Canvas& canvas, const Theme& theme, float width, Marker marker,
                Colour colour, const std::string& what, const std::string& state) {
  const std::string whole = what + "  " + state;
  if (canvas.metrics().width(whole, TextStyle::normal) < width - theme.em(1.6f)) {
    flow.marked(marker, colour, whole, TextStyle::normal);
    return;
  }
  flow.marked(marker, colour, what, TextStyle::normal);
  flow.wrapped(state, 3, colour);
}

std::optional<Nanos> newest(const store::View& view) {
  for (auto bin = view.bins.rbegin(); bin != view.bins.rend(); ++bin) {
    if (bin->rows > 0) return bin->good > 0 ? std::optional(bin->t1 - 1) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::vector<RigReading> rig_readings(const RunModel& run, const std::vector<PlotData>& plots) {
  std::vector<RigReading> out;
  for (const PlotData& plot : plots) {
    for (std::size_t i = 0; i < plot.views.size(); ++i) {
      const CurveSource& curve = plot.spec.curves[i];
      if (!curve.board.empty()) continue;
      RigReading one{curve.channel, "no reading", "", "", false};
      const auto row = std::ranges::find_if(run.channels, [&](const auto& c) {
        return c.board.empty() && c.info.name == curve.channel;
      });
      if (row != run.channels.end()) one.source = row->info.source;
      if (const auto at = newest(plot.views[i])) {
        const auto value = value_at(plot.views[i], *at);
        const Nanos age = std::max<Nanos>(0, run.last - *at);
        one.value = value_with_unit(value->mean, curve.unit);
        one.age = length_text(age);
        // Ten periods of silence: as the store counts a gap.
        one.well = row == run.channels.end() || row->period <= 0 ||
                   age < std::max(10 * row->period, 2 * kSecond) + plot.views[i].bins.back().t1 -
                             plot.views[i].bins.back().t0;
      }
      out.push_back(std::move(one));
    }
  }
  return out;
}

std::vector<const EventMark*> rig_events(const RunModel& run, std::size_t most) {
  std::vector<const EventMark*> out;
  for (auto mark = run.marks.rbegin(); mark != run.marks.rend() && out.size() < most; ++mark) {
    if (mark->board.empty() || std::ranges::find(kRigKinds, mark->kind) != kRigKinds.end())
      out.push_back(&*mark);
  }
  return out;
}

std::vector<SafetyLine> safety_lines(const RunModel& run, TimeFormat format) {
  std::vector<SafetyLine> out;
  if (!run.spec.chamber) return out;
  const auto newest_of = [&](std::string_view kind) -> const EventMark* {
    const auto found = std::ranges::find(run.marks.rbegin(), run.marks.rend(), kind, &EventMark::kind);
    return found == run.marks.rend() ? nullptr : &*found;
  };
  const auto say = [&](const EventMark& mark, Severity severity) {
    out.push_back({time_text(mark.t, kSecond, format, run.clock) + "  " + mark.text, severity});
  };
  if (const EventMark* trip = newest_of(event_kind::kTrip)) say(*trip, Severity::alarm);
  if (const EventMark* guard = newest_of(kGuard)) {
    say(*guard, std::max(guard->severity, Severity::warning));
  } else if (run.spec.chamber->connect.starts_with("virtual")) {
    out.push_back({"virtual chamber: it has no guard", Severity::info});
  } else {
    out.push_back({"the guard has had nothing to do", Severity::info});
  }
  if (const EventMark* chamber = newest_of(event_kind::kChamber)) say(*chamber, chamber->severity);
  return out;
}

void draw_rig(Canvas& canvas, const Theme& theme, const RunModel& run,
              const std::vector<PlotData>& plots, std::size_t first_plot, TimeRange range,
              TimeFormat format, const Rect& area) {
  const Rect in = area.inset(theme.em(0.6f));
  const Rect left{in.x, in.y, in.w * 0.42f, in.h};
  const Rect right{left.right() + theme.em(0.6f), in.y, in.w - left.w - theme.em(0.6f), in.h};
  canvas.fill(left, theme.panel);
  draw_frame(canvas, left, theme.border);
  TextFlow flow(canvas, theme, left.inset(theme.em(0.8f)));
  const float width = left.w - theme.em(1.6f);
  flow.heading("Instruments");
  if (run.spec.chamber)
    flow.pair("chamber", run.spec.chamber->map + " at " + run.spec.chamber->connect);
  for (const InstrumentSpec& instrument : run.spec.instruments) {
    flow.pair(instrument.name, (instrument.map.empty() ? "program" : instrument.map) +
                                   (instrument.connect.empty() ? "" : " at " + instrument.connect));
  }
  if (!run.spec.chamber && run.spec.instruments.empty())
    flow.line("this run has none: only what the board itself reads", theme.dim);
  if (run.spec.chamber && run.spec.chamber->safe_temperature) {
    flow.pair("safe set-point", value_with_unit(*run.spec.chamber->safe_temperature, "Cel"));
    flow.wrapped(
        "software is not the safety device: a chamber needs its own over-temperature cut-out", 2,
        theme.dim);
  }
  const auto safety = safety_lines(run, format);
  if (!safety.empty()) flow.heading("Guard and safe state");
  for (const SafetyLine& line : safety) {
    const bool calm = line.severity == Severity::info;
    // The time, and what was said then.
    const auto blank = line.text.find("  ");
    state_line(flow, canvas, theme, width,
               calm                               ? Marker::circle
               : line.severity == Severity::alarm ? Marker::cross
                                                  : Marker::triangle,
               calm                               ? theme.good
               : line.severity == Severity::alarm ? theme.bad
                                                  : theme.warn,
               blank == std::string::npos ? line.text : line.text.substr(0, blank),
               blank == std::string::npos ? "" : line.text.substr(blank + 2));
  }
  if (std::ranges::any_of(run.contacts, [](const BoardContact& c) {
        return c.remote || c.has_console || c.lost() || c.power.has_value();
      }))
    flow.heading("Boards");
  for (const BoardContact& contact : run.contacts) {
    std::string text = contact_text(contact, run.last);
    if (contact.power) text += (text.empty() ? "" : " · ") + contact.power->text;
    if (text.empty()) continue;
    state_line(flow, canvas, theme, width, contact.lost() ? Marker::triangle : Marker::circle,
               contact.lost() ? theme.bad : theme.good, contact.board + ":", text);
  }
  const auto readings = rig_readings(run, plots);
  if (!readings.empty()) flow.heading("Newest readings");
  for (const RigReading& one : readings) {
    state_line(flow, canvas, theme, width, one.well ? Marker::circle : Marker::triangle,
               one.well ? theme.good : theme.bad, one.channel + ":",
               one.value + (one.age.empty() ? "" : ",  " + one.age + " ago"));
  }
  flow.heading("Events of the rig, newest first");
  const auto events = rig_events(run, 30);
  if (events.empty()) flow.line("none", theme.dim);
  for (const EventMark* mark : events) {
    flow.wrapped(time_text(mark->t, kSecond, format, run.clock) + "  " + mark->text, 2,
                 mark->severity == Severity::alarm ? std::optional(theme.bad) : std::nullopt);
  }
  std::vector<const PlotData*> shown;
  for (const PlotData& plot : plots) {
    if (!plot.spec.curves.empty() && plot.spec.curves[0].board.empty()) shown.push_back(&plot);
  }
  const std::size_t left_out = std::min(first_plot, shown.size() - std::min<std::size_t>(shown.size(), 1));
  shown.erase(shown.begin(), shown.begin() + static_cast<std::ptrdiff_t>(left_out));
  const std::size_t more = shown.size() - std::min(shown.size(), kPlotsAtOnce);
  shown.resize(shown.size() - more);
  const float gutter = theme.em(9.5f), axis = theme.em(1.6f);
  const TimeScale time(range, right.x + gutter, right.right());
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const float each = (right.h - axis) / static_cast<float>(shown.size());
    const Rect place{right.x, right.y + each * static_cast<float>(i), right.w,
                     each - theme.em(0.4f)};
    draw_plot(canvas, theme, *shown[i], frame_of(*shown[i], theme, place, gutter), time, {}, {});
  }
  if (shown.empty()) {
    draw_text(canvas, {right.x + right.w / 2, right.y + right.h / 2},
              "no channel of the rig was recorded", TextStyle::normal, theme.dim, Align::centre);
    return;
  }
  for (const TimeTick& tick :
       time_ticks(range, std::max(1, static_cast<int>(right.w / theme.em(9))), format, run.clock)) {
    const float half = canvas.metrics().width(tick.label, TextStyle::small) / 2;
    draw_text(canvas, {std::min(time.x(tick.t), right.right() - half), right.bottom() - axis},
              tick.label, TextStyle::small, theme.dim, Align::centre);
  }
  if (more > 0) {
    draw_text(canvas, {right.x + gutter - theme.em(0.4f), right.bottom() - axis},
              fmt::format("{} more below", more), TextStyle::small, theme.accent, Align::right);
  }
}

}  // namespace soakrig::dashboard
