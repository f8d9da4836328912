/** The directions of imports and what may be used where: each rule is held against a file that breaks it. */
import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandOf, ROOT } from '../gate/step.ts'

type Trial = [path: string, code: string]

const imports = (path: string, from: string): Trial => [path, `import '${from}'`]
const SERVER = 'packages/server/src'
const ENGINE = 'packages/engine/src'

const REFUSED: Trial[] = [
  imports('packages/contract/src/a.ts', '@opscore/host'),
  imports('packages/contract/src/a.ts', '@opscore/sdk'),
  imports('packages/contract/src/a.ts', 'node:fs'),
  imports('packages/contract/src/a.ts', 'fastify'),
  ...['server', 'agentkit', 'sdk', 'cli'].map((other) => imports('packages/host/src/a.ts', `@opscore/${other}`)),
  ...['host', 'server', 'agentkit', 'cli'].map((other) => imports('packages/sdk/src/agent/a.ts', `@opscore/${other}`)),
  ...['agentkit', 'sdk', 'sdk/agent', 'cli'].map((other) => imports(`${SERVER}/a.ts`, `@opscore/${other}`)),
  ...['server', 'cli'].map((other) => imports('packages/agentkit/src/http/a.ts', `@opscore/${other}`)),
  ...['host', 'server', 'agentkit', 'cli'].map((other) => imports('packages/dashboard/page/a.ts', `@opscore/${other}`)),
  ...['host', 'server', 'cli', 'workflow', 'sdk/agent', 'agentkit'].map((other) =>
    imports('packages/mcp/src/tools/a.ts', `@opscore/${other}`),
  ),
  ...['server', 'sdk', 'agentkit'].map((name) => imports(`packages/${name}/src/a.ts`, '@opscore/mcp')),
  imports('packages/dashboard/page/data/a.ts', 'node:fs'),
  imports('packages/dashboard/page/data/a.ts', '@opscore/sdk/agent'),
  ...['contract', 'server', 'cli'].map((other) => imports('packages/dashboard/src/a.ts', `@opscore/${other}`)),
  imports('packages/sdk/src/client/a.ts', 'node:http'),
  imports('packages/sdk/src/client/a.ts', 'undici'),
  imports('packages/cli/src/a.ts', '../../server/src/start.ts'),
  imports('packages/agentkit/src/a.ts', '../../sdk/src/index.ts'),
  imports('packages/agentkit/test/http/a.test.ts', '../../../server/src/start.ts'),
  imports('bench/a.ts', '../packages/server/src/start.ts'),

  ...['host', 'server', 'sdk', 'cli'].map((other) => imports('packages/workflow/src/text/a.ts', `@opscore/${other}`)),
  imports('packages/workflow/src/text/a.ts', 'node:fs'),
  ...['host', 'sdk', 'agentkit'].map((name) => imports(`packages/${name}/src/a.ts`, '@opscore/workflow')),
  ...['yaml', '@marcbachmann/cel-js'].map((parser) => imports(`${ENGINE}/core/agent/a.ts`, parser)),
  imports(`${ENGINE}/core/agent/a.ts`, 'node:crypto'),
  imports(`${ENGINE}/core/agent/a.ts`, 'uuid'),
  imports(`${ENGINE}/core/agent/a.ts`, '@opscore/host'),
  ...['ports', 'aggregate', 'work', 'memory', 'store-kit', 'testing'].flatMap((room) => [
    imports(`${ENGINE}/core/agent/a.ts`, `../../${room}/b.ts`),
    imports(`${ENGINE}/core/a.ts`, `../${room}/b.ts`),
  ]),
  ...['engine', 'create-engine', 'store', 'index'].map((file) =>
    imports(`${ENGINE}/core/agent/a.ts`, `../../${file}.ts`),
  ),
  [`${ENGINE}/core/a.ts`, "import { ERROR_CATALOGUE } from '@opscore/contract'\nexport const a = ERROR_CATALOGUE"],
  ...['aggregate', 'work', 'memory', 'testing'].map((room) => imports(`${ENGINE}/ports/a.ts`, `../${room}/b.ts`)),
  imports(`${ENGINE}/ports/a.ts`, 'undici'),
  ...['memory', 'local', 'store-kit', 'testing'].map((room) => imports(`${ENGINE}/work/a.ts`, `../${room}/b.ts`)),
  imports(`${ENGINE}/a.ts`, './testing/b.ts'),
  imports(`${ENGINE}/work/a.ts`, '@opscore/host'),
  imports(`${ENGINE}/work/a.ts`, '@opscore/store-sqlite'),
  imports(`${ENGINE}/work/a.ts`, 'node:fs'),
  ...['work', 'aggregate', 'testing'].map((room) => imports(`${ENGINE}/memory/a.ts`, `../${room}/b.ts`)),
  ...['ports', 'work', 'memory'].map((room) => imports(`${ENGINE}/testing/a.ts`, `../${room}/b.ts`)),
  imports(`${ENGINE}/testing/a.ts`, '../create-engine.ts'),
  imports(`${ENGINE}/testing/a.ts`, '@opscore/host'),
  imports(`${ENGINE}/testing/a.ts`, 'undici'),
  ...['store-sqlite', 'store-redis', 'wake-queue-bullmq'].flatMap((store) => [
    ...['host', 'server', 'sdk', 'workflow'].map((other) => imports(`packages/${store}/src/a.ts`, `@opscore/${other}`)),
    imports(`packages/${store}/src/a.ts`, '../../engine/src/ports/store.ts'),
  ]),
  imports('packages/store-sqlite/src/a.ts', '@opscore/store-redis'),
  imports('packages/store-redis/src/a.ts', '@opscore/store-sqlite'),
  ...['compose', 'main'].map((file) => imports(`${SERVER}/http/access/a.ts`, `../../${file}.ts`)),
  imports(`${SERVER}/http/a.ts`, '../adapters/b.ts'),
  imports(`${SERVER}/adapters/a.ts`, '../http/b.ts'),
  imports(`${SERVER}/adapters/agent-http/a.ts`, '../../config.ts'),

  ...['startTimer', 'startInterval', 'wait', 'timeLimit'].map(
    (name): Trial => [
      'packages/workflow/src/expression/a.ts',
      `import { ${name} } from '@opscore/contract/time'\nexport const a = ${name}`,
    ],
  ),
  ...['core', 'work', 'ports'].flatMap((room): Trial[] =>
    [
      'Date.now()',
      'new Date()',
      'Math.random()',
      'setTimeout(() => {}, 1)',
      'setInterval(() => {}, 1)',
      'setImmediate(() => {})',
      'fetch("http://localhost")',
      'performance.now()',
      'crypto.randomUUID()',
      'AbortSignal.timeout(1)',
      'process.pid',
    ].map((taken) => [`${ENGINE}/${room}/a.ts`, `export const a = ${taken}`]),
  ),
  ...[
    'setTimeout(() => {}, limit)',
    'setTimeout(() => {}, 1000 * LIMIT)',
    'setTimeout(() => {}, limit, 1)',
    'setTimeout(Math.max, options.timeout)',
    'setInterval(() => {}, limit / 3)',
    'globalThis.setTimeout(() => {}, limit)',
    'AbortSignal.timeout(limit)',
  ].flatMap((taken): Trial[] =>
    ['packages/host/src', 'packages/contract/src/time', 'packages/host/test', 'bench', 'examples/x'].map((folder) => [
      `${folder}/a.ts`,
      `export const a = (limit: number, LIMIT: number, options: { timeout: number }) => [\n  limit,\n  LIMIT,\n  options,\n  ${taken},\n]`,
    ]),
  ),
  ...[
    "import { setTimeout } from 'node:timers/promises'\nexport const a = setTimeout",
    "import { setTimeout as pause } from 'node:timers/promises'\nexport const a = pause",
    "import { setImmediate, setInterval } from 'timers/promises'\nexport const a = [setImmediate, setInterval]",
    "import { setTimeout } from 'node:timers'\nexport const a = setTimeout",
    "import * as timers from 'node:timers/promises'\nexport const a = timers",
    "import timers from 'node:timers/promises'\nexport const a = timers",
  ].flatMap((code): Trial[] => ['packages/cli/src/a.ts', 'bench/a.ts', 'deploy/a.ts'].map((path) => [path, code])),
  ['packages/server/src/http/a.ts', 'export const a = process.env.HOME'],
  ['packages/sdk/src/agent/a.ts', "import { env } from 'node:process'\nexport const a = env.HOME"],
  ['packages/host/src/a.ts', 'const later = async () => 1\nexport function a() {\n  later()\n}'],
  ['packages/host/src/a.ts', 'export default 1'],
  ['packages/host/src/a.ts', 'export enum A {\n  B,\n}'],
  ['packages/host/src/a.ts', 'export const a: any = 1'],
  ['packages/host/test/a.test.ts', "import { test } from 'vitest'\ntest.skip('a', () => {})"],
  ['packages/host/test/a.test.ts', "import { test } from 'vitest'\ntest.only('a', () => {})"],
]

const ALLOWED: Trial[] = [
  imports('packages/contract/src/a.ts', 'typebox/value'),
  imports('packages/host/src/server/a.ts', '@opscore/contract'),
  imports('packages/sdk/src/client/a.ts', '@opscore/contract'),
  imports('packages/sdk/src/agent/a.ts', 'node:http'),
  ...['contract', 'sdk', 'workflow'].map((other) => imports('packages/dashboard/page/a.ts', `@opscore/${other}`)),
  imports('packages/dashboard/page/a.ts', '@opscore/engine/trial'),
  imports('packages/dashboard/src/a.ts', '@opscore/host'),
  ...['contract', 'host', 'sdk'].map((other) => imports('packages/agentkit/src/a.ts', `@opscore/${other}`)),
  ...['contract', 'contract/time', 'sdk'].map((other) => imports('packages/mcp/src/a.ts', `@opscore/${other}`)),
  ...['contract', 'host', 'sdk', 'mcp', 'server', 'agentkit', 'dashboard'].map((other) =>
    imports('packages/cli/src/a.ts', `@opscore/${other}`),
  ),
  [
    'packages/workflow/src/expression/a.ts',
    "import { parse } from '@marcbachmann/cel-js'\nimport type { Json } from '@opscore/contract'\nimport { b } from '../b.ts'\nexport const a: [Json, unknown] = [new Date(1).toISOString(), [parse, b]]",
  ],
  [
    'packages/workflow/src/expression/a.ts',
    "import { parseDuration } from '@opscore/contract/time'\nexport const a = parseDuration",
  ],
  imports(`${ENGINE}/ports/a.ts`, '../core/agent/state.ts'),
  ...['core', 'work', 'testing'].map((room) => imports(`${ENGINE}/${room}/a.ts`, '@opscore/workflow')),
  imports(`${ENGINE}/work/a.ts`, '../ports/store.ts'),
  imports(`${ENGINE}/work/a.ts`, '../core/agent/state.ts'),
  imports(`${ENGINE}/work/a.ts`, 'node:crypto'),
  imports(`${ENGINE}/a.ts`, './work/a.ts'),
  imports(`${ENGINE}/memory/a.ts`, '../store-kit/b.ts'),
  ...['engine/store', 'engine/moving', 'contract'].map((other) =>
    imports('packages/store-sqlite/src/a.ts', `@opscore/${other}`),
  ),
  imports('packages/store-sqlite/src/a.ts', 'node:sqlite'),
  imports('packages/wake-queue-bullmq/src/a.ts', '@opscore/store-redis/address'),
  imports(`${SERVER}/http/access/a.ts`, '@opscore/engine'),
  imports(`${SERVER}/http/a.ts`, '@opscore/host'),
  imports(`${ENGINE}/testing/a.ts`, '../core/session/decide.ts'),
  imports(`${ENGINE}/testing/a.ts`, '@opscore/contract'),
  imports(`${ENGINE}/testing/a.ts`, 'node:fs/promises'),
  imports(`${SERVER}/compose.ts`, '@opscore/store-sqlite'),
  imports(`${SERVER}/compose.ts`, './http/a.ts'),
  ['packages/host/src/a.ts', 'const LIMIT = 5_000\nexport const a = setTimeout(() => {}, LIMIT)'],
  ['packages/host/src/a.ts', 'export const a = [setInterval(() => {}, 250), AbortSignal.timeout(1_000)]'],
  ['packages/host/src/a.ts', "import { setImmediate } from 'node:timers/promises'\nexport const a = setImmediate"],
  ['packages/contract/src/time/timer.ts', 'export const a = (left: number) => setTimeout(() => {}, left)'],
  ['examples/x/a.ts', "import { setTimeout } from 'node:timers/promises'\nawait setTimeout(200, undefined)"],
  ['packages/server/src/config.ts', 'export const a = process.env'],
  [`${ENGINE}/local/system-clock.ts`, 'export const a = [Date.now(), Math.random()]'],
]

const CYCLE: Trial[] = [
  ['packages/host/src/egg.ts', "import { hen } from './hen.ts'\nexport const egg = () => hen()"],
  ['packages/host/src/hen.ts', "import { egg } from './egg.ts'\nexport const hen = (): unknown => egg()"],
]

/** A file of its own for each trial: `a.ts` stands for any name. */
const numbered = (kind: string, trials: Trial[]): Trial[] =>
  trials.map(([path, code], index) => [path.replace(/\/a\./, `/${kind}-${index}.`), code])

const refused = numbered('refused', REFUSED)
const allowed = numbered('allowed', ALLOWED)
let folder = ''
let complaints = new Map<string, string[]>()

interface Report {
  diagnostics: { severity: string; category: string; message: string; location: { path: string } | null }[]
}

async function lint(): Promise<Map<string, string[]>> {
  const args = [
    await commandOf('@biomejs/biome'),
    'lint',
    '--vcs-enabled=false',
    '--max-diagnostics=none',
    '--reporter=json',
  ]
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  const report: Report = JSON.parse(await text(child.stdout))
  const byPath = new Map<string, string[]>()
  for (const { severity, category, message, location } of report.diagnostics) {
    if (severity !== 'error' || !location) continue
    byPath.set(location.path, [...(byPath.get(location.path) ?? []), `${category}: ${message}`])
  }
  return byPath
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opscore-boundaries-'))
  await cp(join(ROOT, 'biome.json'), join(folder, 'biome.json'))
  await cp(join(ROOT, 'scripts/lint'), join(folder, 'scripts/lint'), { recursive: true })
  for (const [path, code] of [...refused, ...allowed, ...CYCLE]) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), `${code}\n`)
  }
  complaints = await lint()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test.each(refused)('%s is refused: %s', (path) => {
  expect(complaints.get(path)).toHaveLength(1)
})

test.each(allowed)('%s is allowed: %s', (path) => {
  expect(complaints.get(path)).toBeUndefined()
})

test('files that import each other in a circle are refused', () => {
  for (const [path] of CYCLE) expect(complaints.get(path)?.[0]).toContain('noImportCycles')
})
