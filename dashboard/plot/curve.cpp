// SPDX-License-Identifier: Apache-2.0
#include "dashboard/plot/curve.hpp"

#include <algorithm>
#include <cmath>

namespace soakrig::dashboard {
namespace {

using store::ViewBin;

bool broken(const ViewBin& bin) {
  return (bin.flags & store::kBinGap) != 0 || (bin.rows > 0 && bin.good == 0);
}

double mean_of(const ViewBin& bin) {
  // A sum may round past the extremes: a mean is never outside them.
  return std::clamp(bin.sum / static_cast<double>(bin.good), bin.min, bin.max);
}

// Joins neighbours, so that a long stretch is one rectangle.
void add_stretch(std::vector<Rect>& out, float x0, float x1, const Rect& area) {
  x0 = std::max(x0, area.x);
  x1 = std::min(std::max(x1, x0 + 1), area.right());
  if (x1 <= x0) return;
  if (!out.empty() && x0 <= out.back().right() + 0.01f) {
    out.back().w = std::max(out.back().w, x1 - out.back().x);
    return;
  }
  out.push_back({x0, area.y, x1 - x0, area.h});
}

class Lines {
 public:
  explicit Lines(std::vector<std::vector<Point>>& out) : out_(out) {}
  void add(Point p, bool step) {
    if (fresh_) out_.emplace_back();
    const bool level = !fresh_ && step;
    if (level && out_.back().back().y == p.y) {
      hold_to(p.x);  // no corner where nothing changes
      return;
    }
    if (level) out_.back().push_back({p.x, out_.back().back().y});
    out_.back().push_back(p);
    fresh_ = false;
  }
  void hold_to(float x) {
    if (fresh_ || out_.back().back().x >= x) return;
    auto& line = out_.back();
    const bool longer = line.size() > 1 && line[line.size() - 2].y == line.back().y;
    if (longer) line.back().x = x;
    if (!longer) line.push_back({x, line.back().y});
  }
  void cut() { fresh_ = true; }
  [[nodiscard]] bool fresh() const { return fresh_; }

 private:
  std::vector<std::vector<Point>>& out_;
  bool fresh_ = true;
};

}  // namespace

CurveShape shape_of(const store::View& view, const TimeScale& time, const ValueScale& value,
                    const Rect& area, bool steps) {
  CurveShape out;
  Lines lines(out.lines);
  if (view.before && view.before->state == State::good) {
    lines.add({time.x(view.from), value.y(view.before->value)}, false);
  }
  Nanos last = view.from;
  for (const ViewBin& bin : view.bins) {
    const float x0 = time.x(bin.t0), x1 = time.x(bin.t1);
    if ((bin.flags & store::kBinGap) != 0) add_stretch(out.gaps, x0, x1, area);
    if (bin.rows > bin.good) add_stretch(out.unread, x0, x1, area);
    const bool fresh = lines.fresh();
    if (bin.good > 0) {
      const float top = value.y(bin.max), bottom = value.y(bin.min);
      if (bin.max > bin.min) {
        out.band.push_back({x0, top, std::max(1.0f, x1 - x0), std::max(1.0f, bottom - top)});
      }
      // One row stands at its own time; many stand for their whole column.
      lines.add({bin.good == 1 ? x0 : (x0 + x1) / 2, value.y(mean_of(bin))}, steps);
    }
    // A column in which a gap begins ends the line; one in which it ends begins the next.
    if (broken(bin) && (bin.good == 0 || !fresh)) {
      if (steps) lines.hold_to(x0);
      lines.cut();
    }
    if (bin.rows > 0) last = bin.t1;
  }
  if (steps) lines.hold_to(time.x(last));
  return out;
}

void draw_absence(Canvas& canvas, const Theme& theme, const CurveShape& shape) {
  canvas.fills(shape.unread, theme.stale.faded(0.18f));
  for (const Rect& gap : shape.gaps) {
    canvas.fill(gap, theme.gap.faded(0.12f));
    draw_hatch(canvas, gap, theme.gap.faded(0.55f), theme.em(0.5f));
  }
}

void draw_curve(Canvas& canvas, const CurveShape& shape, const CurveStyle& style) {
  canvas.fills(shape.band, style.colour.faded(0.45f));
  for (const std::vector<Point>& line : shape.lines) {
    if (line.size() > 1) {
      canvas.polyline(line, style.colour, style.width);
    } else {
      const float r = style.width;
      canvas.fill({line[0].x - r, line[0].y - r, 2 * r, 2 * r}, style.colour);
    }
  }
}

void draw_breaches(Canvas& canvas, const Theme& theme, const store::View& view,
                   std::optional<double> min, std::optional<double> max, const TimeScale& time,
                   const ValueScale& value) {
  std::vector<Rect> out;
  for (const ViewBin& bin : view.bins) {
    if (bin.good == 0) continue;
    const float x0 = time.x(bin.t0), width = std::max(2 * theme.scale, time.x(bin.t1) - x0);
    const auto add = [&](double from, double to) {
      const float top = value.y(to), bottom = value.y(from);
      out.push_back({x0, top, width, std::max(2.0f, bottom - top)});
    };
    if (max && bin.max > *max) add(std::max(bin.min, *max), bin.max);
    if (min && bin.min < *min) add(bin.min, std::min(bin.max, *min));
  }
  canvas.fills(out, theme.bad);
}

std::optional<ValueRange> extremes(std::span<const store::View> views) {
  std::optional<ValueRange> out;
  const auto add = [&](double lo, double hi) {
    out = out ? ValueRange{std::min(out->lo, lo), std::max(out->hi, hi)} : ValueRange{lo, hi};
  };
  for (const store::View& view : views) {
    if (view.before && view.before->state == State::good)
      add(view.before->value, view.before->value);
    for (const ViewBin& bin : view.bins) {
      if (bin.good > 0) add(bin.min, bin.max);
    }
  }
  return out;
}

std::optional<ValueAt> value_at(const store::View& view, Nanos t) {
  auto at = std::ranges::upper_bound(view.bins, t, {}, &ViewBin::t0);
  while (at != view.bins.begin()) {
    const ViewBin& bin = *--at;
    if (bin.good > 0) return ValueAt{mean_of(bin), bin.min, bin.max, bin.good};
    if (broken(bin)) return std::nullopt;
  }
  if (!view.before || view.before->state != State::good || t < view.from) return std::nullopt;
  return ValueAt{view.before->value, view.before->value, view.before->value, 0};
}

}  // namespace soakrig::dashboard
