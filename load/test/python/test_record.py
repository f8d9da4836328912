from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

from record import GROWTH, MOST_FAILURES, Recorder, bucket_of


class Buckets(unittest.TestCase):
    def test_a_duration_lies_at_or_below_its_buckets_end_and_above_the_one_before(self) -> None:
        for milliseconds in (0.05, 1.0, 1.7, 33.3, 59_999.0):
            bucket = bucket_of(milliseconds)
            assert GROWTH**bucket * 1.000001 >= milliseconds
            assert GROWTH ** (bucket - 1) < milliseconds

    def test_no_time_at_all_has_a_bucket(self) -> None:
        assert bucket_of(0) == bucket_of(0.01)


class Recording(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.recorder = Recorder(self.folder)

    def lines(self, kind: str) -> list[dict[str, object]]:
        (file,) = self.folder.glob(f"{kind}-*.jsonl")
        return [json.loads(line) for line in file.read_text().splitlines()]

    def test_the_requests_of_a_second_are_one_line_for_each_endpoint(self) -> None:
        with patch("record.time.time", side_effect=[100.1, 100.2, 100.9, 101.0]):
            for endpoint, milliseconds in (("GET /a", 2), ("GET /a", 4), ("POST /b", 8), ("GET /a", 16)):
                self.recorder.request(endpoint, milliseconds, None)
        self.recorder.flush()
        found = [
            (line["t"], line["endpoint"], line["count"], line["total"], line["longest"])
            for line in self.lines("requests")
        ]
        assert found == [(100, "GET /a", 2, 6, 4), (100, "POST /b", 1, 8, 8), (101, "GET /a", 1, 16, 16)]

    def test_a_failure_is_counted_and_said_and_a_flood_of_them_is_cut(self) -> None:
        for _ in range(MOST_FAILURES + 5):
            self.recorder.request("GET /a", 1, "404, not 200")
        self.recorder.flush()
        assert sum(int(str(line["failed"])) for line in self.lines("requests")) == MOST_FAILURES + 5
        assert len(self.lines("failures")) == MOST_FAILURES
