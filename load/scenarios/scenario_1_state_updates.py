"""Scenario 1, high state update: reports, and the store under them."""

from fleet_member import FleetMember
from shapes import Ramp


class ReportingAgent(FleetMember):
    think_seconds = (5, 10)
    tasks = [FleetMember.post_state]


class StateUpdates(Ramp):
    users = (10, 500)
    ramp_seconds = 5 * 60
    peak_seconds = 15 * 60
