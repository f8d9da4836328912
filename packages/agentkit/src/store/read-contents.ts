import type { DatabaseSync } from 'node:sqlite'
import type { Contents, NoticeType } from './records.ts'

/** Everything there is, in the order in which it was acknowledged. */
export function readContents(database: DatabaseSync): Contents {
  const rows = (query: string) => database.prepare(query).all()
  return {
    agents: rows('SELECT details FROM agent ORDER BY agent_id').map((row) => JSON.parse(String(row.details))),
    tools: rows('SELECT definition FROM tool ORDER BY name').map((row) => JSON.parse(String(row.definition))),
    pushConfigs: rows('SELECT * FROM push_config ORDER BY session_id, config_id').map((row) => ({
      sessionId: String(row.session_id),
      configId: String(row.config_id),
      config: String(row.config),
    })),
    notices: rows('SELECT notice_id, agent_id, event_type, body FROM notice ORDER BY notice_id').map((row) => ({
      id: Number(row.notice_id),
      agentId: String(row.agent_id),
      eventType: noticeType(row.event_type),
      body: String(row.body),
    })),
    messages: rows('SELECT * FROM message ORDER BY message_id').map((row) => ({
      id: Number(row.message_id),
      agentId: String(row.agent_id),
      taskId: row.task_id === null ? null : String(row.task_id),
      idempotencyKey: String(row.idempotency_key),
      deadline: row.deadline === null ? null : Number(row.deadline),
      body: row.body instanceof Uint8Array ? row.body : new Uint8Array(),
    })),
  }
}

function noticeType(value: unknown): NoticeType {
  if (value === 'REGISTER' || value === 'DEREGISTER') return value
  if (value === 'DISPATCH_FAILED' || value === 'RESULT') return value
  throw new Error(`the outbox holds an unknown event type: ${String(value)}`)
}
