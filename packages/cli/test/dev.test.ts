/** What a stranger does, with the real processes. */
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentView } from '@opscore/contract'
import { OpsCoreClient } from '@opscore/sdk'
import { expect, test } from 'vitest'
import { eventually, type OpscoreProcess, opscore, takenPort, temporaryFolder } from './opscore-process.ts'

const TIMEOUT = 240_000
const LAST_LINE = /^session (\S+) completed in \d+ ms$/

function dev(folder: string, ...args: string[]): OpscoreProcess {
  const ports = ['--port', '--agentkit-port'].flatMap((option) => (args.includes(option) ? [] : [option, '0']))
  return opscore(['dev', '--data-dir', folder, ...ports, ...args])
}

async function serving(run: OpscoreProcess): Promise<void> {
  await Promise.race([
    eventually(() => expect(run.stdout).toContain('Ctrl-C stops it')),
    run.exit.then((code) => {
      throw new Error(`dev ended with ${code}: ${run.stderr}`)
    }),
  ])
}

function clientOf(run: OpscoreProcess, folder: string): OpsCoreClient {
  const url = /Ops-Core {2}(\S+)/.exec(run.stdout)?.[1] ?? ''
  return new OpsCoreClient({ url, apiKey: readFileSync(join(folder, 'api-key'), 'utf8').trim() })
}

async function agentsOf(client: OpsCoreClient): Promise<AgentView[]> {
  const { items } = await client.agents.list()
  return items.toSorted((one, other) => one.agentName.localeCompare(other.agentName))
}

async function isListening(url: string): Promise<boolean> {
  try {
    await fetch(url)
    return true
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    return !(cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED')
  }
}

test('dev --once runs the sample over several agents, ends with its session and exits 0', {
  timeout: TIMEOUT,
}, async () => {
  const folder = temporaryFolder()
  const run = dev(folder, '--once')
  expect(await run.exit, run.stderr).toBe(0)
  const lines = run.stdout.trimEnd().split('\n')
  expect(lines.at(-1)).toMatch(LAST_LINE)
  const completed = lines.filter((line) => line.includes('✓ completed'))
  expect(completed).toHaveLength(2)
  expect(completed[0]).toMatch(/First Step .* by agent-1, attempt 1, \d+ ms$/)
  expect(completed[1]).toMatch(/Second Step .* by agent-[23], attempt 1, \d+ ms$/)
  expect(lines.filter((line) => line.length > 80 || line.includes('\u001b'))).toEqual([])
  for (const secret of ['api-key', 'webhook-secret']) expect(statSync(join(folder, secret)).mode & 0o777).toBe(0o600)
})

test('everything is there again after a restart, and the agents are the same', { timeout: TIMEOUT }, async () => {
  const folder = temporaryFolder()
  const first = dev(folder)
  await serving(first)
  const before = await agentsOf(clientOf(first, folder))
  const sessionId = /session (\S+) completed/.exec(first.stdout)?.[1] ?? ''
  first.signal('SIGINT')
  expect(await first.exit, first.stderr).toBe(0)

  const second = dev(folder)
  await serving(second)
  const client = clientOf(second, folder)
  const after = await agentsOf(client)
  const identity = ({ agentId, agentName, contactEndpoint }: AgentView) => ({ agentId, agentName, contactEndpoint })
  expect(after.map(identity)).toEqual(before.map(identity))
  expect(after.map((agent) => [agent.agentName, agent.state])).toEqual([
    ['agent-1', 'idle'],
    ['agent-2', 'idle'],
    ['agent-3', 'idle'],
  ])
  expect(await client.sessions.get(sessionId)).toMatchObject({ status: 'completed' })
  expect((await client.sessions.list()).items).toHaveLength(2)
  second.signal('SIGTERM')
  expect(await second.exit, second.stderr).toBe(0)
})

test('the curl that it prints works when it is pasted', { timeout: TIMEOUT }, async () => {
  const run = dev(temporaryFolder(), '--agents', '1')
  await serving(run)
  const command = /Try it:\n([\s\S]*?)\n\n/.exec(run.stdout)?.[1] ?? ''
  const answer = JSON.parse(
    execFileSync('sh', ['-c', command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  )
  expect(answer).toMatchObject({ status: 'completed' })
})

test.each([
  ['Ops-Core', '--port'],
  ['AgentKit', '--agentkit-port'],
])('a port in use for %s is an error that names it and %s', { timeout: TIMEOUT }, async (name, option) => {
  const port = await takenPort()
  const run = dev(temporaryFolder(), option, String(port))
  expect(await run.exit).toBe(1)
  expect(run.stderr).toContain(
    `error: Port ${port} is in use, and ${name} needs it.\nChoose another one with ${option}.\n`,
  )
  expect(run.stderr).not.toContain('    at ')
})

test('kill -9 of dev leaves no process behind', { timeout: TIMEOUT }, async () => {
  const folder = temporaryFolder()
  const run = dev(folder)
  await serving(run)
  const agents = await agentsOf(clientOf(run, folder))
  const servers = [...run.stdout.matchAll(/(?:Ops-Core|AgentKit) {2}(\S+)/g)].map(([, url = '']) => url)
  const endpoints = [...servers, ...agents.map((agent) => agent.contactEndpoint)]
  expect(endpoints).toHaveLength(5)
  run.signal('SIGKILL')
  await run.exit
  await eventually(async () => expect(await Promise.all(endpoints.map(isListening))).not.toContain(true))
})

test('a session that was under way when everything was killed goes on at the next start', {
  timeout: TIMEOUT,
}, async () => {
  const folder = temporaryFolder()
  const first = dev(folder, '--agents', '1')
  await eventually(() => expect(first.stdout).toContain('● running'))
  first.signal('SIGKILL')
  await first.exit
  const second = dev(folder, '--agents', '1')
  await serving(second)
  const client = clientOf(second, folder)
  await eventually(async () => {
    const { items } = await client.sessions.list()
    expect(items.map((session) => session.status)).toEqual(['completed', 'completed'])
  })
})

test('a server that dies is said, with its last log lines, and the rest is stopped', { timeout: TIMEOUT }, async () => {
  const folder = temporaryFolder()
  const run = dev(folder, '--agents', '1')
  await serving(run)
  const [agent] = await agentsOf(clientOf(run, folder))
  const [line = ''] = readFileSync(join(folder, 'logs', 'agentkit.log'), 'utf8').split('\n')
  process.kill(JSON.parse(line).pid, 'SIGKILL')
  expect(await run.exit).toBe(1)
  expect(run.stderr).toContain('error: AgentKit ended (SIGKILL, 9).\nIts last log lines:\n  {')
  expect(await isListening(agent?.contactEndpoint ?? '')).toBe(false)
})

test('dev --once that is interrupted exits 130 and leaves nothing behind', { timeout: TIMEOUT }, async () => {
  const folder = temporaryFolder()
  const run = dev(folder, '--once')
  await eventually(() => expect(readFileSync(join(folder, 'logs', 'ops-core.log'), 'utf8')).toContain('listens'))
  run.signal('SIGINT')
  expect(await run.exit).toBe(130)
  expect(run.stderr).toContain('Interrupted')
})
