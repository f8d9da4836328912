/** What can be asked for. Every promise resolves after the commit is durable. */
import type { AgentDetails, Json, TriggerResponse } from '@opscore/contract'
import type { Registered } from '../core/agent/events.ts'
import { DomainError } from '../core/domain-error.ts'
import { parseAttemptId } from '../core/session/state.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { OnceRecord, Store } from '../ports/store.ts'
import type { Agents } from './agents.ts'
import type { Checked, Definitions } from './definitions.ts'
import type { EngineCommands, Once, Trigger } from './engine.ts'
import { DuplicateRequestError } from './mailbox.ts'
import type { Sessions } from './sessions.ts'

export function createCommands(parts: {
  store: Store
  agents: Agents
  sessions: Sessions
  definitions: Definitions
  clock: Clock
  ids: Ids
}): EngineCommands {
  const { store, agents, sessions, definitions, clock } = parts
  /** Idempotency keys whose first request is under way here. */
  const inFlight = new Set<string>()

  /** The first answer stands: a repeat is answered alike, another body under the same key is refused. */
  async function once<T extends Json>(
    asked: Once | undefined,
    answer: T,
    run: (record: OnceRecord[]) => Promise<unknown>,
  ): Promise<T> {
    if (!asked) {
      await run([])
      return answer
    }
    const known = await store.findOnce(asked.key, clock.now())
    if (known) return answerOf<T>(known, asked)
    try {
      await run([{ ...asked, answer }])
      return answer
    } catch (error) {
      if (!(error instanceof DuplicateRequestError)) throw error
      return answerOf<T>(error.record, asked)
    }
  }

  async function checkedOf(workflow: Trigger['workflow']): Promise<{ checked: Checked; revision: number | null }> {
    if ('id' in workflow) {
      const { stored, compiled } = await definitions.byId(workflow.id)
      const { definition, hash, revision } = stored
      return { checked: { definition, hash, compiled, warnings: [] }, revision }
    }
    const checked = definitions.check(workflow.definition)
    return { checked, revision: await definitions.adopt(checked) }
  }

  async function begin({ agentId, workflow, input, metadata = {}, once: asked }: Trigger): Promise<TriggerResponse> {
    const agent = await agents.read(agentId)
    if (!agent || agent.live.deregisteredAt !== null)
      throw new DomainError('AGENT_NOT_FOUND', `Agent not found: ${agentId}`)
    const { checked, revision } = await checkedOf(workflow)
    const { compiled, definition, hash, warnings } = checked
    const sessionId = parts.ids.uuid()
    const empty = compiled.tasks.length === 0
    const message = empty ? 'Workflow triggered but has no tasks.' : 'Workflow triggered successfully'
    const origin = {
      workflowId: compiled.id,
      workflowVersion: compiled.version,
      workflowRevision: revision,
      definitionHash: hash,
      agentId,
      input,
      metadata,
      warnings,
    }
    return once(asked, { sessionId, workflowId: compiled.id, message }, ([record]) =>
      sessions.execute(
        sessionId,
        { type: 'begin', command: { type: 'start', origin }, workflow: compiled, keep: definition },
        record ? { once: record } : {},
      ),
    )
  }

  async function triggerOnce(trigger: Trigger, asked: Once): Promise<TriggerResponse> {
    if (inFlight.has(asked.key)) {
      throw new DomainError(
        'IDEMPOTENCY_IN_FLIGHT',
        'The first request with this Idempotency-Key is still under way; repeat it later',
      )
    }
    inFlight.add(asked.key)
    try {
      const known = await store.findOnce(asked.key, clock.now())
      // Looked up before the workflow is, so that a repeat is answered even where its definition has gone.
      return known ? answerOf<TriggerResponse>(known, asked) : await begin(trigger)
    } finally {
      inFlight.delete(asked.key)
    }
  }

  return {
    async registerAgent(details, asked) {
      const { agentId } = details
      const known = await agents.read(agentId)
      const created = !known || known.live.deregisteredAt !== null
      const command = { type: 'register', agentId, registered: registeredOf(details) } as const
      return once(asked, { agentId, created }, ([record]) =>
        agents.execute(agentId, command, record ? { once: record } : {}),
      )
    },
    async deregisterAgent(agentId, asked) {
      await once(asked, null, ([record]) =>
        agents.execute(agentId, { type: 'deregister' }, record ? { once: record } : {}),
      )
    },
    async reportState(agentId, { state, timestamp, details }) {
      await agents.execute(agentId, { type: 'report', report: { state, timestamp, details: details ?? null } })
    },
    async dispatchFailed({ attemptId, agentId, reason }, asked) {
      const sessionId = parseAttemptId(attemptId)?.sessionId
      if (!sessionId || !(await sessions.read(sessionId))) return
      const command = { type: 'dispatch-failed', attemptId, code: 'DISPATCH_FAILED', reason } as const
      await once(asked, null, ([record]) => sessions.execute(sessionId, command, record ? { once: record } : {}))
      if (agentId) await agents.execute(agentId, { type: 'contacted', reached: false })
    },
    trigger: (trigger) => (trigger.once ? triggerOnce(trigger, trigger.once) : begin(trigger)),
    async putWorkflow({ id, definition, ifMatch }) {
      const checked = definitions.check(definition, { strict: true })
      if (checked.definition.id !== id) {
        const problems = [
          {
            path: '/id',
            message: `The path says "${id}", the definition "${checked.definition.id}"`,
            severity: 'error',
          },
        ]
        throw new DomainError('INVALID_WORKFLOW_DEFINITION', 'Path and definition name different workflows', {
          problems,
        })
      }
      const { hash } = checked
      const put = await store.putWorkflow({
        definition: checked.definition,
        hash,
        now: clock.now(),
        ...(ifMatch ? { ifMatch } : {}),
      })
      if (put.outcome === 'mismatch') throw preconditionFailed(id)
      return { ...put, problems: checked.warnings }
    },
    async deleteWorkflow(id, ifMatch) {
      const outcome = await store.deleteWorkflow(id, ifMatch)
      if (outcome === 'mismatch') throw preconditionFailed(id)
      if (outcome === 'unknown') throw new DomainError('WORKFLOW_NOT_FOUND', `Workflow not found: ${id}`)
    },
  }
}

function preconditionFailed(id: string): DomainError {
  return new DomainError(
    'PRECONDITION_FAILED',
    `Workflow ${id} has changed; read it again and send its ETag in If-Match`,
  )
}

function answerOf<T extends Json>(record: OnceRecord, asked: Once): T {
  if (record.fingerprint !== asked.fingerprint) {
    throw new DomainError('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used with another body; use a new key')
  }
  // The record was written by the same command under the same key, so its answer has that command's shape.
  return record.answer as T
}

/** Absent and `null` lists are empty; unknown keys of the notification are not kept. */
function registeredOf({ agentName, version, capabilities, contactEndpoint, metadata }: AgentDetails): Registered {
  return { agentName, version, capabilities: capabilities ?? [], contactEndpoint, metadata: metadata ?? null }
}
