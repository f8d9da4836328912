/** The commands that containers run, as the real command line takes them. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { argumentsOf, COMPOSE_FILES, interpolated, ROOT, servicesOf } from '../deployed-files.ts'

const LAUNCHER = join(ROOT, 'packages/cli/bin/opscore.js')

const commands = COMPOSE_FILES.flatMap((file) =>
  Object.entries(servicesOf(file)).flatMap(([name, service]) => {
    const args = argumentsOf(service)
    const set = Object.entries(service.environment ?? {}).map(([key, value]) => [key, interpolated(value)] as const)
    return args ? { file, name, args, environment: Object.fromEntries(set) } : []
  }),
)
const chart = [
  { file: 'the chart', name: 'api', args: ['serve', '--role', 'api', '--port', '8000'], environment: {} },
  { file: 'the chart', name: 'worker', args: ['serve', '--role', 'worker', '--port', '8000'], environment: {} },
  { file: 'the chart', name: 'agentkit', args: ['agentkit', '--port', '8001', '--data-dir', '/data'], environment: {} },
]

// One setting is off, so that the command ends where it reads its settings: by then all others are found to be good.
test.each([...commands, ...chart])(
  '$file: $name is started with options and settings that it takes',
  ({ args, environment }) => {
    const { status, stderr } = spawnSync(process.execPath, [LAUNCHER, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...environment, LOG_LEVEL: 'off-on-purpose' },
    })
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/^error: The configuration is off:\n {2}LOG_LEVEL [^\n]*\n$/),
    })
  },
)
