"""One round of a comparison: a fixed number of users for a fixed time, with the mix of scenario 3 and no think time."""

from fleet_member import MIX, FleetMember
from shapes import Ramp


class ComparedAgent(FleetMember):
    think_seconds = (0, 0)
    tasks = MIX


class Comparison(Ramp):
    users = (50, 50)
    ramp_seconds = 2
    peak_seconds = 20
