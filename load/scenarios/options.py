"""What is said of a run on the command line, beside what Locust itself takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from locust import events

if TYPE_CHECKING:
    from locust.argument_parser import LocustArgumentParser
    from locust.env import Environment


@dataclass(frozen=True)
class Options:
    """The options of one run; every default is the plan's own figure."""

    api_key: str
    """Sent as a bearer token; none is sent where it is empty."""
    webhook_secret: str
    """Registrations are signed with it where it is set."""
    scale: float
    """Of every number of users."""
    time_scale: float
    """Of every length: ramps, peaks and steps."""
    think_scale: float
    """Of every think time; 0 sends the next request as soon as the last is answered."""
    stop_after: float
    """Seconds after which a run that has no end of its own is stopped."""
    output: str
    """A folder for what is recorded; nothing is where it is empty."""


def options_of(environment: Environment) -> Options:
    """The options of the run that this environment belongs to."""
    parsed = environment.parsed_options
    if parsed is None:
        raise RuntimeError("This run has no options: start it with the command locust")
    return Options(
        api_key=parsed.api_key,
        webhook_secret=parsed.webhook_secret,
        scale=parsed.scale,
        time_scale=parsed.time_scale,
        think_scale=parsed.think_scale,
        stop_after=parsed.stop_after,
        output=parsed.output,
    )


@events.init_command_line_parser.add_listener
def _add_options(parser: LocustArgumentParser, **_: object) -> None:
    # Locust's page sends back what it shows, and what it may not show as nothing.
    hidden = {"default": "", "include_in_web_ui": False}
    parser.add_argument("--api-key", env_var="OPSCORE_API_KEY", help="the bearer key", **hidden)
    parser.add_argument("--webhook-secret", env_var="OPSCORE_WEBHOOK_SECRET", help="signs registrations", **hidden)
    parser.add_argument("--output", env_var="OPSCORE_LOAD_OUTPUT", help="folder for what is recorded", **hidden)
    for name, meaning, default in (
        ("--scale", "of every number of users", 1.0),
        ("--time-scale", "of every length", 1.0),
        ("--think-scale", "of every think time", 1.0),
        ("--stop-after", "seconds after which the stress test is stopped", 1800.0),
    ):
        variable = "OPSCORE_LOAD_" + name.removeprefix("--").replace("-", "_").upper()
        parser.add_argument(name, type=float, default=default, env_var=variable, help=meaning)
