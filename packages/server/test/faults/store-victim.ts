/**
 * A process that commits to a store until it is killed. It writes what was acknowledged to standard output, which is a
 * file, so that not a line is lost with it: `<agentId> <version>` each. It sends its parent a message at the first one.
 * Its argument is the data directory.
 */
import { writeSync } from 'node:fs'
import { openSqliteStore } from '@opscore/store-sqlite'
import { register, report, stateChanged } from '../../../engine/test/store-contract/commits.ts'
import { recordingLog } from '../../../engine/test/store-contract/recording-log.ts'
import { AGENTS, effectOf } from './store-load.ts'

const store = await openSqliteStore({ dataDir: process.argv[2] ?? '', log: recordingLog().log })

let begun = false

async function run(agentId: string): Promise<void> {
  const known = await store.loadAgent(agentId)
  for (let version = known?.version ?? 0; ; version++) {
    const event = stateChanged(agentId, { time: version + 1 })
    const effects = [effectOf(agentId, version + 1)]
    const next = { events: [event], effects, done: [effectOf(agentId, version).id] }
    const result = await store.commit(version === 0 ? register(agentId, { effects }) : report(agentId, version, next))
    if (!result.ok) throw new Error(`Refused: ${JSON.stringify(result)}`)
    if (!begun) begun = process.send?.('begun') ?? true
    writeSync(1, `${agentId} ${result.version}\n`)
  }
}

await Promise.all(AGENTS.map(run))
