/**
 * `npm run histories:record`: writes the history of each scenario that has none yet to `recorded/`, and leaves every
 * file that is there as it is. What is recorded is decided by the code of today, so a new scenario is added with the
 * code that it shows.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AGENT_SCENARIOS, recordAgent } from './agent-scenarios.ts'
import { CONTROL_SCENARIOS } from './control-scenarios.ts'
import { FAILURE_SCENARIOS } from './failure-scenarios.ts'
import { FLOW_SCENARIOS } from './flow-scenarios.ts'
import { KIND_SCENARIOS } from './kind-scenarios.ts'
import { recordSession } from './session-scenario.ts'

export const RECORDED = fileURLToPath(new URL('./recorded', import.meta.url))

const RECORDINGS: ReadonlyMap<string, () => unknown> = new Map([
  ...[...FLOW_SCENARIOS, ...FAILURE_SCENARIOS, ...CONTROL_SCENARIOS, ...KIND_SCENARIOS].map(
    (scenario) => [scenario.name, () => recordSession(scenario)] as const,
  ),
  ...AGENT_SCENARIOS.map((scenario) => [scenario.name, () => recordAgent(scenario)] as const),
])

/** Returns the names of the files that it wrote. */
export function recordHistories(folder = RECORDED): string[] {
  mkdirSync(folder, { recursive: true })
  return [...RECORDINGS].flatMap(([name, record]) => {
    const file = `${name}.json`
    if (existsSync(join(folder, file))) return []
    writeFileSync(join(folder, file), `${JSON.stringify(record(), null, 1)}\n`, { flag: 'wx' })
    return [file]
  })
}

if (import.meta.main) {
  const written = recordHistories()
  console.log(written.length === 0 ? 'Every scenario is recorded already.' : written.join('\n'))
}
