/** Writes the lines of a dump as rows. Definitions, agents and sessions come before what names them. */
import type { DatabaseSync } from 'node:sqlite'
import type { DumpHead, DumpKind, DumpLine } from '@opscore/engine/moving'

type Entry<K extends DumpKind> = Extract<DumpLine, [K, unknown]>[1]
type Writes = { [K in DumpKind]: (entry: Entry<K>) => void }

export function createLineWrites(
  database: DatabaseSync,
  { head: last, keyRevision }: Pick<DumpHead, 'head' | 'keyRevision'>,
) {
  let head = last
  const writes: Writes = {
    ...stateWrites(database),
    ...workWrites(database),
    event: createEventWrite(database, () => {
      head += 1
      return head
    }),
  }
  return {
    take([kind, entry]: DumpLine): void {
      // A line's kind says what its entry is.
      ;(writes[kind] as (entry: unknown) => void)(entry)
    },
    finish(): void {
      database.exec(FILE)
      database
        .prepare(
          `UPDATE ledger SET head = ?1, filed = ?1, trimmed = ?1,
             agents = (SELECT count(*) FROM agent WHERE deregistered_at IS NULL),
             sessions = (SELECT json_group_object(status, n) FROM (SELECT status, count(*) AS n FROM session GROUP BY status))`,
        )
        .run(head)
      database.prepare('UPDATE api_key_revision SET revision = ?').run(keyRevision)
    },
  }
}

/** What is found by something else, once everything is there, in the order of its index. */
const FILE = `
  INSERT INTO agent_session SELECT agent_id, started_at, session_no FROM session ORDER BY agent_id, started_at, session_no;
  INSERT INTO waiter_in_line SELECT line, priority, since, attempt_id FROM waiter ORDER BY line, priority DESC, since, attempt_id;
  UPDATE definition SET uses = (SELECT count(*) FROM workflow w WHERE w.hash = definition.hash);
  UPDATE definition SET uses = uses + s.n
    FROM (SELECT definition_hash, count(*) AS n FROM session GROUP BY definition_hash) s WHERE s.definition_hash = hash;
`

function stateWrites(
  database: DatabaseSync,
): Pick<Writes, 'definition' | 'agent' | 'candidate' | 'capability' | 'session' | 'workflow'> {
  const definition = database.prepare('INSERT INTO definition (hash, uses, definition) VALUES (?, 0, ?)')
  const agent = database.prepare(
    'INSERT INTO agent (agent_id, version, last_position, state, wake_at, deregistered_at) VALUES (?, ?, 0, ?, ?, ?) RETURNING agent_no',
  )
  const registered = database.prepare('INSERT INTO agent_registration (agent_no, registration) VALUES (?, ?)')
  const live = database.prepare('INSERT INTO agent_live (agent_no, live) VALUES (?, ?)')
  const candidate = database.prepare(
    'INSERT INTO agent_candidate (capability, unready, load, last_used, agent_id) VALUES (?, ?, ?, ?, ?)',
  )
  const capability = database.prepare('INSERT INTO agent_capability (capability, agent_id) VALUES (?, ?)')
  const session = database.prepare(
    `INSERT INTO session (session_id, version, status, agent_id, workflow_id, started_at, ended_at, wake_at, definition_hash, head)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING session_no`,
  )
  const task = database.prepare('INSERT INTO session_task (session_no, place, task) VALUES (?, ?, ?)')
  const workflow = database.prepare(
    'INSERT INTO workflow (id, revision, hash, created_at, updated_at) VALUES (?, ?, ?, ?, ?)',
  )
  return {
    definition: ({ hash, text }) => void definition.run(hash, text),
    agent(one) {
      const row = agent.get(one.id, one.version, one.state, one.wakeAt, one.deregisteredAt)
      const agentNo = Number(row?.agent_no)
      registered.run(agentNo, one.registration)
      live.run(agentNo, one.live)
    },
    candidate: (one) => void candidate.run(one.capability, one.ready ? 0 : 1, one.load, one.lastUsedAt, one.agentId),
    capability: (one) => void capability.run(one.capability, one.agentId),
    session({ tasks, ...one }) {
      const { id, version, status, agentId, workflowId, startedAt, endedAt, wakeAt, definitionHash, head } = one
      const cells = [id, version, status, agentId, workflowId, startedAt, endedAt, wakeAt, definitionHash, head]
      const sessionNo = Number(session.get(...cells)?.session_no)
      for (const { index, text } of tasks) task.run(sessionNo, index, text)
    },
    workflow: (one) => void workflow.run(one.id, one.revision, one.hash, one.createdAt, one.updatedAt),
  }
}

function workWrites(database: DatabaseSync): Pick<Writes, 'waiter' | 'effect' | 'once' | 'key' | 'record'> {
  const waiter = database.prepare('INSERT INTO waiter (attempt_id, line, priority, since) VALUES (?, ?, ?, ?)')
  const effect = database.prepare('INSERT INTO effect (id, effect) VALUES (?, ?)')
  const once = database.prepare('INSERT INTO once (key, fingerprint, answer, expires_at) VALUES (?, ?, ?, ?)')
  const key = database.prepare(
    'INSERT INTO api_key (key_id, hash, name, scopes, agent_ids, created_at, expires_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const record = database.prepare('INSERT INTO record (kind, id, version, expires_at, value) VALUES (?, ?, ?, ?, ?)')
  return {
    waiter: (one) => void waiter.run(one.attemptId, one.line, one.priority, one.since),
    effect: ({ id, text }) => void effect.run(id, text),
    once: (one) => void once.run(one.key, one.fingerprint, one.answer, one.expiresAt),
    key({ keyId, hash, name, scopes, agentIds, createdAt, expiresAt, revokedAt }) {
      const lists = [JSON.stringify(scopes), agentIds === null ? null : JSON.stringify(agentIds)]
      key.run(keyId, hash, name, ...lists, createdAt, expiresAt, revokedAt)
    },
    record: (one) => void record.run(one.kind, one.id, one.version, one.expiresAt, one.value),
  }
}

/** An agent's event names the one before; that of an agent who is gone names none. */
function createEventWrite(database: DatabaseSync, next: () => number): Writes['event'] {
  const before = database.prepare('SELECT last_position FROM agent WHERE agent_id = ?')
  const append = database.prepare(
    'INSERT INTO agent_event (position, previous, time, type, agent_id, about, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const moved = database.prepare('UPDATE agent SET last_position = ? WHERE agent_id = ?')
  const ofSession = database.prepare(
    `INSERT INTO session_event (position, session_no, time, type, about, data)
     SELECT ?, session_no, ?, ?, ?, ? FROM session WHERE session_id = ?`,
  )
  return ({ kind, id, text }) => {
    const [type = '', time = '', about = '', ...data] = text.split('\n')
    const position = next()
    const rest = [Number(time), type] as const
    const cells = [about === '' ? null : about, data.join('\n')] as const
    if (kind === 'session') return void ofSession.run(position, ...rest, ...cells, id)
    const previous = Number(before.get(id)?.last_position ?? 0)
    append.run(position, previous, ...rest, id, ...cells)
    moved.run(position, id)
  }
}
