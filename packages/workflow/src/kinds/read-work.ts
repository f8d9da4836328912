/** Reads what a task is that no agent does. Fields of another kind have no effect, and are said to have none. */

import type { TaskDefinition } from '@opscore/contract'
import { readApproval } from './read-approval.ts'
import { readWait } from './read-wait.ts'
import type { TaskWork } from './task-work.ts'
import type { WorkFields } from './work-fields.ts'

type Name = keyof (typeof TaskDefinition)['properties']

/** What only a task of an agent has. */
const OF_AGENTS = ['agentCapability', 'agentId', 'retry', 'timeouts', 'priority'] as const satisfies Name[]

/** What a kind has beside what every task has. */
const OWN = {
  agent: [...OF_AGENTS, 'parameters'],
  expression: ['value'],
  wait: ['for', 'until', 'signal', 'signals', 'timeout', 'onTimeout'],
  approval: [
    ...['parameters', 'title', 'form', 'approvers', 'timeout', 'onTimeout'],
    ...['onExpiry', 'escalateTo', 'onReject'],
  ],
} as const satisfies Record<string, readonly string[]>

type Kind = keyof typeof OWN

/** `undefined` for a task of an agent. */
export function readWork(fields: WorkFields): TaskWork | undefined {
  const kind: Kind = fields.read('kind') ?? 'agent'
  warnOfOthers(fields, kind)
  switch (kind) {
    case 'agent':
      return undefined
    case 'expression':
      if (!fields.has('value')) fields.error('value', 'is required of an expression')
      return { kind, value: fields.raw('value') ?? null }
    case 'wait':
      return readWait(fields)
    case 'approval':
      return readApproval(fields)
  }
}

function warnOfOthers(fields: WorkFields, kind: Kind): void {
  const own: readonly string[] = OWN[kind]
  const all = new Set<string>(Object.values(OWN).flat())
  for (const name of all) {
    // Every name in the table is a field.
    const field = name as Name
    if (own.includes(name) || !fields.has(field)) continue
    const home = Object.entries(OWN).find(([, names]) => (names as readonly string[]).includes(name))?.[0] ?? 'agent'
    fields.warn(field, `has no effect on a task of the kind "${kind}"; it belongs to "${home}"`)
  }
}
