/** Removes what its retention allows, partition by partition, in steps between which Redis does other work. */
import type { Retention } from '@opscore/engine/store'
import { type PartitionKeys, workflowKeys } from '../link/keys.ts'
import type { Link } from '../link/link.ts'
import { reply } from '../link/reply.ts'
import type { Places } from '../rows/places.ts'

/** Rows of one step: a few milliseconds of Redis. */
const STEP = 500

export function createTrim(link: Link, places: Places, storeId: string) {
  async function trimLog({ meta, log }: PartitionKeys, before: number): Promise<number> {
    let removed = 0
    let behind = ''
    do {
      const step = await link.run('trimLog', [meta, log], [storeId, String(before), String(STEP), behind])
      const [count, next] = reply.list(step)
      removed += reply.number(count)
      behind = reply.text(next)
    } while (behind !== '')
    return removed
  }

  async function inSteps(
    script: 'trimAgents' | 'trimSessions' | 'trimOnce' | 'trimRecords',
    meta: string,
    time: number,
  ) {
    let removed = 0
    for (;;) {
      const step = reply.number(await link.run(script, [meta], [storeId, String(time), String(STEP)]))
      if (step === 0) return removed
      removed += step
    }
  }

  return async ({ agentEventsBefore, sessionsEndedBefore, now }: Retention): Promise<number> => {
    let removed = await inSteps('trimRecords', workflowKeys.meta, now)
    for (const keys of places.all) {
      removed += await trimLog(keys, agentEventsBefore)
      removed += await inSteps('trimAgents', keys.meta, agentEventsBefore)
      removed += await inSteps('trimSessions', keys.meta, sessionsEndedBefore)
      removed += await inSteps('trimOnce', keys.meta, now)
    }
    return removed
  }
}
