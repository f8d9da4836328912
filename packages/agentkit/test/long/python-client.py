"""What A2A's official Python client sees of a fleet: python-client.py URL KEY AGENT_ID prints one JSON object."""

import asyncio
import json
import sys
import uuid

import httpx
from a2a.client import ClientConfig, ClientFactory
from a2a.types import a2a_pb2 as pb

url, key, agent_id = sys.argv[1:]
seen = {}


def message(**metadata):
    said = pb.Message(message_id=str(uuid.uuid4()), role=pb.ROLE_USER, parts=[pb.Part(text="hello")])
    said.metadata.update(metadata)
    return pb.SendMessageRequest(message=said)


async def main():
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=60) as http:
        streaming = ClientFactory(ClientConfig(httpx_client=http, streaming=True))
        client = await streaming.create_from_url(f"{url}/a2a/agent/{agent_id}")
        events = [event async for event in client.send_message(message())]
        task_id = events[0].task.id
        seen["events"] = [event.WhichOneof("payload") for event in events]
        seen["last"] = pb.TaskState.Name(events[-1].status_update.status.state)
        task = await client.get_task(pb.GetTaskRequest(id=task_id))
        seen["artifacts"] = len(task.artifacts)
        seen["listed"] = [one.id == task_id for one in (await client.list_tasks(pb.ListTasksRequest(page_size=5))).tasks]
        try:
            await client.cancel_task(pb.CancelTaskRequest(id=task_id))
        except Exception as error:
            seen["cancel"] = type(error).__name__

        waiting = ClientFactory(ClientConfig(httpx_client=http, streaming=False))
        fleet = await waiting.create_from_url(url)
        skills = (await fleet.get_extended_agent_card(pb.GetExtendedAgentCardRequest())).skills
        seen["skills"] = [skill.id for skill in skills]
        for skill in seen["skills"]:
            answers = [event async for event in fleet.send_message(message(skill=skill))]
            seen.setdefault("states", []).append(pb.TaskState.Name(answers[-1].task.status.state))


asyncio.run(main())
print(json.dumps(seen))
