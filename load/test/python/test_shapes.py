from __future__ import annotations

import unittest
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from scenario_0_minimal import Minimal
from scenario_1_state_updates import StateUpdates
from scenario_2_workflows import Workflows
from scenario_3_mixed import Mixed
from scenario_4_climb import Climb
from scenario_4_stress import Stress

if TYPE_CHECKING:
    from shapes import Shape


def at(shape: Shape, seconds: float, **options: float) -> tuple[int, float] | None:
    """What the shape asks for so many seconds after its start."""
    known: dict[str, Any] = {
        "api_key": "",
        "webhook_secret": "",
        "scale": 1.0,
        "time_scale": 1.0,
        "think_scale": 1.0,
        "stop_after": 1800.0,
        "output": "",
    }
    parsed = SimpleNamespace(**{**known, **options})
    environment = SimpleNamespace(parsed_options=parsed)
    stats = SimpleNamespace(entries={})
    shape.runner = SimpleNamespace(environment=environment, stats=stats)  # type: ignore[assignment]
    shape.get_run_time = lambda: seconds  # type: ignore[method-assign]
    asked: tuple[int, float] | None = shape.tick()  # type: ignore[assignment]
    return asked


def users(shape: Shape, seconds: float, **options: float) -> int | None:
    asked = at(shape, seconds, **options)
    return None if asked is None else asked[0]


class Plan(unittest.TestCase):
    """The figures are the load plan's own."""

    def test_each_ramp_goes_from_its_first_users_to_its_last_and_is_held(self) -> None:
        for shape, first, last, ramp, peak in (
            (Minimal, 1, 5, 60, 240),
            (StateUpdates, 10, 500, 300, 900),
            (Workflows, 10, 100, 180, 900),
            (Mixed, 20, 300, 300, 1800),
        ):
            with self.subTest(shape.__name__):
                assert users(shape(), 0) == first
                assert users(shape(), ramp / 2) == round((first + last) / 2)
                assert users(shape(), ramp) == last
                assert users(shape(), ramp + peak - 1) == last
                assert users(shape(), ramp + peak) is None

    def test_stress_begins_with_300_and_adds_50_every_five_minutes(self) -> None:
        assert [users(Stress(), seconds) for seconds in (0, 299, 300, 600)] == [300, 300, 350, 400]

    def test_the_second_form_doubles_every_half_minute(self) -> None:
        assert [users(Climb(), seconds) for seconds in (0, 30, 60, 90)] == [25, 50, 100, 200]

    def test_a_stress_test_that_breaks_nothing_ends_when_its_time_is_up(self) -> None:
        assert users(Stress(), 1800) is None
        assert users(Stress(), 60, stop_after=60) is None


class Scales(unittest.TestCase):
    def test_users_and_lengths_are_scaled_apart(self) -> None:
        assert users(StateUpdates(), 30, time_scale=0.1) == 500
        assert users(StateUpdates(), 300, scale=0.1) == 50
        assert users(StateUpdates(), 120, time_scale=0.1) is None

    def test_there_is_always_a_user(self) -> None:
        assert users(Minimal(), 0, scale=0.001) == 1
