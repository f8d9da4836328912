import { JsonObject } from '@opscore/contract'
import Type from 'typebox'
import { sessionBrief } from '../workflow/session-brief.ts'
import { startSession } from '../workflow/start-session.ts'
import { defineTool, type Tool } from './tool.ts'

const sessionId = Type.String({ minLength: 1 })
const reason = Type.Optional(Type.String({ maxLength: 1024, description: 'Kept with the session' }))

export const sessionTools: readonly Tool[] = [
  defineTool({
    name: 'start_session',
    description:
      'Starts a session of a stored workflow and answers with its sessionId; with "wait" it waits for a while, and answers with the result if the session has ended by then.',
    input: Type.Object({
      workflowId: Type.String({ minLength: 1 }),
      agentId: Type.Optional(Type.String({ description: 'Whose session it is; chosen where it is absent' })),
      input: Type.Optional(JsonObject),
      idempotencyKey: Type.Optional(Type.String({ description: 'The same key starts one session' })),
      wait: Type.Optional(Type.Boolean()),
    }),
    run: startSession,
  }),
  defineTool({
    name: 'get_session',
    description: 'Shows a session: its status, result and error, and how each of its tasks is.',
    input: Type.Object({
      sessionId,
      full: Type.Optional(Type.Boolean({ description: 'With every attempt, payload and result of its tasks' })),
    }),
    readOnly: true,
    async run({ sessionId: id, full = false }, { client, signal }) {
      const session = await client.sessions.get(id, { signal })
      return full ? session : sessionBrief(session)
    },
  }),
  defineTool({
    name: 'explain',
    description: 'Says what a session waits for, since when, and what would move it.',
    input: Type.Object({ sessionId }),
    readOnly: true,
    run: ({ sessionId: id }, { client, signal }) => client.sessions.explain(id, { signal }),
  }),
  defineTool({
    name: 'cancel',
    description: 'Cancels a session: nothing new starts, and agents that accept it are told to stop.',
    input: Type.Object({ sessionId, reason }),
    async run({ sessionId: id, ...options }, { client, signal }) {
      return { sessionId: id, ...(await client.sessions.cancel(id, { ...options, signal })) }
    },
  }),
  defineTool({
    name: 'retry',
    description: 'Lets a failed session go on from the tasks that failed.',
    input: Type.Object({ sessionId }),
    async run({ sessionId: id }, { client, signal }) {
      return { sessionId: id, ...(await client.sessions.retry(id, { signal })) }
    },
  }),
]
