/** Every command that steers a running Ops-Core, by every way in which it may fail. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@opscore/host'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { EXIT } from '../src/exit-code.ts'
import { commandInProcess, type Stdout } from './command-in-process.ts'
import { COMMANDS, type Described } from './described-commands.ts'
import { KEY, steered } from './steered.ts'

const folder = mkdtempSync(join(tmpdir(), 'opscore-exit-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const KEY_FILE = file('key', KEY)
const DEFINITION = file('greet.json', JSON.stringify({ id: 'greet', tasks: [{ taskId: 'a' }] }))
const NOWHERE = join(folder, 'nowhere')

/** A simulated agent and an MCP server are none of them: they serve. */
const SERVING = ['opscore agent run', 'opscore mcp']
const STEERING = COMMANDS.filter(({ usage, options }) => options.includes('--opscore-url') && !SERVING.includes(usage))
const withId = STEERING.filter(({ command }) => command.registeredArguments.some((one) => one.name().endsWith('-id')))
const printing = STEERING.filter(({ options }) => options.includes('--output'))

/** What must stand in a command line for it to be complete. */
const MANDATORY: Record<string, string> = {
  ...{ '--agent': 'nothing', '--scopes': 'read', '--content': '{}' },
  ...{ '--from': '2026-01-01T00:00:00Z', '--to': '2026-01-02T00:00:00Z' },
}
/** Of a group of options, one that a command must have. */
const CHOSEN: Record<string, string[]> = { bulk: ['--workflow', 'nothing'], put: ['--interval', '5m'] }

function completeArgs({ path, command, options }: Described, id = 'nothing'): string[] {
  const words = command.registeredArguments.map((one) => {
    if (one.name() === 'files') return DEFINITION
    return one.name().endsWith('-id') ? id : 'word'
  })
  const mandatory = command.options
    .filter((option) => option.mandatory)
    .flatMap(({ long }) => [long ?? '', MANDATORY[long ?? ''] ?? 'word'])
  const chosen = path.flatMap((word) => CHOSEN[word] ?? [])
  return [...path, ...words, ...mandatory, ...chosen, ...(options.includes('--yes') ? ['--yes'] : [])]
}

interface Server {
  url: string
  keyFile?: string
}

const connection = ({ url, keyFile = KEY_FILE }: Server) => ['--opscore-url', url, '--api-key-file', keyFile]

/** What each of the commands exits with, by its usage. */
async function outcomes(commands: readonly Described[], argsOf: (described: Described) => string[], fails?: Stdout) {
  const all = await Promise.all(
    commands.map(async (each) => [each.usage, await commandInProcess(argsOf(each), fails)] as const),
  )
  const told = all.map(([usage, { code, stderr }]) => [usage, code, stderr] as const)
  return { codes: Object.fromEntries(all.map(([usage, { code }]) => [usage, code])), told }
}

const allExit = (commands: readonly Described[], code: number) =>
  Object.fromEntries(commands.map(({ usage }) => [usage, code]))

/** One sentence, and perhaps what to do. */
function expectNoStack(told: readonly (readonly [string, number, string])[]): void {
  for (const [usage, , stderr] of told) {
    expect([usage, stderr]).toEqual([usage, expect.stringMatching(/^error: [^\n]+\n([^\n]+\n)?$/)])
  }
}

/** Something that answers, and is no Ops-Core. */
async function serverThat(answer: RequestListener): Promise<Server & { readonly asked: number }> {
  let asked = 0
  const server = createServer((request, response) => {
    asked += 1
    request.resume()
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    get asked() {
      return asked
    },
  }
}

test('every command that has an id is in the table', () => {
  expect(STEERING.length).toBeGreaterThan(20)
  expect(withId.length).toBeGreaterThan(12)
})

test('an option or a word too many is a usage error, and a format that is none', async () => {
  const server = await serverThat((_, response) => response.end('{}'))
  const line = (each: Described) => [...completeArgs(each), ...connection(server)]
  const unknown = await outcomes(STEERING, (each) => [...line(each), '--nonsense'])
  expect(unknown.codes).toEqual(allExit(STEERING, EXIT.usage))
  const fixed = STEERING.filter(({ command }) => command.registeredArguments.every((one) => !one.variadic))
  const excess = await outcomes(fixed, (each) => [...line(each), 'excess'])
  expect(excess.codes).toEqual(allExit(fixed, EXIT.usage))
  const format = await outcomes(printing, (each) => [...line(each), '-o', 'xml'])
  expect(format.codes).toEqual(allExit(printing, EXIT.usage))
  expect(server.asked).toBe(0)
})

test.each([[''], ['.'], ['..']])('an id that is %j is a usage error, and nothing is sent', async (id) => {
  const server = await serverThat((_, response) => response.end('{}'))
  const arguments_ = await outcomes(withId, (each) => [...completeArgs(each, id), ...connection(server)])
  expect(arguments_.codes).toEqual(allExit(withId, EXIT.usage))
  const flags = STEERING.flatMap((each) =>
    each.command.options.filter(({ flags }) => /<ids?>/.test(flags)).map(({ long }) => ({ ...each, flag: long ?? '' })),
  )
  expect(flags.map(({ flag }) => flag)).toEqual(
    expect.arrayContaining(['--agent', '--agents', '--attempt', '--workflow']),
  )
  for (const { flag, ...each } of flags) {
    const { codes } = await outcomes([each], (one) => [...completeArgs(one), flag, id, ...connection(server)])
    expect([flag, codes]).toEqual([flag, allExit([each], EXIT.usage)])
  }
  expect(server.asked).toBe(0)
})

test.each([
  ['session list', ['--status', 'bogus']],
  ['session list', ['--status', 'running', '--status', 'Failed']],
  ['session list', ['--limit', '0x10']],
  ['session list', ['--limit', '0']],
  ['session list', ['--workflow', '']],
  ['agent list', ['--state', '']],
  ['agent list', ['--capability', ',']],
  ['session watch s', ['--timeout', 'soon']],
  ['session watch s', ['--timeout', '0s']],
  ['task complete t', ['--result', '{']],
  ['task fail t', ['--code', '']],
  ['key create k', ['--scopes', 'bogus']],
  ['key create k', ['--scopes', 'read', '--scopes', 'bogus']],
  ['key create k', ['--scopes', 'read', '--expires-in', '1w']],
  ['key create', ['', '--scopes', 'read']],
  ['workflow trigger w', ['--agent', 'a', '--input', '[]']],
  ['workflow trigger w', ['--agent', 'a', '--idempotency-key', '']],
  ['workflow trigger w', ['--agent', 'a', '--timeout', '-1s']],
])('%s %j is a usage error, and nothing is sent', async (command, options) => {
  const server = await serverThat((_, response) => response.end('{}'))
  const { code, stdout } = await commandInProcess([...command.split(' '), ...options, ...connection(server)])
  expect([code, stdout, server.asked]).toEqual([EXIT.usage, '', 0])
})

test('what the server finds wrong with a value is a usage error too', async () => {
  const { url } = await steered()
  const long = 'x'.repeat(300)
  for (const args of [
    ['key', 'create', long, '--scopes', 'read'],
    ['workflow', 'trigger', 'sample_workflow_id', '--agent', 'a', '--input', '{"__proto__":1}'],
    ['workflow', 'trigger', 'sample_workflow_id', '--agent', 'a', '--idempotency-key', long],
  ]) {
    const { code, stderr } = await commandInProcess([...args, ...connection({ url })])
    expect([args, code, stderr]).toEqual([args, EXIT.usage, expect.stringMatching(/^error: [^\n]+\n$/)])
  }
})

test.each([['nonsense'], ['ftp://127.0.0.1/'], ['http://me:hunter2@127.0.0.1/'], ['http://127.0.0.1/?a=b'], ['']])(
  'the URL %j is a usage error of one line, without a password',
  async (url) => {
    const { codes, told } = await outcomes(STEERING, (each) => [...completeArgs(each), ...connection({ url })])
    expect(codes).toEqual(allExit(STEERING, EXIT.usage))
    expectNoStack(told)
    expect(JSON.stringify(told)).not.toContain('hunter2')
  },
)

test.each([
  ['--opscore-url', 'nonsense'],
  ['--agentkit-url', 'http://me:hunter2@127.0.0.1/'],
])('an agent that is given %s %s does not start', async (option, url) => {
  const { code, stderr } = await commandInProcess([
    'agent',
    'run',
    '--name',
    'a',
    '--api-key-file',
    KEY_FILE,
    option,
    url,
  ])
  expect([code, stderr]).toEqual([EXIT.usage, expect.stringMatching(/^error: [^\n]+\n$/)])
  expect(stderr).toContain(option)
  expect(stderr).not.toContain('hunter2')
})

test.each([[NOWHERE], [file('empty', '\n')], [file('binary', 'a\u0000\nb')]])(
  'a key file that holds no key is a usage error',
  async (keyFile) => {
    const url = `http://127.0.0.1:${await freePort()}`
    const { codes, told } = await outcomes(STEERING, (each) => [...completeArgs(each), ...connection({ url, keyFile })])
    expect(codes).toEqual(allExit(STEERING, EXIT.usage))
    expectNoStack(told)
  },
)

test('a server that cannot be reached is an error', async () => {
  const url = `http://127.0.0.1:${await freePort()}`
  const { codes, told } = await outcomes(STEERING, (each) => [...completeArgs(each), ...connection({ url })])
  expect(codes).toEqual(allExit(STEERING, EXIT.error))
  expectNoStack(told)
})

test.each<[string, RequestListener]>([
  ['no JSON', (_, response) => response.end('<html>')],
  ['that it has nothing there', (_, response) => response.writeHead(404).end('<html>')],
  ['with a fault', (_, response) => response.writeHead(500).end('{"detail":"one\\ntwo","code":"INTERNAL"}')],
])('something else than Ops-Core that answers %s is an error', async (_what, answer) => {
  const server = await serverThat(answer)
  const { codes, told } = await outcomes(STEERING, (each) => [...completeArgs(each), ...connection(server)])
  expect(codes).toEqual(allExit(STEERING, EXIT.error))
  expectNoStack(told)
})

test('what is not there exits 3', async () => {
  const { url } = await steered()
  const { codes, told } = await outcomes(withId, (each) => [...completeArgs(each), ...connection({ url })])
  expect(codes).toEqual(allExit(withId, EXIT.notFound))
  expectNoStack(told)
})

test('a key that is wrong, or may not do this, exits 4', async () => {
  const { url, client } = await steered()
  const { key } = await client.keys.create({ name: 'k', scopes: ['metrics'] })
  for (const keyFile of [file('wrong', 'wrong'), file('scraper', key)]) {
    const { codes, told } = await outcomes(STEERING, (each) => [...completeArgs(each), ...connection({ url, keyFile })])
    expect(codes).toEqual(allExit(STEERING, EXIT.notAllowed))
    expectNoStack(told)
  }
})

test('where its data is not read it ends quietly, and where it cannot be written it has failed', async () => {
  const { url, agent, trigger } = await steered()
  await agent('nothing')
  await trigger('nothing', { taskId: 'a' })
  const lists = printing.filter((each) => !withId.includes(each) && !each.usage.startsWith('opscore key create'))
  const line = (each: Described) => [...completeArgs(each), ...connection({ url }), '-o', 'json']
  expect((await outcomes(lists, line)).codes).toEqual(allExit(lists, EXIT.ok))
  const unread = await outcomes(lists, line, 'EPIPE')
  expect(unread.codes).toEqual(allExit(lists, EXIT.ok))
  expect(unread.told.map(([, , stderr]) => stderr).join('')).toBe('')
  const full = await outcomes(lists, line, 'ENOSPC')
  expect(full.codes).toEqual(allExit(lists, EXIT.error))
  expectNoStack(full.told)
})
