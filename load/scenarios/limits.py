"""When a stress test has found what it looks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_AVERAGE = 2000
"""Milliseconds: beyond it an endpoint is of no use to an agent that waits for its answer."""
MOST_FAILED = 0.05
FEWEST = 20
"""Answers that a judgement takes: one slow start of a few is no breaking point."""


@dataclass(frozen=True)
class Totals:
    """Of one endpoint since the run began."""

    requests: int
    failures: int
    milliseconds: float


def breaking_point(before: Mapping[str, Totals], after: Mapping[str, Totals]) -> str | None:
    """What broke between two moments, as a sentence; nothing where all is well."""
    requests = failures = 0
    for endpoint, now in after.items():
        then = before.get(endpoint, Totals(0, 0, 0))
        count = now.requests - then.requests
        requests += count
        failures += now.failures - then.failures
        average = (now.milliseconds - then.milliseconds) / count if count >= FEWEST else 0
        if average > MOST_AVERAGE:
            return f"{endpoint} took {average:.0f} ms on average"
    if requests >= FEWEST and failures / requests > MOST_FAILED:
        return f"{100 * failures / requests:.1f} % of all requests failed"
    return None
