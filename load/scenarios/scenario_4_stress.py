"""Scenario 4, stress: the mix of scenario 3 with 50 users more every five minutes, to the breaking point."""

from fleet_member import MIX, FleetMember
from shapes import Steps


class StressingAgent(FleetMember):
    think_seconds = (1, 5)
    tasks = MIX


class Stress(Steps):
    step_seconds = 5 * 60

    def users_of(self, stage: int) -> int:
        return 300 + 50 * stage
