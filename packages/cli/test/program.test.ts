import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { MAIN, opscore, takenPort, temporaryFolder } from './opscore-process.ts'

const LAUNCHER = fileURLToPath(new URL('../bin/opscore.js', import.meta.url))

const folder = mkdtempSync(join(tmpdir(), 'opscore-key-'))
const KEY_FILE = join(folder, 'key')
writeFileSync(KEY_FILE, 'a-key\n')
afterAll(() => rmSync(folder, { recursive: true }))

async function outcome(args: string[], environment: Record<string, string> = {}) {
  const run = opscore(args, { environment })
  const code = await run.exit
  return { code, stdout: run.stdout, stderr: run.stderr }
}

test.each([
  [['--help']],
  [['dev', '--help']],
  [['serve', '--help']],
  [['agentkit', '--help']],
  [['agent', 'run', '--help']],
  [['workflow', 'test', '--help']],
  [['workflow', 'validate', '--help']],
  ...['list', 'get', 'state'].map((verb) => [['agent', verb, '--help']]),
  ...['apply', 'list', 'get', 'trigger'].map((verb) => [['workflow', verb, '--help']]),
  ...['list', 'get', 'explain', 'watch', 'cancel', 'pause', 'resume', 'retry'].map((verb) => [
    ['session', verb, '--help'],
  ]),
  ...['get', 'complete', 'fail'].map((verb) => [['task', verb, '--help']]),
  ...['create', 'list', 'revoke'].map((verb) => [['key', verb, '--help']]),
])('%j goes to stdout, examples first, and fits into 80 columns', async (args) => {
  const { code, stdout, stderr } = await outcome(args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^Examples:\n {2}(\w+=\S+ )?opscore /)
  expect(stdout).toContain('Usage: opscore')
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  expect(stdout).not.toContain('--supervised')
})

test.each([
  [['sevre'], 'Did you mean serve?'],
  [['dev', '--agent', '3'], 'Did you mean --agents?'],
  [['dev', '--agents', '0'], 'It must be a whole number from 1 to 100.'],
  [['serve', '--port', '70000'], 'It must be a whole number from 0 to 65535.'],
  [['agent', 'run', '--failure-rate', '1.5'], 'It must be a number from 0 to 1.'],
  [['agent', 'run', '--work-time', 'fast'], 'It must be a time such as 250ms, 1s or 100-400ms.'],
  [['agent', 'run', '--capabilities', ','], 'It must be at least one word'],
  [['agent', 'run'], 'The agent needs a name.'],
  [['agent', 'run', '--name', 'a', '--api-key-file', '/nowhere'], 'There is no API key: /nowhere cannot be read.'],
  [['key', 'create', 'k'], "required option '--scopes <words>' not specified"],
  [['key', 'create', 'k', '--scopes', 'raed'], 'There is no "raed". It must be some of: admin, read,'],
  [
    ['key', 'create', 'k', '--scopes', 'read', '--expires-in', 'soon'],
    'It must be a duration: "30s", "1h30m", "2d", or seconds as a number.',
  ],
  [['key', 'create', 'k', '--scopes', 'read', '-o', 'name'], 'A name alone would lose the key.'],
  [['key', 'revoke', 'k', '--api-key-file', KEY_FILE], 'Add --yes.'],
  [['workflow', 'trigger', 'w'], "required option '--agent <id>' not specified"],
  [['workflow', 'trigger', 'w', '--agent', 'a', '--input', '[1]'], 'It must be a JSON object'],
  [['workflow', 'trigger', 'w', '--agent', 'a', '--input', '@/nowhere'], 'The file cannot be read: ENOENT'],
  [['session', 'watch', 's', '-o', 'yaml'], 'Allowed choices are table, jsonl.'],
  [[], 'Usage: opscore'],
])('%j is a usage error on stderr that says the way out', async (args, said) => {
  const { code, stdout, stderr } = await outcome(args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(said)
})

test('what is wrong with the environment is named, without a stack', async () => {
  const { code, stderr } = await outcome(['agentkit', '--data-dir', temporaryFolder()], { AGENTKIT_PORT: 'x' })
  expect(code).toBe(2)
  expect(stderr).toContain('AGENTKIT_PORT')
  expect(stderr).not.toContain('    at ')
})

test('a port in use is an error that names the port and the option', async () => {
  const port = await takenPort()
  const { code, stderr } = await outcome(['agentkit', '--port', String(port), '--data-dir', temporaryFolder()])
  expect(code).toBe(1)
  expect(stderr).toBe(`error: Port ${port} is in use.\nChoose another one with --port.\n`)
})

test('a server logs JSON lines to stdout, and a signal drains it and exits 0', async () => {
  const run = opscore(['agentkit', '--port', '0', '--data-dir', temporaryFolder()])
  await expect.poll(() => run.stdout, { timeout: 10_000 }).toContain('AgentKit listens')
  run.signal('SIGTERM')
  expect(await run.exit).toBe(0)
  for (const line of run.stdout.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ name: 'agentkit' })
  expect(run.stderr).toBe('')
})

test('what npm started ends when the shell in between does, as it does not hand signals on', async () => {
  const run = opscore(['agentkit', '--port', '0', '--data-dir', temporaryFolder()], {
    command: ['sh', '-c', '"$0" "$@"; true', process.execPath, MAIN],
    environment: { npm_lifecycle_event: 'start' },
  })
  await expect.poll(() => run.stdout, { timeout: 10_000 }).toContain('AgentKit listens')
  run.signal('SIGTERM')
  // Its output closes only when the last process that holds it is gone.
  expect(await run.exit).toBe('SIGTERM')
})

test('a shell runs the launcher', async () => {
  const version = opscore(['--version'], { command: [LAUNCHER], environment: { NODE_COMPILE_CACHE: undefined } })
  expect(await version.exit).toBe(0)
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  // What Node compiled, so that the next command starts in half the time.
  expect(readdirSync(new URL('../node_modules/.cache/compiled', import.meta.url))).not.toEqual([])
})

test('the launcher hands on arguments, output, signals and the exit code', async () => {
  const command = [process.execPath, LAUNCHER]
  const version = opscore(['--version'], { command })
  expect(await version.exit).toBe(0)
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  const wrong = opscore(['sevre'], { command })
  expect(await wrong.exit).toBe(2)
})
