"""
Scenario 4 in its second form: the same mix without think time, and twice the users every half minute. Think time keeps
the first form so far below what a server can do that hours pass before anything gives.
"""

from fleet_member import MIX, FleetMember
from shapes import Steps


class ImpatientAgent(FleetMember):
    think_seconds = (0, 0)
    tasks = MIX


class Climb(Steps):
    step_seconds = 30
    spawn_rate = 200

    def users_of(self, stage: int) -> int:
        return 25 << stage
