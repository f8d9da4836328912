/** Agents and sessions, which take part in each other's steps (step.ts). */

import type { Definitions } from '../definitions.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { LineMarks } from '../work/line-marks.ts'
import { createLines, type Lines } from '../work/lines.ts'
import { createAgents } from './agents.ts'
import type { Agents, Sessions, Steps } from './agents-and-sessions.ts'
import type { Outcomes } from './outcome.ts'
import { createPlacements } from './placements.ts'
import { createSessions } from './sessions.ts'
import { createSteps } from './step.ts'

export interface Aggregates {
  agents: Agents
  sessions: Sessions
  lines: Lines
}

export function createAggregates(
  parts: Pick<EngineParts, 'store' | 'clock' | 'ids' | 'wakeQueue' | 'role'> & {
    health: { writable: boolean }
    definitions: Definitions
    outcomes: Outcomes
    marks: Pick<LineMarks, 'isFree'>
  },
): Aggregates {
  const { store, marks } = parts
  const steps: Steps = {
    ofAgent: (part) => inCompany.ofAgent(part),
    ofSession: (part) => inCompany.ofSession(part),
  }
  const agents = createAgents({ ...parts, steps })
  const lines = createLines({ store, agents })
  const sessions = createSessions({ ...parts, steps, lines })
  const placements = createPlacements({ lines, marks, known: agents.known })
  const inCompany = createSteps({ store, agents, sessions, placements })
  return { agents, sessions, lines }
}
