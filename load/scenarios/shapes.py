"""How the number of users moves: ramps that are held at their peak, and steps that go on until something breaks."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, ClassVar

import record
from limits import Totals, breaking_point
from locust import LoadTestShape
from options import Options, options_of

if TYPE_CHECKING:
    from collections.abc import Mapping

SPAWN_RATE = 100
"""Users a second: more than any ramp of the plan asks for, so that the shape alone decides."""


class Shape(LoadTestShape):
    """A shape that knows the run's options, and says once which figures are in force."""

    abstract = True

    def __init__(self) -> None:
        super().__init__()
        self.announced = False

    def options(self) -> Options:
        if self.runner is None:
            raise RuntimeError("A shape is asked before its run has begun")
        return options_of(self.runner.environment)

    def announce(self, figures: Mapping[str, object]) -> None:
        if self.announced:
            return
        self.announced = True
        options = self.options()
        scales = {
            "scale": options.scale,
            "timeScale": options.time_scale,
            "thinkScale": options.think_scale,
        }
        record.run_planned({"startedAt": time.time(), **figures, **scales})

    def scaled(self, users: float) -> int:
        return max(1, round(users * self.options().scale))


class Ramp(Shape):
    """From the first number of users to the second in a straight line, and then held."""

    abstract = True
    users: ClassVar[tuple[int, int]]
    ramp_seconds: ClassVar[float]
    peak_seconds: ClassVar[float]

    def tick(self) -> tuple[int, float] | None:
        first, last = self.users
        scale = self.options().time_scale
        ramp, peak = self.ramp_seconds * scale, self.peak_seconds * scale
        self.announce(
            {
                "users": [self.scaled(first), self.scaled(last)],
                "rampSeconds": ramp,
                "peakSeconds": peak,
            }
        )
        elapsed = self.get_run_time()
        if elapsed >= ramp + peak:
            return None
        share = min(1, elapsed / ramp) if ramp > 0 else 1
        return self.scaled(first + (last - first) * share), SPAWN_RATE


class Steps(Shape):
    """Ever more users, a step at a time, until the plan's breaking point or until the time is up."""

    abstract = True
    step_seconds: ClassVar[float]
    spawn_rate: ClassVar[float] = SPAWN_RATE

    def __init__(self) -> None:
        super().__init__()
        self.stage = -1
        self.totals: deque[dict[str, Totals]] = deque(maxlen=31)
        """One for each tick, so of the last thirty seconds."""

    def users_of(self, stage: int) -> int:
        raise NotImplementedError

    def tick(self) -> tuple[int, float] | None:
        options = self.options()
        step = self.step_seconds * options.time_scale
        elapsed = self.get_run_time()
        self.announce({"stepSeconds": step, "stopAfter": options.stop_after})
        self.totals.append(self.totals_so_far())
        broken = breaking_point(self.totals[0], self.totals[-1])
        if broken is not None:
            record.run_stopped(broken, broke=True)
            return None
        if elapsed >= options.stop_after:
            record.run_stopped("The time was up, and nothing had broken", broke=False)
            return None
        stage = int(elapsed // step)
        users = self.scaled(self.users_of(stage))
        if stage != self.stage:
            self.stage = stage
            record.stage_begun(users)
        return users, self.spawn_rate

    def totals_so_far(self) -> dict[str, Totals]:
        if self.runner is None:
            return {}
        return {
            f"{method} {name}": Totals(entry.num_requests, entry.num_failures, entry.total_response_time)
            for (name, method), entry in self.runner.stats.entries.items()
        }
