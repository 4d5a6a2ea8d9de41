// SPDX-License-Identifier: Apache-2.0
#include "workloads/frames/frame_pacer.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig::workloads;

TEST_CASE("frames that end in time keep the grid") {
  FramePacer pacer(1000, 100, 100);
  for (int i = 0; i < 3; ++i) {
    const auto due = pacer.due();
    CHECK(due == 1000 + 100 * i);
    const FrameResult frame = pacer.finish(due + 5, due + 60);
    CHECK_FALSE(frame.late);
    CHECK(frame.dropped == 0);
    CHECK(frame.began_after == 5);
    CHECK(frame.ended_after == 60);
  }
}

TEST_CASE("a frame past its deadline is late, and those whose turn passed are dropped") {
  FramePacer pacer(0, 100, 100);
  const FrameResult late = pacer.finish(0, 101);
  CHECK(late.late);
  CHECK(late.dropped == 0);  // the frame of 100 is still to be worked on
  CHECK(pacer.due() == 100);
  const FrameResult later = pacer.finish(101, 450);
  CHECK(later.late);
  CHECK(later.dropped == 2);  // those of 200 and 300
  CHECK(pacer.due() == 400);
}

TEST_CASE("a deadline may be tighter than the period") {
  FramePacer pacer(0, 100, 30);
  CHECK_FALSE(pacer.finish(0, 30).late);
  CHECK(pacer.finish(100, 131).late);
}

TEST_CASE("a rest loses no frames") {
  FramePacer pacer(0, 100, 100);
  pacer.skip_to(950);
  CHECK(pacer.due() == 1000);
  pacer.skip_to(20);
  CHECK(pacer.due() == 1000);
}
