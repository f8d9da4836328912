import Type from 'typebox'
import { defineTool, type Tool } from './tool.ts'

export const fleetTools: readonly Tool[] = [
  defineTool({
    name: 'list_agents',
    description: 'Lists the agents of the fleet: what each can do, its state, its liveness and how many tasks it has.',
    input: Type.Object({
      capability: Type.Optional(Type.String({ description: 'Only those that can do this' })),
      state: Type.Optional(Type.String({ description: 'Only those in this state, such as idle' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      cursor: Type.Optional(Type.String({ description: 'nextCursor of the page before' })),
    }),
    readOnly: true,
    async run(query, { client, signal }) {
      const { items, nextCursor } = await client.agents.list({ ...query, signal })
      const agents = items.map(({ agentId, agentName, capabilities, state, liveness, room, places, hold }) => ({
        ...{ agentId, agentName, capabilities, state, liveness, room },
        tasks: places.length,
        hold: hold?.kind ?? null,
      }))
      return { agents, nextCursor }
    },
  }),
  defineTool({
    name: 'search',
    description: 'Finds agents, sessions, workflows and tasks by id, by the beginning of an id, or by name.',
    input: Type.Object({
      text: Type.String({ minLength: 1 }),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
    }),
    readOnly: true,
    run: ({ text, ...options }, { client, signal }) => client.fleet.search(text, { ...options, signal }),
  }),
]
