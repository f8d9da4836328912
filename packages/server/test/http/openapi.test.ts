import { ERROR_CATALOGUE } from '@opscore/contract'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EXAMPLES } from '../../src/http/openapi/components.ts'
import { type ApiUnderTest, startApi } from './api-under-test.ts'

interface Operation {
  operationId: string
  summary: string
  tags: string[]
  security: Record<string, string[]>[]
  parameters?: { name: string; in: string; required: boolean; schema: object }[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: object; examples?: object }> }>
}
interface Document {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, object>
    examples: Record<string, object>
    securitySchemes: Record<string, object>
  }
  tags: { name: string }[]
}

let api: ApiUnderTest
let document: Document
let operations: { path: string; method: string; operation: Operation }[]

beforeAll(async () => {
  api = await startApi()
  document = (await api.call('GET', '/openapi.json')).json
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
})

function collect(value: unknown, key: string, found: unknown[] = []): unknown[] {
  if (typeof value !== 'object' || value === null) return found
  for (const [name, member] of Object.entries(value)) {
    if (name === key) found.push(member)
    collect(member, key, found)
  }
  return found
}

test('describes every route of the API', () => {
  expect(document.openapi).toBe('3.1.0')
  expect(operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort()).toMatchInlineSnapshot(`
    [
      "DELETE /v1/opscore/agent/{agentId}",
      "DELETE /v1/opscore/key/{keyId}",
      "DELETE /v1/opscore/schedule/{scheduleId}",
      "DELETE /v1/opscore/workflow/{workflowId}",
      "GET /health",
      "GET /metrics",
      "GET /ready",
      "GET /schema/workflow.json",
      "GET /v1/opscore/agent",
      "GET /v1/opscore/agent/{agentId}",
      "GET /v1/opscore/agent/{agentId}/state",
      "GET /v1/opscore/agent/{agentId}/state/history",
      "GET /v1/opscore/agent/{agentId}/waiting",
      "GET /v1/opscore/approval",
      "GET /v1/opscore/approval/{approvalId}",
      "GET /v1/opscore/attention",
      "GET /v1/opscore/event",
      "GET /v1/opscore/key",
      "GET /v1/opscore/key/{keyId}",
      "GET /v1/opscore/overview",
      "GET /v1/opscore/schedule",
      "GET /v1/opscore/schedule/{scheduleId}",
      "GET /v1/opscore/schedule/{scheduleId}/history",
      "GET /v1/opscore/schedule/{scheduleId}/preview",
      "GET /v1/opscore/search",
      "GET /v1/opscore/session",
      "GET /v1/opscore/session/bulk/{jobId}",
      "GET /v1/opscore/session/bulk/{jobId}/item",
      "GET /v1/opscore/session/{sessionId}",
      "GET /v1/opscore/session/{sessionId}/event",
      "GET /v1/opscore/session/{sessionId}/explain",
      "GET /v1/opscore/system",
      "GET /v1/opscore/task/{taskId}",
      "GET /v1/opscore/task/{taskId}/explain",
      "GET /v1/opscore/workflow",
      "GET /v1/opscore/workflow/{workflowId}",
      "GET /v1/opscore/workflow/{workflowId}/revision",
      "GET /v1/opscore/workflow/{workflowId}/revision/{revision}",
      "POST /v1/opscore/agent/{agentId}/drain",
      "POST /v1/opscore/agent/{agentId}/heartbeat",
      "POST /v1/opscore/agent/{agentId}/pause",
      "POST /v1/opscore/agent/{agentId}/resume",
      "POST /v1/opscore/agent/{agentId}/state",
      "POST /v1/opscore/agent/{agentId}/workflow",
      "POST /v1/opscore/approval/{approvalId}/decide",
      "POST /v1/opscore/internal/agent/notify",
      "POST /v1/opscore/key",
      "POST /v1/opscore/schedule",
      "POST /v1/opscore/schedule/{scheduleId}/backfill",
      "POST /v1/opscore/schedule/{scheduleId}/pause",
      "POST /v1/opscore/schedule/{scheduleId}/resume",
      "POST /v1/opscore/schedule/{scheduleId}/run",
      "POST /v1/opscore/session/bulk",
      "POST /v1/opscore/session/{sessionId}/cancel",
      "POST /v1/opscore/session/{sessionId}/pause",
      "POST /v1/opscore/session/{sessionId}/resume",
      "POST /v1/opscore/session/{sessionId}/retry",
      "POST /v1/opscore/session/{sessionId}/signal",
      "POST /v1/opscore/task/{taskId}/adopt",
      "POST /v1/opscore/task/{taskId}/complete",
      "POST /v1/opscore/task/{taskId}/fail",
      "POST /v1/opscore/task/{taskId}/heartbeat",
      "PUT /v1/opscore/schedule/{scheduleId}",
      "PUT /v1/opscore/workflow/{workflowId}",
    ]
  `)
})

test('names every operation once, with a summary, a tag that is explained, and its security', () => {
  const ids = operations.map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  const tags = new Set(document.tags.map(({ name }) => name))
  for (const { path, operation } of operations) {
    expect(operation.operationId, path).toMatch(/^[a-z][A-Za-z]+$/)
    expect(operation.summary.length, path).toBeGreaterThan(0)
    for (const tag of operation.tags) expect(tags).toContain(tag)
    const isOpen = ['/health', '/ready', '/schema/workflow.json', '/v1/opscore/internal/agent/notify'].includes(path)
    expect(operation.security, path).toEqual(isOpen ? [] : [{ bearer: [] }])
    if (!isOpen) expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403', '429', '500']))
  }
})

test('declares every parameter of a path', () => {
  for (const { path, operation } of operations) {
    const declared = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name)
    expect(declared.sort(), path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort())
  }
})

test('refers only to components that are there, and uses each of them', () => {
  const refs = new Set(collect(document, '$ref'))
  const named = (['schemas', 'examples'] as const).flatMap((kind) =>
    Object.keys(document.components[kind]).map((name) => `#/components/${kind}/${name}`),
  )
  expect([...refs].sort()).toEqual(named.sort())
})

test('has schemas that are JSON Schema 2020-12, and examples that fit them', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'doc', ...document })
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    const validate = ajv.compile({ $ref: `doc#/components/schemas/${name}` })
    const example = EXAMPLES[name]
    if (example !== undefined) expect(validate(example), `${name}: ${ajv.errorsText(validate.errors)}`).toBe(true)
    expect(schema).toBeTypeOf('object')
  }
  for (const { path, operation } of operations) {
    const schemas = [
      ...(operation.parameters ?? []).map(({ schema }) => schema),
      ...Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => schema),
      ...Object.values(operation.responses).flatMap(({ content = {} }) =>
        Object.values(content).map(({ schema }) => schema),
      ),
    ]
    for (const schema of schemas) {
      const local = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"doc#/'))
      expect(() => ajv.compile(local), path).not.toThrow()
    }
  }
})

test('names the errors of each status by codes of the catalogue', () => {
  for (const { path, operation } of operations) {
    for (const [status, { content }] of Object.entries(operation.responses)) {
      const problem = content?.['application/problem+json']
      if (Number(status) < 400) continue
      expect(problem?.schema, `${path} ${status}`).toEqual({ $ref: '#/components/schemas/Problem' })
      for (const code of Object.keys(problem?.examples ?? {})) {
        expect(document.components.examples[code]).toMatchObject({ value: { code, status: Number(status) } })
        expect(Object.entries(ERROR_CATALOGUE).find(([name]) => name === code)?.[1].status).toBe(Number(status))
      }
    }
  }
})

test('definitions may be sent as YAML too', () => {
  const put = document.paths['/v1/opscore/workflow/{workflowId}']?.put
  expect(Object.keys(put?.requestBody?.content ?? {})).toEqual(
    expect.arrayContaining(['application/json', 'application/yaml']),
  )
})

test('the page at /docs loads everything from its own origin, under its own policy', async () => {
  const page = await api.call('GET', '/docs')
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self';")
  const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '')
  expect(sources.length).toBeGreaterThan(3)
  for (const source of sources) {
    expect(source).toMatch(/^\/docs\//)
    expect([source, (await api.call('GET', source)).status]).toEqual([source, 200])
  }
  expect(page.text).not.toMatch(/<script>|<style>| on\w+=/)
})
