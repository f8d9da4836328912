"""Scenario 3, mixed: what a fleet in production asks for."""

from fleet_member import MIX, FleetMember
from shapes import Ramp


class MixedAgent(FleetMember):
    think_seconds = (1, 5)
    tasks = MIX


class Mixed(Ramp):
    users = (20, 300)
    ramp_seconds = 5 * 60
    peak_seconds = 30 * 60
