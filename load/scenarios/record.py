"""
What a run leaves for its report, in the folder that `--output` names. Each process of Locust writes files of its own, a
line of JSON at a time, so that nothing is lost when one ends early:

- `requests-<pid>.jsonl`: for each second and endpoint how many requests were answered, and a histogram of their times
- `failures-<pid>.jsonl`: each failed request, up to a thousand
- `sessions-<pid>.txt`: the id of each session whose start was acknowledged
- `users.jsonl`: how many users there are, once a second
- `run.json`: which figures of the plan are in force
- `stages.jsonl`, `stop.json`: the steps of a stress test, and why it ended

Times are wall-clock seconds; durations are milliseconds.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import gevent
from locust import events
from locust.runners import WorkerRunner
from options import options_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from locust.env import Environment

GROWTH = 1.02
"""Each bucket of a histogram ends two hundredths above the one before it."""
SMALLEST = 0.01
MOST_FAILURES = 1000


@dataclass
class Second:
    """The requests to one endpoint that were answered within one second."""

    count: int = 0
    failed: int = 0
    total: float = 0
    longest: float = 0
    buckets: Counter[int] = field(default_factory=Counter)


class Recorder:
    """Writes what happens in this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.second = 0
        self.endpoints: dict[str, Second] = {}
        self.failures = 0

    def request(self, endpoint: str, milliseconds: float, error: str | None) -> None:
        now = int(time.time())
        if now != self.second:
            self.flush()
            self.second = now
        entry = self.endpoints.setdefault(endpoint, Second())
        entry.count += 1
        entry.total += milliseconds
        entry.longest = max(entry.longest, milliseconds)
        entry.buckets[bucket_of(milliseconds)] += 1
        if error is None:
            return
        entry.failed += 1
        self.failures += 1
        if self.failures <= MOST_FAILURES:
            self.append(f"failures-{os.getpid()}.jsonl", {"t": time.time(), "endpoint": endpoint, "error": error})

    def flush(self) -> None:
        for endpoint, entry in self.endpoints.items():
            self.append(
                f"requests-{os.getpid()}.jsonl",
                {
                    "t": self.second,
                    "endpoint": endpoint,
                    "count": entry.count,
                    "failed": entry.failed,
                    "total": round(entry.total, 3),
                    "longest": round(entry.longest, 3),
                    "buckets": entry.buckets,
                },
            )
        self.endpoints = {}

    def append(self, name: str, line: Mapping[str, object]) -> None:
        with (self.folder / name).open("a") as file:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")

    def write(self, name: str, value: Mapping[str, object]) -> None:
        (self.folder / name).write_text(json.dumps(value) + "\n")

    def session(self, session_id: str) -> None:
        with (self.folder / f"sessions-{os.getpid()}.txt").open("a") as file:
            file.write(f"{session_id}\n")


def bucket_of(milliseconds: float) -> int:
    """The bucket whose end, `GROWTH` to the power of its number, is the smallest that is not below."""
    return math.ceil(math.log(max(milliseconds, SMALLEST)) / math.log(GROWTH))


_recorder: Recorder | None = None


def session_started(session_id: str) -> None:
    if _recorder is not None:
        _recorder.session(session_id)


def run_planned(plan: Mapping[str, object]) -> None:
    if _recorder is not None:
        _recorder.write("run.json", plan)


def stage_begun(users: int) -> None:
    if _recorder is not None:
        _recorder.append("stages.jsonl", {"t": time.time(), "users": users})


def run_stopped(reason: str, *, broke: bool) -> None:
    if _recorder is not None:
        _recorder.write("stop.json", {"t": time.time(), "reason": reason, "broke": broke})


@events.init.add_listener
def _start(environment: Environment, **_: object) -> None:
    global _recorder  # noqa: PLW0603
    folder = options_of(environment).output
    if not folder:
        return
    recorder = _recorder = Recorder(Path(folder))

    def on_request(request_type: str, name: str, response_time: float, exception: object, **_: object) -> None:
        error = None if exception is None else str(exception)
        recorder.request(f"{request_type} {name}", response_time, error)

    environment.events.request.add_listener(on_request)
    environment.events.quitting.add_listener(lambda **_: recorder.flush())
    if not isinstance(environment.runner, WorkerRunner):
        environment.events.test_start.add_listener(lambda **_: gevent.spawn(_count_users, environment, recorder))


def _count_users(environment: Environment, recorder: Recorder) -> None:
    runner = environment.runner
    while runner is not None and runner.state not in ("stopped", "ready"):
        recorder.append("users.jsonl", {"t": time.time(), "users": runner.user_count})
        gevent.sleep(1)
