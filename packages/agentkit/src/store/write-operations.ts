import type { DatabaseSync } from 'node:sqlite'
import { isDeepStrictEqual } from 'node:util'
import type { AgentNotification, GatewayAgent, RegisterAgentRequest, RegisterToolRequest } from '@opscore/contract'
import type { Abandonment, DeliveryId, Message, Notice, NoticeType, Settled, WriteName, Writes } from './records.ts'

export type WriteOperations = { [K in WriteName]: (argument: Writes[K]['argument']) => Writes[K]['outcome'] }

/** The writes, each to be run inside a transaction. What must be told to others is written along with its cause. */
export function createWriteOperations(database: DatabaseSync): WriteOperations {
  const agents = prepareAgents(database)
  const tools = prepareTools(database)
  const notices = prepareNotices(database)
  const insertMessage = database.prepare(
    `INSERT INTO message (agent_id, task_id, idempotency_key, deadline, body)
     SELECT agent_id, ?, ?, ?, ? FROM agent WHERE agent_id = ?`,
  )
  const deleteMessage = database.prepare('DELETE FROM message WHERE message_id = ?')
  const deleteMessagesOf = database.prepare('DELETE FROM message WHERE agent_id = ?')

  const putPushConfig = database.prepare(
    `INSERT INTO push_config (session_id, config_id, config) VALUES (?, ?, ?)
     ON CONFLICT (session_id, config_id) DO UPDATE SET config = excluded.config`,
  )
  const removePushConfigs = database.prepare(
    'DELETE FROM push_config WHERE session_id = ? AND (config_id = ? OR ? IS NULL)',
  )

  return {
    registerAgent({ newId, now, request, deliveryId }) {
      const known = agents.named(request.agentName)
      if (known !== undefined && !isSameEndpoint(known.contactEndpoint, request.contactEndpoint)) {
        return { kind: 'name-taken' }
      }
      const agent = describe(request, known?.agentId ?? newId, now)
      agents.put(agent)
      notices.forgetRefused(agent.agentId)
      return { kind: 'registered', agent, notice: notices.add('REGISTER', aboutAgent('REGISTER', agent), deliveryId) }
    },

    removeAgent({ agentId, deliveryId }) {
      const agent = agents.take(agentId)
      if (agent === undefined) return null
      deleteMessagesOf.run(agentId)
      notices.forgetRefused(agentId)
      return { notice: notices.add('DEREGISTER', aboutAgent('DEREGISTER', agent), deliveryId) }
    },

    acceptMessage({ agentId, taskId, idempotencyKey, deadline, body }) {
      const { changes, lastInsertRowid } = insertMessage.run(taskId, idempotencyKey, deadline, body, agentId)
      return changes === 1 ? Number(lastInsertRowid) : null
    },

    abandonMessage({ message, outcome, deliveryId }) {
      const { changes } = deleteMessage.run(message.id)
      // No row: the agent was removed meanwhile, and its messages with it.
      if (changes === 0 || message.taskId === null) return null
      return notices.add('DISPATCH_FAILED', dispatchFailed(message, message.taskId, outcome), deliveryId)
    },

    answerMessage({ id, agentId, notice }) {
      return deleteMessage.run(id).changes === 0 ? null : notices.put('RESULT', agentId, notice)
    },

    refuseNotice({ id, refusal }) {
      notices.refuse(id, JSON.stringify(refusal))
      notices.forgetOutdated(id)
      return null
    },

    putTool(tool) {
      const known = tools.named(tool.name)
      if (known !== undefined) return isDeepStrictEqual(known, tool) ? 'unchanged' : 'name-taken'
      tools.put(tool)
      return 'created'
    },

    removeTool: ({ name }) => tools.remove(name),

    putPushConfig({ sessionId, configId, config }) {
      putPushConfig.run(sessionId, configId, config)
      return null
    },

    removePushConfigs({ sessionId, configId }) {
      removePushConfigs.run(sessionId, configId ?? null, configId ?? null)
      return null
    },
  }
}

/** Takes rows out of the outbox that are done with. Rows that are gone already do not matter. */
export function createSettlement(database: DatabaseSync): (settled: Settled) => void {
  const deleteNotice = database.prepare('DELETE FROM notice WHERE notice_id = ?')
  const deleteMessage = database.prepare('DELETE FROM message WHERE message_id = ?')
  return ({ notices, messages }) => {
    for (const id of notices) deleteNotice.run(id)
    for (const id of messages) deleteMessage.run(id)
  }
}

function prepareAgents(database: DatabaseSync) {
  const byName = database.prepare('SELECT details FROM agent WHERE agent_name = ?')
  const upsert = database.prepare(
    `INSERT INTO agent (agent_id, agent_name, details) VALUES (?, ?, ?)
     ON CONFLICT (agent_id) DO UPDATE SET details = excluded.details`,
  )
  const remove = database.prepare('DELETE FROM agent WHERE agent_id = ? RETURNING details')
  const read = (row: Record<string, unknown> | undefined): GatewayAgent | undefined =>
    row === undefined ? undefined : JSON.parse(String(row.details))
  return {
    named: (name: string) => read(byName.get(name)),
    put: (agent: GatewayAgent) => upsert.run(agent.agentId, agent.agentName, JSON.stringify(agent)),
    take: (agentId: string) => read(remove.get(agentId)),
  }
}

function prepareTools(database: DatabaseSync) {
  const byName = database.prepare('SELECT definition FROM tool WHERE name = ?')
  const insert = database.prepare('INSERT INTO tool (name, definition) VALUES (?, ?)')
  const remove = database.prepare('DELETE FROM tool WHERE name = ?')
  return {
    named(name: string): RegisterToolRequest | undefined {
      const row = byName.get(name)
      return row === undefined ? undefined : JSON.parse(String(row.definition))
    },
    put: (tool: RegisterToolRequest) => insert.run(tool.name, JSON.stringify(tool)),
    remove: (name: string) => remove.run(name).changes === 1,
  }
}

function prepareNotices(database: DatabaseSync) {
  const insert = database.prepare('INSERT INTO notice (agent_id, event_type, body) VALUES (?, ?, ?)')
  const refuse = database.prepare('UPDATE notice SET refusal = ? WHERE notice_id = ?')
  const forgetRefused = database.prepare('DELETE FROM notice WHERE agent_id = ? AND refusal IS NOT NULL')
  const forgetOutdated = database.prepare(
    `DELETE FROM notice WHERE notice_id = ? AND EXISTS (
       SELECT 1 FROM notice AS newer WHERE newer.agent_id = notice.agent_id AND newer.notice_id > notice.notice_id
       AND newer.event_type IN ('REGISTER', 'DEREGISTER'))`,
  )
  function put(eventType: NoticeType, agentId: string, body: string): Notice {
    const { lastInsertRowid } = insert.run(agentId, eventType, body)
    return { id: Number(lastInsertRowid), agentId, eventType, body }
  }

  return {
    put,
    add(
      eventType: NoticeType,
      { agentId, body }: { agentId: string; body: AgentNotification },
      deliveryId: DeliveryId,
    ): Notice | null {
      if (deliveryId === null) return null
      return put(eventType, agentId, JSON.stringify({ ...body, delivery_id: deliveryId }))
    },
    refuse: (id: number, refusal: string) => refuse.run(refusal, id),
    forgetRefused: (agentId: string) => forgetRefused.run(agentId),
    /** What was said after it holds, and may be on its way already. */
    forgetOutdated: (id: number) => forgetOutdated.run(id),
  }
}

/** Earlier versions kept endpoints as they were written. */
function isSameEndpoint(known: string, asked: string): boolean {
  return known === asked || URL.parse(known)?.href === URL.parse(asked)?.href
}

function describe(request: RegisterAgentRequest, agentId: string, now: string): GatewayAgent {
  const { agentName, version, capabilities = [], contactEndpoint, metadata } = request
  return {
    agentId,
    agentName,
    version,
    capabilities,
    contactEndpoint,
    registrationTime: now,
    metadata: metadata ?? null,
  }
}

function aboutAgent(eventType: 'REGISTER' | 'DEREGISTER', agent: GatewayAgent) {
  const { agentId, agentName, version, capabilities, contactEndpoint, metadata } = agent
  const details = { agentId, agentName, version, capabilities, contactEndpoint, metadata: metadata ?? {} }
  return { agentId, body: { event_type: eventType, agent_details: details } }
}

function dispatchFailed(message: Omit<Message, 'body'>, taskId: string, outcome: Abandonment) {
  const { agentId } = message
  return { agentId, body: { event_type: 'DISPATCH_FAILED', agentId, opscore_task_id: taskId, ...outcome } }
}
