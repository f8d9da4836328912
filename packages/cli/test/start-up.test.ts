/** What a command loads before it does anything: what makes it slow to start, told without a clock. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { MAIN, opscore, temporaryFolder } from './opscore-process.ts'

const HOOK = `
import { registerHooks } from 'node:module'
import { writeFileSync } from 'node:fs'
const loaded = []
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
process.on('exit', () => writeFileSync(process.env.LOADED, JSON.stringify(loaded)))
`
const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url))
/** Each takes longer to load than everything that an ordinary command needs. */
const HEAVY = /node_modules\/(?!commander\/|picocolors\/)|packages\/(server|agentkit)\//

test.each([
  [['--help']],
  [['agent', 'list', '--api-key-file', '/nowhere']],
  [['session', 'get', 's', '-o', 'json', '--api-key-file', '/nowhere']],
  [['task', 'complete', 't', '--result', '1', '--api-key-file', '/nowhere']],
  [['key', 'create', 'k', '--scopes', 'read', '--api-key-file', '/nowhere']],
])('%j loads neither a server nor a library that it does not need', async (args) => {
  const folder = temporaryFolder()
  const hook = join(folder, 'hook.mjs')
  const loaded = join(folder, 'loaded.json')
  writeFileSync(hook, HOOK)
  const run = opscore(args, { command: [process.execPath, '--import', hook, MAIN], environment: { LOADED: loaded } })
  expect([await run.exit, run.stderr.includes('    at ')]).toEqual([args[0] === '--help' ? 0 : 2, false])
  const { default: urls }: { default: string[] } = await import(loaded, { with: { type: 'json' } })
  const files = urls.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url).replace(REPOSITORY, ''))
  expect(files).toContain('packages/cli/src/program.ts')
  expect(files.filter((file) => HEAVY.test(file))).toEqual([])
})
