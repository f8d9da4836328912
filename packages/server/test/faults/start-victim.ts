/** Begins sessions as fast as it can, lets every third go on at once, and says on stdout what was acknowledged: its id, and whether its task still waits. */
import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { openSqliteStore } from '@opscore/store-sqlite'
import { session, shortStart, task } from '../../../engine/test/store-contract/commits.ts'
import { recordingLog } from '../../../engine/test/store-contract/recording-log.ts'
import { AGENTS } from './store-load.ts'

const store = await openSqliteStore({ dataDir: process.argv[2] ?? '', log: recordingLog().log, freshRows: 500 })
let begun = 0

async function beginAll(): Promise<void> {
  for (;;) {
    const [id, n] = [randomUUID(), begun++]
    const head = { agentId: AGENTS[n % AGENTS.length] ?? '', startedAt: n }
    await store.commit(shortStart(id, `agent:${head.agentId}`, head))
    const isGoingOn = n % 3 === 0
    const waiters = { join: [], leave: [`${id}.1.1`] }
    if (isGoingOn) await store.commit(session(id, 1, { events: [], tasks: [task(id, 0)], head, waiters }))
    writeSync(1, `${id} ${isGoingOn ? 'gone on' : 'waits'}\n`)
  }
}

process.send?.('at work')
await Promise.all(Array.from({ length: 64 }, beginAll))
