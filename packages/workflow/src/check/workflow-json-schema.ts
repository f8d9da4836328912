/** The language as a JSON Schema, so that editors complete and explain it: the contract's schema, described. */
import { type Json, type JsonObject, WorkflowDefinition } from '@opscore/contract'

interface FieldNote {
  description: string
  examples?: Json[]
}

const duration = (description: string, ...examples: Json[]): FieldNote => ({
  description: `${description} Seconds as a number, or "30s", "1h30m", "2d".`,
  examples,
})

const RETRY: FieldNote = { description: 'When a failed attempt is tried again.', examples: [{ maxAttempts: 6 }] }
const TIMEOUTS: FieldNote = { description: 'How long things may take.', examples: [{ startToClose: '5m' }] }
const PRIORITY: FieldNote = { description: '0 to 9, 5 by default: higher first, then older first.', examples: [7] }

const APPROVERS: Record<string, FieldNote> = {
  scopes: { description: 'Any key with one of these scopes.' },
  keys: { description: 'These keys, by id or name.' },
  count: { description: 'How many must agree; 1 by default.' },
}

/** Of each field, by the object that holds it; the definition itself is "". */
const NOTES: Record<string, Record<string, FieldNote>> = {
  '': {
    id: { description: 'What sessions are triggered by. Changed content makes a new revision.', examples: ['invoice'] },
    name: { description: 'For people.' },
    description: { description: 'For people.' },
    version: { description: 'Your own; kept with every session.', examples: ['1.0'] },
    timeout: duration('Of a whole session; 24 h by default.', '2h'),
    routing: {
      description:
        'Where no registered agent has a capability: "preferred" (default) gives the task to the session\'s agent, "strict" waits.',
    },
    defaults: { description: 'For every task that does not say otherwise.' },
    output: {
      description: "The session's result, a template; by default the result of the task that ended last.",
      examples: [{ total: '${{ tasks.sum.result.total }}' }],
    },
    expose: {
      description: 'Outer protocols offer this workflow: MCP as a tool, A2A with a card; `{}` is enough.',
      examples: [{ name: 'summarize', input: { type: 'object', properties: { url: { type: 'string' } } } }],
    },
    tasks: { description: 'At most 500; the first one starts.' },
    input: { description: 'The JSON Schema of what a trigger gives; its defaults are filled in.' },
    outputSchema: { description: "The JSON Schema that the session's result must fit." },
    signals: {
      description: 'The signals that it takes, each with the JSON Schema of its payload.',
      examples: [{ mail: { payload: { type: 'object' } } }],
    },
  },
  tasks: {
    taskId: { description: 'Its name in edges and expressions.', examples: ['fetch'] },
    name: { description: 'What agents are told; the taskId by default.' },
    description: { description: 'For people.' },
    agentCapability: { description: "Who may do it; by default the session's agent.", examples: ['summarize'] },
    agentId: { description: 'The one agent that does it.' },
    parameters: {
      description:
        'What the agent is given. A string that is wholly ${{ expression }} becomes its value; within text it is interpolated.',
      examples: [{ url: '${{ input.url }}', title: 'About ${{ tasks.fetch.result.title }}' }],
    },
    nextTaskId: { description: 'The task that follows.' },
    next: { description: 'Fan-out: every edge whose condition holds is taken.' },
    choose: { description: 'Branch: the first edge whose condition holds is taken.' },
    join: {
      description:
        'Where several tasks lead here: "all" (default) waits until each has ended or cannot come any more, "any" runs at the first, {atLeast: n} at the nth.',
    },
    retry: RETRY,
    timeouts: TIMEOUTS,
    fallbackTaskId: { description: 'Where the session goes on when the attempts are used up.' },
    onFailure: {
      description: '"fail" (default) ends the session; "continue" follows the edges, whose conditions see `error`.',
    },
    priority: PRIORITY,
    kind: {
      description:
        'What the task is: "agent" (default), "approval" asks people, "wait" waits, "expression" makes a value.',
    },
    value: {
      description: 'Of an expression: a template of its result.',
      examples: [{ total: '${{ tasks.sum.result.n * 2 }}' }],
    },
    for: duration('Of a wait: how long.', '3d'),
    until: {
      description: 'Of a wait: an instant with its zone, or a template that gives one.',
      examples: ['2026-12-01T09:00:00+01:00', '${{ input.startAt }}'],
    },
    signal: { description: 'Of a wait: the signal that ends it; its payload is the result.', examples: ['mail'] },
    signals: { description: 'Of a wait: the first of these ends it; the result is {signal, payload}.' },
    timeout: duration('Of a wait for a signal, and of an approval: how long at most.', '3d'),
    onTimeout: { description: 'Where the session goes on when "timeout" is over; without it the task fails.' },
    title: {
      description: 'Of an approval: what is asked, a template. What it is about are the "parameters".',
      examples: ['Publish ${{ input.name }}?'],
    },
    form: { description: 'Of an approval: the JSON Schema that edited content must fit.' },
    approvers: {
      description: 'Of an approval: who may decide, by scopes or keys, and how many must agree ("count", 1).',
      examples: [{ keys: ['anna', 'ben'], count: 2 }],
    },
    onExpiry: {
      description: 'Of an approval, when "timeout" is over: "fail" (default), "approve", "reject" or "escalate".',
    },
    escalateTo: { description: 'Of an approval: who may decide once it was escalated.' },
    onReject: {
      description:
        'Of an approval: "continue" (default) follows the edges, which see result.decision; "fail" fails the task.',
    },
  },
  join: { atLeast: { description: 'So many of the tasks that lead here.' } },
  signals: { payload: { description: 'The JSON Schema of what comes with it.' } },
  approvers: APPROVERS,
  escalateTo: APPROVERS,
  edge: {
    to: { description: 'The taskId that it leads to.' },
    when: {
      description: 'A CEL condition over input, tasks.<taskId>.result, result, error and session.',
      examples: ['result.score >= 0.8'],
    },
  },
  expose: {
    name: { description: 'Of the tool; by default the id, with _ for what names of tools cannot have.' },
    description: { description: "What it is for, so that a model can choose it; by default the definition's." },
    input: { description: 'JSON Schema of the input; any object by default.' },
    agentId: { description: "The session's agent; by default the best one with the first task's capability." },
  },
  defaults: { retry: RETRY, timeouts: TIMEOUTS, priority: PRIORITY },
  retry: {
    maxAttempts: { description: 'In all; 4 by default.' },
    maxRetries: { description: 'n means n + 1 attempts.' },
    initialInterval: duration('Before the second attempt; 1 s by default.', '1s'),
    backoffCoefficient: { description: 'Each wait is this many times the one before; 2 by default.' },
    maximumInterval: duration('No wait is longer; 100 s by default.', '5m'),
    jitter: { description: 'How much of a wait is random, 0 to 1; 0.2 by default.' },
    nonRetryableErrors: { description: 'Error codes after which no other attempt is made.', examples: [['BAD_INPUT']] },
  },
  timeouts: {
    scheduleToStart: duration('Waiting for an agent; 1 h by default, and not retried.', '10m'),
    startToClose: duration('One attempt, from its dispatch; 15 min by default.', '5m'),
    heartbeat: duration('Between two signs of life of a running attempt; off by default.', '30s'),
    scheduleToClose: duration('All attempts together; off by default.', '1h'),
  },
}

const EXAMPLE: JsonObject = {
  id: 'summarize-page',
  tasks: [
    { taskId: 'fetch', agentCapability: 'http', parameters: { url: '${{ input.url }}' }, nextTaskId: 'summarize' },
    { taskId: 'summarize', agentCapability: 'llm', parameters: { text: '${{ tasks.fetch.result.body }}' } },
  ],
}

/** JSON Schema 2020-12. What it lets through has the right shape; the checker says the rest. */
export function workflowJsonSchema(): JsonObject {
  const plain: JsonObject = JSON.parse(JSON.stringify(WorkflowDefinition))
  const described = describe(plain, '')
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Ops-Core workflow definition',
    ...described,
    properties: { $schema: { type: 'string' }, ...objectIn(described.properties) },
    examples: [EXAMPLE],
  }
}

/** Objects with known fields get notes on them and are closed; what is inside lists and unions likewise. */
function describe(schema: JsonObject, name: string): JsonObject {
  const described: JsonObject = { ...schema }
  if (schema.properties && Object.keys(objectIn(schema.properties)).length > 0) {
    const fields = Object.entries(objectIn(schema.properties)).map(([field, inner]) => {
      const note = NOTES[name]?.[field]
      return [field, { ...describe(objectIn(inner), field), ...note }] as const
    })
    described.properties = Object.fromEntries(fields)
    described.additionalProperties = false
  }
  if (schema.patternProperties) {
    const inner = Object.entries(objectIn(schema.patternProperties))
    described.patternProperties = Object.fromEntries(inner.map(([key, one]) => [key, describe(objectIn(one), name)]))
    described.additionalProperties = false
  }
  if (schema.anyOf) described.anyOf = listIn(schema.anyOf).map((one) => describe(objectIn(one), name))
  if (schema.items) described.items = describe(objectIn(schema.items), name === 'tasks' ? name : 'edge')
  return described
}

const listIn = (value: Json): Json[] => (Array.isArray(value) ? value : [])

function objectIn(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}
