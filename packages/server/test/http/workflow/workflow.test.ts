import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StartedOpsCore, startedOpsCore } from '../started-ops-core.ts'

const path = (id: string) => `/v1/opscore/workflow/${id}`
const definition = (id: string, name = 'first') => ({ id, name, tasks: [{ taskId: 'only' }] })

describe.each(['memory', 'sqlite'] as const)('workflows, over the %s store', (storage) => {
  let opscore: StartedOpsCore
  beforeAll(async () => {
    opscore = await startedOpsCore({ storage, rateLimit: null })
  })
  afterAll(async () => {
    await opscore[Symbol.asyncDispose]()
  })

  test('are created, changed, left alone and forgotten', async () => {
    const created = await opscore.call('PUT', path('life'), { json: definition('life') })
    expect([created.status, created.json.revision]).toEqual([201, 1])
    expect(created.headers.get('etag')).toBe(`"${created.json.hash}"`)
    const same = await opscore.call('PUT', path('life'), { json: definition('life') })
    expect([same.status, same.json.revision, same.json.hash]).toEqual([200, 1, created.json.hash])
    const changed = await opscore.call('PUT', path('life'), { json: definition('life', 'second') })
    expect([changed.status, changed.json.revision]).toEqual([200, 2])
    const read = await opscore.call('GET', path('life'))
    expect(read.json).toMatchObject({ id: 'life', revision: 2, definition: { name: 'second' } })
    const listed = await opscore.call('GET', '/v1/opscore/workflow')
    expect(listed.json.items).toContainEqual(expect.objectContaining({ id: 'life', name: 'second', tasks: 1 }))
    expect((await opscore.call('DELETE', path('life'))).status).toBe(204)
    expect((await opscore.call('GET', path('life'))).status).toBe(404)
  })

  test('were something else before, which is there with its definition until they are forgotten', async () => {
    for (const name of ['first', 'second', 'third']) {
      await opscore.call('PUT', path('changing'), { json: definition('changing', name) })
    }
    const listed = await opscore.call('GET', `${path('changing')}/revision?limit=2`)
    expect(listed.json.items.map(({ revision }: { revision: number }) => revision)).toEqual([3, 2])
    const rest = await opscore.call('GET', `${path('changing')}/revision?limit=2&cursor=${listed.json.nextCursor}`)
    expect(rest.json).toMatchObject({ items: [{ revision: 1 }], nextCursor: null })
    const second = await opscore.call('GET', `${path('changing')}/revision/2`)
    expect(second.json).toMatchObject({ id: 'changing', revision: 2, definition: { name: 'second' } })
    expect(second.json.hash).toBe(listed.json.items[1].hash)
    expect((await opscore.call('GET', `${path('changing')}/revision/3`)).json.definition.name).toBe('third')
    expect((await opscore.call('GET', `${path('changing')}/revision/4`)).status).toBe(404)
    expect((await opscore.call('GET', `${path('changing')}/revision/0`)).status).toBe(422)
    await opscore.call('DELETE', path('changing'))
    expect((await opscore.call('GET', `${path('changing')}/revision`)).status).toBe(404)
    await opscore.call('PUT', path('changing'), { json: definition('changing', 'anew') })
    expect((await opscore.call('GET', `${path('changing')}/revision`)).json.items).toMatchObject([{ revision: 1 }])
  })

  test('say in their list how they are offered', async () => {
    const expose = {
      name: 'weather',
      input: { type: 'object', properties: { town: { type: 'string', minLength: 1 } } },
    }
    const description = 'Writes a report'
    await opscore.call('PUT', path('offered'), { json: { ...definition('offered'), description, expose } })
    await opscore.call('PUT', path('kept'), { json: definition('kept') })
    const { items } = (await opscore.call('GET', '/v1/opscore/workflow')).json
    expect(items).toContainEqual(expect.objectContaining({ id: 'offered', description, expose }))
    expect(items).toContainEqual(expect.objectContaining({ id: 'kept', description: null, expose: null }))
  })

  test('change only where the ETag still holds', async () => {
    const put = (name: string, headers: Record<string, string>) =>
      opscore.call('PUT', path('tagged'), { json: definition('tagged', name), headers })
    const first = await put('first', { 'if-none-match': '*' })
    expect(first.status).toBe(201)
    expect((await put('first', { 'if-none-match': '*' })).status).toBe(412)
    const etag = first.headers.get('etag') ?? ''
    expect((await put('second', { 'if-match': `"other", ${etag}` })).status).toBe(200)
    expect((await put('third', { 'if-match': etag })).status).toBe(412)
    expect((await put('third', { 'if-match': '*' })).status).toBe(200)
    expect((await opscore.call('DELETE', path('tagged'), { headers: { 'if-match': etag } })).status).toBe(412)
    expect((await opscore.call('DELETE', path('tagged'), { headers: { 'if-match': '*' } })).status).toBe(204)
  })

  test('are not stored in a dry run, which answers as if they were', async () => {
    const put = (name: string, query: string, headers: Record<string, string> = {}) =>
      opscore.call('PUT', `${path('dry')}${query}`, { json: definition('dry', name), headers })
    const dry = await put('first', '?dryRun=true', { 'if-none-match': '*' })
    expect([dry.status, dry.json.revision]).toEqual([201, 1])
    expect((await opscore.call('GET', path('dry'))).status).toBe(404)
    const stored = await put('first', '?dryRun=false')
    expect([stored.status, stored.json.hash, stored.headers.get('etag')]).toEqual([
      201,
      dry.json.hash,
      dry.headers.get('etag'),
    ])
    const changed = await put('second', '?dryRun=true', { 'if-match': stored.headers.get('etag') ?? '' })
    expect([changed.status, changed.json.revision, changed.json.definition.name]).toEqual([200, 2, 'second'])
    expect((await put('first', '?dryRun=true')).json).toEqual(stored.json)
    expect((await put('first', '?dryRun=true', { 'if-none-match': '*' })).status).toBe(412)
    expect((await put('first', '?dryRun=true', { 'if-match': '"other"' })).status).toBe(412)
    const wrong = await opscore.call('PUT', `${path('dry')}?dryRun=true`, { json: { id: 'dry', tasks: [] } })
    expect([wrong.status, wrong.json.code]).toEqual([422, 'INVALID_WORKFLOW_DEFINITION'])
    expect((await put('first', '?dryRun=yes')).status).toBe(422)
    expect((await opscore.call('GET', path('dry'))).json).toEqual(stored.json)
    await opscore.call('DELETE', path('dry'))
  })

  test('answer 304 where the reader has it already', async () => {
    const { headers } = await opscore.call('PUT', path('cached'), { json: definition('cached') })
    const etag = headers.get('etag') ?? ''
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await opscore.call('GET', path('cached'), { headers: { 'if-none-match': known } })
      expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([304, '', etag])
    }
    expect((await opscore.call('GET', path('cached'), { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  })

  test.each(['application/yaml', 'text/yaml; charset=utf-8', 'application/x-yaml', 'text/x-yaml'])(
    'are the same in %s',
    async (type) => {
      const json = await opscore.call('PUT', path('yaml'), { json: definition('yaml') })
      const yaml = ['# a comment', 'id: yaml', 'name: first', 'tasks:', '  - &only { taskId: only }', ''].join('\n')
      const answer = await opscore.call('PUT', path('yaml'), { body: yaml, headers: { 'content-type': type } })
      expect([answer.status, answer.json.hash]).toEqual([200, json.json.hash])
    },
  )

  test('say the line and column of what is wrong in YAML', async () => {
    const body = ['id: lines', 'tasks:', '  - taskId: a', '    nextTaskId: nowhere'].join('\n')
    const answer = await opscore.call('PUT', path('lines'), { body, headers: { 'content-type': 'application/yaml' } })
    expect(answer.status).toBe(422)
    expect(answer.json.problems).toContainEqual(
      expect.objectContaining({ path: '/tasks/0/nextTaskId', line: 4, column: 5 }),
    )
  })

  test('say every problem at once, each with its place', async () => {
    const json = {
      id: 'bad',
      tasks: [
        { taskId: 'a', nextTaskId: 'z' },
        { taskId: 'a', retry: { maxAttempts: 0 } },
      ],
    }
    const answer = await opscore.call('PUT', path('bad'), { json })
    expect(answer.status).toBe(422)
    const paths = answer.json.errors.map((error: { path: string }) => error.path)
    expect(paths).toEqual(
      expect.arrayContaining(['/tasks/0/nextTaskId', '/tasks/1/taskId', '/tasks/1/retry/maxAttempts']),
    )
    expect(answer.json.detail).toContainEqual({
      loc: ['body', 'tasks', 1, 'retry', 'maxAttempts'],
      msg: expect.any(String),
      type: 'value_error',
      input: 0,
    })
    expect(answer.json.problems[0]).toHaveProperty('severity')
  })

  test('are listed in pages that neither miss nor repeat', async () => {
    const ids = Array.from({ length: 7 }, (_, index) => `page-${index}`)
    for (const id of ids) await opscore.call('PUT', path(id), { json: definition(id) })
    const seen: string[] = []
    for (let cursor = ''; ; ) {
      const { json } = await opscore.call('GET', `/v1/opscore/workflow?limit=2${cursor}`)
      seen.push(...json.items.map(({ id }: { id: string }) => id))
      if (json.nextCursor === null) break
      cursor = `&cursor=${json.nextCursor}`
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.filter((id) => id.startsWith('page-'))).toEqual(ids)
  })
})

describe('YAML that harms', () => {
  let opscore: StartedOpsCore
  beforeAll(async () => {
    opscore = await startedOpsCore({ storage: 'memory', rateLimit: null })
  })
  afterAll(async () => {
    await opscore[Symbol.asyncDispose]()
  })

  const cases: Record<string, string> = {
    'aliases that multiply': `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
      .join('\n')}\n`,
    'a list that holds itself': 'tasks: &t [*t]',
    'brackets without end': '['.repeat(200_000),
    'braces without end': '{a: '.repeat(60_000),
    'dashes without end': '- '.repeat(100_000),
    'a stair of indents': Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
    'keys upon keys': '? '.repeat(100_000),
    'a key __proto__': '__proto__: { polluted: true }',
    'bytes that are no UTF-8': Buffer.from([0x69, 0x64, 0x3a, 0xff, 0xfe]).toString('latin1'),
    'a duplicate key': 'id: a\nid: b',
    'a tag of another language': 'id: !!js/function "function(){}"',
  }
  test.each(Object.entries(cases))('%s is refused, and the server lives', async (_name, body) => {
    const answer = await opscore.call('PUT', path('x'), {
      body: Buffer.from(body, 'latin1'),
      headers: { 'content-type': 'application/yaml' },
    })
    expect(answer.status).toBe(422)
    expect((await opscore.call('GET', '/health')).status).toBe(200)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  test('more than 256 KiB of it is refused by its length', async () => {
    const body = `# ${'x'.repeat(257 * 1024)}\n`
    const answer = await opscore.call('PUT', path('x'), { body, headers: { 'content-type': 'application/yaml' } })
    expect(answer.status).toBe(413)
  })
})
