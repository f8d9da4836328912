/** Takes stock of a store in Redis, from the keys themselves: what its lists, indexes and hashes say together. */

import type { Homes, Walk } from '@opscore/engine/moving'
import { createContent, createItems, type Items, type Tally } from '@opscore/engine/moving'
import { keysOf, workflowKeys } from '../link/keys.ts'
import type { Link } from '../link/link.ts'
import { createPages } from './pages.ts'
import type { Place, Reading } from './reading.ts'
import { readAgents, readRouting } from './target-agents.ts'
import { readLog } from './target-log.ts'
import { readDefinitions, readSessions } from './target-sessions.ts'
import { readWork } from './target-work.ts'
import { readRecords, readWorkflowsAndKeys } from './target-workflows.ts'

/** `now` is by which once-records and records are taken as expired. */
export async function contentOfTarget(
  link: Link,
  { homes, now, walk }: { homes: Homes; now: number; walk: Walk },
): Promise<Tally[]> {
  const content = createContent()
  await readTarget(link, { homes, now, walk, items: createItems(content) })
  return content.tallies()
}

/** Gives everything in the store to `items`. */
export async function readTarget(
  link: Link,
  { homes, now, walk, items }: { homes: Homes; now: number; walk: Walk; items: Items },
): Promise<void> {
  const reading: Reading = { link, pages: createPages(link, walk), items }
  const places = Array.from({ length: homes.partitions }, (_, home): Place => ({ home, keys: keysOf(home) }))
  const capabilities = new Set<string>()
  for (const place of places) await readAgents(reading, place, capabilities)
  for (const place of places) await readRouting(reading, place, capabilities)
  for (const place of places) await readSessions(reading, place)
  for (const { home, keys } of places) await readDefinitions(reading, home, keys.definitions, keys.definitionUses)
  for (const place of places) await readLog(reading, place)
  for (const place of places) await readWork(reading, place, { homes, now })
  await readDefinitions(reading, homes.common, workflowKeys.definitions, workflowKeys.definitionUses)
  await readWorkflowsAndKeys(reading)
  await readRecords(reading, now)
}
