import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StartedOpsCore, startedOpsCore } from './started-ops-core.ts'

let opscore: StartedOpsCore

beforeAll(async () => {
  opscore = await startedOpsCore({ storage: 'memory', rateLimit: null })
})
afterAll(async () => {
  await opscore[Symbol.asyncDispose]()
})

interface Parameter {
  name: string
  in: string
}

/** Every address that is read with parameters, and their names. */
async function routes(): Promise<{ path: string; names: string[] }[]> {
  const { json } = await opscore.call('GET', '/openapi.json')
  const gets = Object.entries<{ get?: { parameters?: Parameter[] } }>(json.paths)
  return gets.flatMap(([path, { get }]) => {
    const names = (get?.parameters ?? []).flatMap((one) => (one.in === 'query' ? [one.name] : []))
    return names.length === 0 ? [] : [{ path: path.replaceAll(/\{\w+\}/g, 'any'), names }]
  })
}

test('a parameter that a list does not know is refused with the one that was meant', async () => {
  const known = await routes()
  expect(known.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['/v1/opscore/agent', '/v1/opscore/session', '/v1/opscore/event', '/v1/opscore/workflow']),
  )
  for (const { path, names } of known) {
    for (const name of names) {
      const slip = name.toUpperCase()
      const answer = await opscore.call('GET', `${path}?${slip}=1`)
      expect({ path, status: answer.status, code: answer.json.code }).toEqual({
        path,
        status: 422,
        code: 'VALIDATION_FAILED',
      })
      expect(answer.json.detail).toContainEqual({
        loc: ['query', slip],
        type: 'extra_forbidden',
        msg: `Extra inputs are not permitted; did you mean "${name}"?`,
        input: '1',
      })
    }
  }
})

test.each(['0x10', '1e2', '+5', ' 5', '5 ', '5.0', ''])('no list takes limit=%j', async (text) => {
  for (const { path, names } of await routes()) {
    if (!names.includes('limit')) continue
    const answer = await opscore.call('GET', `${path}?limit=${encodeURIComponent(text)}`)
    expect(answer.status).toBe(422)
    const issue = { loc: ['query', 'limit'], type: 'int_parsing', input: text }
    expect(answer.json.detail).toContainEqual(expect.objectContaining(issue))
  }
})
