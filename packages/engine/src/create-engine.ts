import { createAggregates } from './aggregate/create-aggregates.ts'
import { createOutcomes } from './aggregate/outcome.ts'
import { createAgentCommands } from './command/agent-commands.ts'
import { createKeptRevisions } from './command/kept-revisions.ts'
import { createSessionCommands } from './command/session-commands.ts'
import { createTrigger } from './command/trigger.ts'
import { createWorkflowCommands } from './command/workflow-commands.ts'
import { createDefinitions } from './definitions.ts'
import type { Engine } from './engine.ts'
import type { EngineParts } from './engine-parts.ts'
import { createInbox } from './inbox/inbox.ts'
import { createOperations } from './operations.ts'
import { createExplain } from './query/explain.ts'
import { createQueries } from './query/queries.ts'
import { createSchedules } from './schedule/create-schedules.ts'
import { createEventStreams } from './stream/publish.ts'
import { createDispatch } from './work/dispatch.ts'
import { createEffects } from './work/effects.ts'
import { createFollowUp, createHandOver } from './work/follow-up.ts'
import { createLineMarks } from './work/line-marks.ts'
import { createRecovery } from './work/recover.ts'
import { createRouter } from './work/router.ts'
import { createTakeOver } from './work/take-over.ts'
import { createTrouble } from './work/trouble.ts'
import { createUpkeep } from './work/upkeep.ts'
import { createWaker } from './work/wake-ups.ts'

export type { EngineParts }

/** Puts the engine together. It works only after `start`. */
export function createEngine(parts: EngineParts): Engine {
  const { store, link, wakeQueue, broadcast, clock, log } = parts
  const isWorker = parts.role !== 'api'
  const health = { writable: true }
  const trouble = createTrouble()
  const outcomes = createOutcomes()
  const marks = createLineMarks(store)
  const definitions = createDefinitions({ store, clock })
  const { agents, sessions, lines } = createAggregates({ ...parts, health, definitions, outcomes, marks })
  const router = createRouter({ store, agents, sessions, lines, marks, log, trouble: trouble.report })
  const dispatch = createDispatch({ ...parts, agents, sessions })
  const { file, ...inbox } = createInbox({ store, sessions, clock })
  const effects = createEffects({
    ...{ store, clock, log, trouble: trouble.report },
    ...{ agents, sessions, router, dispatch, inbox: { file } },
  })
  outcomes.subscribe(isWorker ? createFollowUp({ effects, router }) : createHandOver({ wakeQueue, clock }))
  const recovery = createRecovery({ store, wakeQueue, clock, effects, router, marks })
  const upkeep = createUpkeep({ ...parts, recovery, trouble })
  const takeOver = store.shared ? createTakeOver({ store, effects, router, lines }) : null
  const waker = createWaker({ agents, sessions, link, wakeQueue, clock, log, takeOver })
  const streams = createEventStreams(store)
  const revisions = createKeptRevisions(store, clock.now)
  const deafen = broadcast.listen(streams.pass)

  let state: 'starting' | 'ready' | 'closed' = 'starting'
  function wrong(): string | null {
    if (state !== 'ready') return state === 'closed' ? 'Ops-Core is stopping' : 'Ops-Core is starting'
    if (!store.available) return 'The store cannot be reached, or takes no writes'
    // A shared store knows by itself when it can be written again, though nobody writes here meanwhile.
    return store.shared || health.writable ? null : 'The last write to the store failed'
  }
  const operations = createOperations({ ...parts, sessions, trouble: wrong })
  const trigger = createTrigger({ ...parts, agents, sessions, definitions })
  const schedules = createSchedules({ ...parts, sessions, definitions, trigger })
  return {
    ...createAgentCommands({ store, agents, sessions, clock }),
    ...createWorkflowCommands({ store, definitions, clock, revisions }),
    ...createSessionCommands({ ...parts, sessions }),
    ...inbox,
    ...createExplain({ store, agents, sessions, lines }),
    trigger,
    ...createQueries({ store, agents, sessions, definitions, revisions }),
    ...operations.offered,
    ...schedules.commands,
    streams,
    async start() {
      if (isWorker) {
        await recovery.wakeUps()
        wakeQueue.start(waker)
        await recovery.sweep()
        upkeep.start()
      }
      state = 'ready'
      operations.start()
      schedules.start()
    },
    ready: () => wrong() === null,
    async close() {
      if (state === 'closed') return
      state = 'closed'
      deafen()
      await Promise.all([operations.close(), schedules.close()])
      await upkeep.stop()
      router.close()
      await wakeQueue.close()
      await effects.close()
      await Promise.all([agents.idle(), sessions.idle()])
    },
  }
}
