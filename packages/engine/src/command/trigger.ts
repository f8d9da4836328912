/** Starts sessions. */
import type { TriggerResponse } from '@opscore/contract'
import type { Agents, Sessions } from '../aggregate/agents-and-sessions.ts'
import type { AgentState } from '../core/agent/state.ts'
import { DomainError } from '../core/domain-error.ts'
import type { SessionOrigin } from '../core/session/events.ts'
import { fittingInput } from '../core/session/fitting-value.ts'
import type { Checked, Definitions, Resolved } from '../definitions.ts'
import type { EngineCommands, Once, Trigger } from '../engine.ts'
import type { EngineParts } from '../engine-parts.ts'
import { answerOf, once } from './once.ts'
import { sessionIdOf } from './session-id.ts'

type TriggerParts = Pick<EngineParts, 'store' | 'clock' | 'ids'> & {
  agents: Agents
  sessions: Sessions
  definitions: Definitions
}

export function createTrigger(parts: TriggerParts): EngineCommands['trigger'] {
  /** Idempotency keys whose first request is under way here. */
  const inFlight = new Set<string>()

  /** Looked up before the workflow is, so that a repeat is answered even where its definition has gone. */
  async function triggerOnce(trigger: Trigger, asked: Once): Promise<TriggerResponse> {
    if (inFlight.has(asked.key)) {
      const detail = 'The first request with this Idempotency-Key is still under way; repeat it later'
      throw new DomainError('IDEMPOTENCY_IN_FLIGHT', detail)
    }
    inFlight.add(asked.key)
    try {
      const sessionId = sessionIdOf(parts.ids.uuid(), asked.key)
      const known = await parts.store.findOnce(asked.key, { kind: 'session', id: sessionId }, parts.clock.now())
      return known ? answerOf<TriggerResponse>(known, asked) : await begin(parts, trigger, sessionId)
    } finally {
      inFlight.delete(asked.key)
    }
  }

  return (trigger) => (trigger.once ? triggerOnce(trigger, trigger.once) : begin(parts, trigger, parts.ids.uuid()))
}

/** Without a turn between where its agent and its workflow are known: each would cost a hundredth of a start. */
function begin(parts: TriggerParts, trigger: Trigger, sessionId: string): Promise<TriggerResponse> {
  const { agents } = parts
  try {
    const agent = agents.known(trigger.agentId)
    if (!agent) return agents.read(trigger.agentId).then((read) => beginWith(parts, trigger, sessionId, read))
    return beginWith(parts, trigger, sessionId, agent)
  } catch (error) {
    return Promise.reject(error)
  }
}

function beginWith(
  parts: TriggerParts,
  trigger: Trigger,
  sessionId: string,
  agent: AgentState | null,
): Promise<TriggerResponse> {
  if (!agent || agent.live.deregisteredAt !== null) {
    throw new DomainError('AGENT_NOT_FOUND', `Agent not found: ${trigger.agentId}`)
  }
  const meant = meaningOf(parts.definitions, trigger.workflow)
  return meant instanceof Promise
    ? meant.then((meaning) => start(parts, trigger, sessionId, meaning))
    : start(parts, trigger, sessionId, meant)
}

function start(
  parts: TriggerParts,
  { agentId, input, metadata = {}, once: asked }: Trigger,
  sessionId: string,
  { checked: { compiled, definition, hash, warnings }, revision }: Meaning,
): Promise<TriggerResponse> {
  const origin: SessionOrigin = {
    workflowId: compiled.id,
    workflowVersion: compiled.version,
    workflowRevision: revision,
    definitionHash: hash,
    agentId,
    input: fittingInput(compiled, input),
    metadata,
    warnings,
  }
  const isEmpty = compiled.tasks.length === 0
  const message = isEmpty ? 'Workflow triggered but has no tasks.' : 'Workflow triggered successfully'
  const answer = { sessionId, workflowId: compiled.id, message }
  const order = { type: 'begin', command: { type: 'start', origin }, workflow: compiled, keep: definition } as const
  return once(parts.store, parts.clock.now(), { kind: 'session', id: sessionId }, asked, answer, (execution) =>
    parts.sessions.execute(sessionId, order, { ...execution, isNew: true }),
  )
}

interface Meaning {
  checked: Checked
  revision: number | null
}

/**
 * At once, where it is known. An inline definition is checked and kept by its hash; its id comes to mean it only where it meant nothing.
 */
function meaningOf(definitions: Definitions, workflow: Trigger['workflow']): Meaning | Promise<Meaning> {
  if ('id' in workflow) {
    const found = definitions.byId(workflow.id)
    return found instanceof Promise ? found.then(ofStored) : ofStored(found)
  }
  const checked = definitions.check(workflow.definition)
  const revision = definitions.adopt(checked)
  return revision instanceof Promise ? revision.then((of) => ({ checked, revision: of })) : { checked, revision }
}

function ofStored({ stored: { definition, hash, revision }, compiled }: Resolved): Meaning {
  return { checked: { definition, hash, compiled, warnings: [] }, revision }
}
