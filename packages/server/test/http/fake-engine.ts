import type { Engine } from '@opscore/engine'

/** An engine that refuses everything but what a test gives it: for what the HTTP layer decides by itself. */
export function fakeEngine(parts: Partial<Engine> = {}): Engine {
  const refuse = () => Promise.reject(new Error('The test gave no engine for this'))
  return {
    registerAgent: refuse,
    deregisterAgent: refuse,
    controlAgent: refuse,
    reportState: refuse,
    heartbeatAgent: refuse,
    dispatchFailed: refuse,
    dispatchRefused: refuse,
    taskAnswered: refuse,
    trigger: refuse,
    putWorkflow: refuse,
    storeIfUnknown: refuse,
    deleteWorkflow: refuse,
    controlSession: refuse,
    concludeTask: refuse,
    heartbeatTask: refuse,
    adoptResult: refuse,
    agent: refuse,
    agentState: refuse,
    knownAgentState: () => undefined,
    worksOn: () => false,
    agents: refuse,
    agentHistory: refuse,
    workflow: refuse,
    workflows: refuse,
    workflowRevisions: refuse,
    workflowRevision: refuse,
    session: refuse,
    sessions: refuse,
    sessionEvents: refuse,
    task: refuse,
    explainSession: refuse,
    explainTask: refuse,
    overview: refuse,
    attention: refuse,
    search: refuse,
    startBulk: refuse,
    bulkJob: refuse,
    bulkItems: refuse,
    system: refuse,
    gauges: async () => ({ agents: 0, openSessions: 0, events: 0 }),
    streams: {
      async *open() {
        yield []
      },
    },
    start: async () => {},
    ready: () => true,
    close: async () => {},
    ...parts,
  }
}
