import { fleetTools } from './fleet-tools.ts'
import { peopleTools } from './people-tools.ts'
import { sessionTools } from './session-tools.ts'
import type { Tool } from './tool.ts'

/** The tools that there always are. A stored workflow's own comes after them, under a name that none of them has. */
export const TOOLS: readonly Tool[] = [...fleetTools, ...sessionTools, ...peopleTools]
