from __future__ import annotations

import unittest

from limits import Totals, breaking_point

REPORT = "POST /state"


class BreakingPoint(unittest.TestCase):
    def test_an_endpoint_that_takes_more_than_two_seconds_on_average_is_one(self) -> None:
        before = {REPORT: Totals(1000, 0, 5_000)}
        after = {REPORT: Totals(1100, 0, 5_000 + 100 * 2_001)}
        assert breaking_point(before, after) == "POST /state took 2001 ms on average"

    def test_what_was_answered_before_does_not_hide_it(self) -> None:
        before = {REPORT: Totals(1_000_000, 0, 1_000_000)}
        after = {REPORT: Totals(1_000_030, 0, 1_000_000 + 30 * 3_000)}
        assert breaking_point(before, after) is not None

    def test_more_than_a_twentieth_of_failures_is_one(self) -> None:
        after = {REPORT: Totals(80, 2, 80), "GET /state": Totals(20, 4, 20)}
        assert breaking_point({}, after) == "6.0 % of all requests failed"

    def test_a_twentieth_is_none(self) -> None:
        assert breaking_point({}, {REPORT: Totals(100, 5, 100)}) is None

    def test_a_few_slow_answers_are_none(self) -> None:
        assert breaking_point({}, {REPORT: Totals(19, 0, 19 * 5000)}) is None

    def test_a_run_that_has_not_begun_is_none(self) -> None:
        assert breaking_point({}, {}) is None
