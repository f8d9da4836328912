"""Scenario 0, minimal: the set-up works."""

from fleet_member import FleetMember
from shapes import Ramp


class MinimalAgent(FleetMember):
    think_seconds = (1, 2)
    tasks = [FleetMember.post_state, FleetMember.get_state, FleetMember.post_workflow]


class Minimal(Ramp):
    users = (1, 5)
    ramp_seconds = 60
    peak_seconds = 4 * 60
