import { readFileSync } from 'node:fs'
import { SCOPES, type Scope } from '@opscore/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashKey, type KeyRing } from '../../src/http/access/key-ring.ts'
import { type ApiUnderTest, callApi, startApi } from './api-under-test.ts'

interface Row {
  method: string
  path: string
  scope: string
  limit: string
}

const document = readFileSync(new URL('../../../../docs/api.md', import.meta.url), 'utf8')
const rows = document.split('\n').flatMap((line): Row[] => {
  const cells = /^\| `([A-Z]+) (\S+)` \|.*\| ([^|]+) \| (\w+) \|$/.exec(line)
  const [, method, path, scope, limit] = cells ?? []
  return method && path && scope && limit ? [{ method, path, scope, limit }] : []
})

const scopesIn = ({ scope }: Row): Scope[] => SCOPES.filter((one) => scope.includes(`\`${one}\``))
/** The webhook has a rule of its own, and a stream does not end. */
const isPlain = ({ path }: Row) => !path.endsWith('/notify') && !path.endsWith('/event')

/** One key for each scope, named after it. */
const keys: KeyRing = {
  revision: 0,
  find(hash) {
    const scope = SCOPES.find((one) => hashKey(one).equals(hash))
    return scope && { id: scope, name: scope, scopes: new Set([scope]), agentIds: null, expiresAt: null }
  },
}

const overloaded = { overloaded: true, delay: { p50: 1, p99: 1, max: 1 }, close() {} }

let api: ApiUnderTest
let busy: ApiUnderTest
beforeAll(async () => {
  api = await startApi({ keys })
  busy = await startApi({ keys, eventLoop: overloaded })
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await busy[Symbol.asyncDispose]()
})

test('docs/api.md has every route of the OpenAPI document, and no other', async () => {
  const { paths } = (await callApi(api.url, 'admin', 'GET', '/openapi.json')).json
  const described = Object.entries<object>(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(rows.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(described.sort())
})

test('docs/api.md names the scope of every route', async () => {
  for (const row of rows.filter((one) => isPlain(one))) {
    const documented = scopesIn(row)
    const path = row.path.replaceAll(/\{\w+\}/g, 'x')
    for (const key of SCOPES.filter((scope) => scope !== 'admin')) {
      const { status } = await callApi(api.url, key, row.method, path)
      const refused = documented.length > 0 && !documented.includes(key)
      expect([row.method, row.path, key, status === 403]).toEqual([row.method, row.path, key, refused])
    }
  }
})

test('docs/api.md says what each scope is for', () => {
  const explained = [...document.matchAll(/^\| `(\w+)` \| [^|]+ \|$/gm)].map(([, scope]) => scope)
  expect(explained.sort()).toEqual([...SCOPES].sort())
})

test('docs/api.md says which routes are shed under overload', async () => {
  for (const row of rows.filter(({ path }) => !path.endsWith('/notify'))) {
    const path = row.path.replaceAll(/\{\w+\}/g, 'x')
    const { status, json } = await callApi(busy.url, 'admin', row.method, path)
    const shed = status === 503 && json.code === 'OVERLOADED'
    const documented = row.limit === 'management' || row.limit === 'trigger'
    expect([row.method, row.path, shed]).toEqual([row.method, row.path, documented])
  }
})

test('docs/operations.md names the metrics of Ops-Core, and no other', async () => {
  const operations = readFileSync(new URL('../../../../docs/operations.md', import.meta.url), 'utf8')
  const named = new Set([...operations.matchAll(/`(opscore_\w+)`/g)].map(([, name]) => name))
  const { text } = await callApi(api.url, 'metrics', 'GET', '/metrics')
  const types = new Set([...text.matchAll(/^# TYPE (opscore_\w+) /gm)].map(([, name]) => name))
  expect([...named].sort()).toEqual([...types].sort())
})
