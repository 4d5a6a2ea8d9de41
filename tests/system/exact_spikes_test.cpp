// SPDX-License-Identifier: Apache-2.0
//
// Single samples far outside, hidden anywhere among millions, are found at every zoom: in the bins
// that a plot is made of, and as painted pixels. Eight million samples by default; 2.6 billion (30
// days of 100 channels at 10 Hz) where $SOAKRIG_CAMPAIGN is full; $SOAKRIG_SPIKES_ROWS rows.
#include <cstdlib>
#include <random>

#include "dashboard/canvas/raster_canvas.hpp"
#include "dashboard/plot/curve.hpp"
#include "results/store/reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/long_run.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

namespace {

test::LongRun planned() {
  test::LongRun run;
  const char* campaign = std::getenv("SOAKRIG_CAMPAIGN");
  const bool full = campaign != nullptr && std::string(campaign) == "full";
  run.rows = full ? 25'920'000 : 500'000;
  run.channels = full ? 100 : 16;
  if (const char* rows = std::getenv("SOAKRIG_SPIKES_ROWS"))
    run.rows = std::strtoull(rows, nullptr, 10);
  std::mt19937_64 random(7);
  for (std::size_t i = 0; i < 40; ++i) {
    const double value = (i % 2 == 0 ? 1000.0 : -1000.0) + static_cast<double>(i);
    run.spikes.push_back({random() % run.channels, random() % run.rows, value});
  }
  // The very first and last rows, and where chunks meet.
  run.spikes.push_back({0, 0, 2000});
  run.spikes.push_back({0, run.rows - 1, 2001});
  run.spikes.push_back({1, 4095, 2002});
  run.spikes.push_back({1, 4096, 2003});
  return run;
}

// The view's bin that holds `t` reaches `value`.
bool reaches(const store::View& view, Nanos t, double value) {
  for (const store::ViewBin& bin : view.bins) {
    if (t < bin.t0 || t >= bin.t1 || bin.good == 0) continue;
    return value > 0 ? bin.max >= value : bin.min <= value;
  }
  return false;
}

constexpr Colour kBack{255, 255, 255, 255}, kInk{0, 0, 0, 255};
constexpr int kWidth = 400, kHeight = 200;

// A pixel of the column where `t` is drawn is painted at the height of `value`.
bool painted(const store::View& view, TimeRange range, Nanos t, double value) {
  static const FontSet fonts({1, true, ""});
  RasterCanvas canvas(kWidth, kHeight, kBack, fonts);
  const TimeScale time(range, 0, kWidth);
  const ValueScale scale({-2500, 2500}, kHeight, 0);
  draw_curve(canvas, shape_of(view, time, scale, {0, 0, kWidth, kHeight}, false), {kInk, false, 1});
  // A bin may begin or end a column beside the even place: edges lie where summaries meet.
  const int x = static_cast<int>(time.x(t)), y = static_cast<int>(scale.y(value));
  for (int dx = -2; dx <= 2; ++dx) {
    for (int dy = -1; dy <= 1; ++dy) {
      const int px = x + dx, py = y + dy;
      if (px < 0 || px >= kWidth || py < 0 || py >= kHeight) continue;
      if (canvas.image().rgba[4 * static_cast<std::size_t>(py * kWidth + px)] < 250) return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("every planted spike is found at every zoom, and nowhere else") {
  const test::TempDir dir;
  const SystemClock clock;
  const test::LongRun run = planned();
  const auto path = test::write_long_run(run, dir.path().string(), clock);
  REQUIRE(path);
  const auto reader = store::Reader::open(*path);
  REQUIRE(reader);
  const Nanos end = run.at(run.rows);
  std::size_t looked = 0;
  for (const test::Spike& spike : run.spikes) {
    const auto channel = static_cast<store::ChannelId>((*reader->channels())[spike.channel].id);
    const Nanos t = run.at(spike.row);
    for (Nanos length = end; length > 20 * run.period; length /= 9) {
      // The spike at a third of the window, or wherever the run's ends push it.
      const Nanos from = std::clamp<Nanos>(t - length / 3, 0, end - length);
      const TimeRange range{from, from + length};
      for (const std::size_t columns : {std::size_t{1}, std::size_t{kWidth}}) {
        INFO("channel " << spike.channel << " row " << spike.row << " length " << to_seconds(length)
                        << " s, " << columns << " columns");
        const auto view = reader->view(channel, range.from, range.to - 1, columns);
        REQUIRE(view);
        CHECK(reaches(*view, t, spike.value));
        if (columns == kWidth) CHECK(painted(*view, range, t, spike.value));
        ++looked;
      }
    }
  }
  CHECK(looked > 400);

  // The checks fail where there is no spike: beside one, and in a picture of another range.
  const test::Spike& spike = run.spikes[0];
  const auto channel = static_cast<store::ChannelId>((*reader->channels())[spike.channel].id);
  const Nanos t = run.at(spike.row), beside = t > end / 2 ? t - end / 4 : t + end / 4;
  const auto without = reader->view(channel, beside, beside + 50 * run.period, kWidth);
  REQUIRE(without);
  CHECK_FALSE(reaches(*without, beside + 10 * run.period, spike.value));
  CHECK_FALSE(
      painted(*without, {beside, beside + 50 * run.period}, beside + 10 * run.period, spike.value));
}
