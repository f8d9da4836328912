"""Scenario 2, workflow initiation: the engine's start."""

from fleet_member import FleetMember
from shapes import Ramp


class StartingAgent(FleetMember):
    think_seconds = (30, 60)
    tasks = [FleetMember.post_workflow]


class Workflows(Ramp):
    users = (10, 100)
    ramp_seconds = 3 * 60
    peak_seconds = 15 * 60
