/** A definition is read alike, however it comes: over HTTP in JSON and YAML, inline, from a file at start, from a case file. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCaseFile } from '@opscore/engine/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StartedOpsCore, startedOpsCore } from './started-ops-core.ts'

let opscore: StartedOpsCore
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opscore-definitions-'))
  opscore = await startedOpsCore({ storage: 'memory', rateLimit: null })
  await opscore.register('an-agent')
})
afterAll(async () => {
  await opscore[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

interface Outcome {
  taken: boolean
  /** What is said of it, in whatever form. */
  said: string
}

const put =
  (type: string) =>
  async (body: Buffer): Promise<Outcome> => {
    const answer = await opscore.call('PUT', '/v1/opscore/workflow/w', { body, headers: { 'content-type': type } })
    return { taken: answer.status < 300, said: answer.text }
  }

const inline =
  (agent: string) =>
  async (body: Buffer): Promise<Outcome> => {
    const whole = Buffer.concat([Buffer.from('{"workflowDefinition": '), body, Buffer.from('}')])
    const answer = await opscore.call('POST', `/v1/opscore/agent/${agent}/workflow`, { body: whole })
    return { taken: answer.status < 300, said: answer.text }
  }

const file = (name: string) => async (body: Buffer) => {
  const path = join(folder, name)
  await writeFile(path, body)
  return path
}

const atStart =
  (name: string) =>
  async (body: Buffer): Promise<Outcome> => {
    const workflows = [await file(name)(body)]
    try {
      await using started = await startedOpsCore({ storage: 'memory', workflows })
      return { taken: (await started.call('GET', '/v1/opscore/workflow/w')).status === 200, said: '' }
    } catch (error) {
      return { taken: false, said: String(error) }
    }
  }

const asCase =
  (name: string) =>
  async (body: Buffer): Promise<Outcome> => {
    const { content, problems } = await readCaseFile(await file(name)(body))
    return { taken: content !== null, said: JSON.stringify(problems) }
  }

const ways = {
  json: [
    ['PUT', put('application/json')],
    ['a trigger', inline('an-agent')],
    ['a trigger past the shortcut', inline('an%2Dagent')],
    ['OPSCORE_WORKFLOWS', atStart('w.json')],
    ['a case file', asCase('case.json')],
  ],
  yaml: [
    ['PUT', put('application/yaml')],
    ['OPSCORE_WORKFLOWS', atStart('w.yaml')],
    ['a case file', asCase('case.yml')],
  ],
} as const

const rows = (format: keyof typeof ways) => ways[format].map(([name, read]) => ({ name, read }))

describe.each(rows('json'))('JSON by $name', ({ name, read }) => {
  const good = '{"id": "w", "tasks": [{"taskId": "a", "name": "caf\u00e9"}]}'

  test('is taken', async () => {
    expect(await read(Buffer.from(good))).toMatchObject({ taken: true })
  })

  test('is refused with a key that stands twice, and with its place', async () => {
    const twice = await read(Buffer.from('{"id": "w", "tasks": [{"taskId": "a",\n "parameters": {"b": 1, "b": 2}}]}'))
    expect(twice.taken).toBe(false)
    expect(twice.said.replaceAll('\\', '')).toContain('The key "b" stands here twice')
    expect(twice.said).toMatch(/"line":2|:2 /)
  })

  test('may repeat a key in another object, in text and in escapes', async () => {
    const text =
      '{"id": "w", "tasks": [{"taskId": "a", "parameters": {"taskId": "\\"a\\": {\\"a\\": 1}", "c": {"c": [":"]}}}]}'
    expect(await read(Buffer.from(text))).toMatchObject({ taken: true })
    const escaped = '{"id": "w", "tasks": [{"taskId": "a", "parameters": {"b": 1, "\\u0062": 2}}]}'
    expect(await read(Buffer.from(escaped))).toMatchObject({ taken: false })
  })

  test('is refused in Latin-1', async () => {
    const latin = await read(Buffer.from(good, 'latin1'))
    expect(latin.taken).toBe(false)
    expect(latin.said).toContain('not UTF-8')
  })

  test('may begin with the mark of its byte order', async () => {
    const marked = Buffer.concat([Buffer.from('\ufeff'), Buffer.from(good)])
    // Within a body it would be no mark.
    expect((await read(marked)).taken).toBe(!name.startsWith('a trigger'))
  })
})

describe.each(rows('yaml'))('YAML by $name', ({ read }) => {
  const good = 'id: w\ntasks:\n  - taskId: a\n    name: caf\u00e9\n'

  test('is taken, with and without the mark of its byte order', async () => {
    expect(await read(Buffer.from(good))).toMatchObject({ taken: true })
    expect(await read(Buffer.from(`\ufeff${good}`))).toMatchObject({ taken: true })
  })

  test.each([
    ['a key that stands twice', `${good}    name: x\n`, 'The key "name" stands here twice', 5],
    ['a merge key', `${good}    parameters:\n      <<: {a: 1}\n`, 'Merge keys (<<) are not available', 6],
  ])('is refused with %s, and with its place', async (_name, text, sentence, line) => {
    const { taken, said } = await read(Buffer.from(text))
    expect(taken).toBe(false)
    expect(said.replaceAll('\\', '')).toContain(sentence)
    expect(said).toMatch(new RegExp(`"line":${line}|:${line} `))
  })

  test('is refused in Latin-1, with the place', async () => {
    const { taken, said } = await read(Buffer.from(good, 'latin1'))
    expect(taken).toBe(false)
    expect(said).toContain('The byte 0xe9 here is not UTF-8')
    expect(said).toMatch(/"line":4|:4 /)
  })
})
