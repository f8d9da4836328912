import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { commandInProcess } from '../../command-in-process.ts'
import { temporaryFolder } from '../../opscore-process.ts'
import { KEY, type Steered, steered } from '../../steered.ts'

const definition = (id: string, name = 'First') => JSON.stringify({ id, name, tasks: [{ taskId: 'only' }] })

function folder() {
  const path = temporaryFolder()
  return (name: string, content: string) => {
    writeFileSync(join(path, name), content)
    return join(path, name)
  }
}

function applying({ url }: Pick<Steered, 'url'>, key = KEY) {
  const keyFile = folder()('key', key)
  return (...args: string[]) =>
    commandInProcess(['workflow', 'apply', ...args, '-o', 'name', '--opscore-url', url, '--api-key-file', keyFile])
}

/** Hands requests on to Ops-Core, after `before` has had its way. */
async function inFrontOf(url: string, before: (method: string, path: string) => Promise<void>): Promise<string> {
  const server = createServer(async (request, response) => {
    const { method = '', url: path = '', headers } = request
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    await before(method, path)
    const { host: _host, connection: _connection, 'content-length': _length, ...rest } = headers
    const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: new Headers(rest as Record<string, string>),
      ...body,
    })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    response.end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a key that may not store fails a dry run as it fails the real one', async () => {
  const core = await steered()
  const { key } = await core.client.keys.create({ name: 'reader', scopes: ['read'] })
  const file = folder()('a.json', definition('a'))
  for (const args of [[file, '--dry-run'], [file]]) {
    const { code, stdout, stderr } = await applying(core, key)(...args)
    expect([code, stdout, stderr]).toEqual([4, '', expect.stringMatching(/^error: .*a\.json: .*\(FORBIDDEN\)\n$/)])
  }
})

test.each(['created', 'changed'])('what somebody else %s meanwhile fails a dry run too, and stays', async (change) => {
  const core = await steered()
  if (change === 'changed') await core.client.workflows.put(JSON.parse(definition('a')))
  const file = folder()('a.json', definition('a', 'Mine'))
  let revision = change === 'changed' ? 1 : 0
  const url = await inFrontOf(core.url, async (method) => {
    if (method !== 'PUT') return
    revision += 1
    await core.client.workflows.put(JSON.parse(definition('a', `Theirs ${revision}`)))
  })
  for (const args of [[file, '--dry-run'], [file]]) {
    const { code, stdout, stderr } = await applying({ url })(...args)
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('(PRECONDITION_FAILED)')])
    expect((await core.client.workflows.get('a')).definition.name).toBe(`Theirs ${revision}`)
  }
})

test('where one of several is refused, what went before it is told and stays', async () => {
  const core = await steered()
  const write = folder()
  const files = ['a', 'b', 'c'].map((id) => write(`${id}.json`, definition(id)))
  const url = await inFrontOf(core.url, async (method, path) => {
    if (method === 'PUT' && path.endsWith('/b')) await core.client.workflows.put(JSON.parse(definition('b', 'Theirs')))
  })
  const { code, stdout, stderr } = await applying({ url })(...files)
  expect([code, stdout]).toEqual([1, 'a\n'])
  expect(stderr).toMatch(/^error: .*b\.json: .*\(PRECONDITION_FAILED\)\nOf 3 definitions, 1 went before it\.\n$/)
  const stored = (await core.client.workflows.list()).items.map(({ id }) => id)
  expect(stored).toEqual(['a', 'b', 'sample_workflow_id'])
})

test('two files that define the same workflow are refused, and none is stored', async () => {
  const core = await steered()
  const write = folder()
  const { code, stderr } = await applying(core)(
    write('one.json', definition('a')),
    write('two.json', definition('a', 'B')),
  )
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/one\.json and .*two\.json both define "a"; none was stored\./),
  ])
  await expect(core.client.workflows.get('a')).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' })
})
