/** What people are asked, and what the world tells sessions. */
import { DecideRequest, Json, SignalName } from '@opscore/contract'
import Type from 'typebox'
import { defineTool, type Tool } from './tool.ts'

export const peopleTools: readonly Tool[] = [
  defineTool({
    name: 'signal',
    description: 'Tells a session something that a task of it waits for. The same id counts once.',
    input: Type.Object({
      sessionId: Type.String({ minLength: 1 }),
      name: SignalName,
      payload: Type.Optional(Json),
      id: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    }),
    run: ({ sessionId, ...request }, { client, signal }) => client.sessions.signal(sessionId, request, { signal }),
  }),
  defineTool({
    name: 'list_approvals',
    description:
      'Lists what people are asked to decide; with an approvalId shows one, with its content, form and contentHash.',
    input: Type.Object({
      approvalId: Type.Optional(Type.String({ minLength: 1 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      cursor: Type.Optional(Type.String()),
    }),
    readOnly: true,
    run: ({ approvalId, ...page }, { client, signal }) =>
      approvalId === undefined
        ? client.approvals.list({ ...page, signal })
        : client.approvals.get(approvalId, { signal }),
  }),
  defineTool({
    name: 'decide_approval',
    description:
      'Decides an approval: approved, rejected, or edited with other content. contentHash ties it to what was looked at.',
    input: Type.Object({ approvalId: Type.String({ minLength: 1 }), ...DecideRequest.properties }),
    run: ({ approvalId, ...request }, { client, signal }) => client.approvals.decide(approvalId, request, { signal }),
  }),
]
