"""One agent of the fleet, as one user of Locust: it registers, and then does what its scenario's mix says."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

import gevent
import record
from locust import FastHttpUser
from options import options_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from locust import TaskSet
    from locust.contrib.fasthttp import ResponseContextManager
    from locust.env import Environment

WORKFLOW = "sample_workflow_id"
STATES = ("idle", "active", "active", "finished")

REGISTER = "/v1/opscore/internal/agent/notify"
STATE = "/v1/opscore/agent/[id]/state"
START = "/v1/opscore/agent/[id]/workflow"


class FleetMember(FastHttpUser):
    """An agent that has no capability which a workflow asks for, so that the tasks go to agents that do them."""

    abstract = True
    think_seconds: ClassVar[tuple[float, float]] = (1, 5)

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.options = options_of(environment)
        self.agent_id = str(uuid4())
        self.reported: str | None = None
        """The state that was acknowledged last: what every later read must show."""

    def wait_time(self) -> float:
        return random.uniform(*self.think_seconds) * self.options.think_scale

    def on_start(self) -> None:
        while not self.register():
            gevent.sleep(1)

    def register(self) -> bool:
        """Registers as AgentKit would; whether that was acknowledged."""
        agent = {
            "agentId": self.agent_id,
            "agentName": f"load-{self.agent_id}",
            "version": "1.0",
            "capabilities": ["load_generator"],
            "contactEndpoint": "http://127.0.0.1:9/",
        }
        body = json.dumps({"event_type": "REGISTER", "agent_details": agent})
        headers = self.headers() | signature(self.options.webhook_secret, body)
        with self.client.post(REGISTER, data=body, headers=headers, name=REGISTER, catch_response=True) as answer:
            return expect(answer, 200)

    def post_state(self) -> None:
        state = random.choice(STATES)
        body = {
            "agentId": self.agent_id,
            "timestamp": datetime.now(UTC).isoformat(),
            "state": state,
            "details": {"source": "load", "progress": random.randint(0, 100)},
        }
        with self.client.post(
            f"/v1/opscore/agent/{self.agent_id}/state",
            json=body,
            headers=self.headers(),
            name=STATE,
            catch_response=True,
        ) as answer:
            if expect(answer, 202):
                self.reported = state

    def get_state(self) -> None:
        """A read must show what was acknowledged before it."""
        with self.client.get(
            f"/v1/opscore/agent/{self.agent_id}/state",
            headers=self.headers(),
            name=STATE,
            catch_response=True,
        ) as answer:
            if not expect(answer, 200) or self.reported is None:
                return
            shown = member(answer, "state")
            if shown != self.reported:
                answer.failure(f"The state that was acknowledged is {self.reported}, read was {shown}")

    def post_workflow(self) -> None:
        with self.client.post(
            f"/v1/opscore/agent/{self.agent_id}/workflow",
            json={"workflowDefinitionId": WORKFLOW},
            headers=self.headers(),
            name=START,
            catch_response=True,
        ) as answer:
            if not expect(answer, 202):
                return
            session_id = member(answer, "sessionId")
            if session_id is None:
                answer.failure("The answer names no session")
            else:
                record.session_started(session_id)

    def headers(self) -> dict[str, str]:
        content = {"Content-Type": "application/json"}
        key = self.options.api_key
        return content | {"Authorization": f"Bearer {key}"} if key else content


MIX: list[TaskSet | Callable[..., Any]] = [
    *[FleetMember.post_state] * 16,
    *[FleetMember.get_state] * 3,
    FleetMember.post_workflow,
]
"""Of a fleet in production: 80 % reports, 15 % reads, 5 % starts."""


def expect(answer: ResponseContextManager, status: int) -> bool:
    """Notes a failure that tells one cause from another, where the status is not the one expected."""
    if answer.status_code == status:
        return True
    if answer.status_code == 0:
        answer.failure(f"No answer: {getattr(answer, 'error', None)!r}")
    else:
        answer.failure(f"{answer.status_code}, not {status}: {(answer.text or '')[:200]}")
    return False


def member(answer: ResponseContextManager, name: str) -> str | None:
    """A member of the answer's JSON that is text; nothing where there is none."""
    try:
        body = json.loads(answer.text or "")
    except ValueError:
        return None
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, str) else None


def signature(secret: str, body: str) -> dict[str, str]:
    """The headers of AgentKit's webhook; none without a secret."""
    if not secret:
        return {}
    timestamp = str(int(time.time()))
    signed = hmac.new(secret.encode(), f"{timestamp}.{body}".encode(), hashlib.sha256)
    return {"X-AgentKit-Timestamp": timestamp, "X-AgentKit-Signature": signed.hexdigest()}
