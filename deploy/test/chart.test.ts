import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { CHART, read, templates, VARIABLES } from './deployed-files.ts'

const inChart = (name: string) => readFileSync(join(CHART, name), 'utf8')
const values: Record<string, unknown> = parse(inChart('values.yaml'))
const schema: Record<string, unknown> = JSON.parse(inChart('values.schema.json'))
const all = templates.map(({ text }) => text).join('\n')
const textOf = (name: string) => templates.find((template) => template.name === name)?.text ?? ''

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function at(path: readonly string[], from: unknown = values): unknown {
  const [first, ...rest] = path
  if (first === undefined) return from
  return isObject(from) && first in from ? at(rest, from[first]) : undefined
}

/** Paths of all values that hold no others. */
function leavesOf(value: unknown, path: readonly string[] = []): string[][] {
  if (!isObject(value) || Object.keys(value).length === 0) return [[...path]]
  return Object.entries(value).flatMap(([name, each]) => leavesOf(each, [...path, name]))
}

const leaves = leavesOf(values).map((path) => path.join('.'))

/** What the templates read: `.Values.a.b` as `a.b`, and `.values.c` of a part as `c` of each part that uses it. */
const readPaths = new Set([...all.matchAll(/\.Values\.([A-Za-z.]+)/g)].map(([, path = '']) => path))
const partPaths = new Set([...all.matchAll(/\.values\.([A-Za-z.]+)/g)].map(([, path = '']) => path))

describe('values', () => {
  it('fit their schema, which refuses what is not there', () => {
    const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema)
    validate(values)
    expect(validate.errors).toBeNull()
    expect(validate({ ...values, shutdownDelay: 5 })).toBe(false)
    expect(validate({ ...values, existingSecret: '' })).toBe(false)
  })

  it('are all there that a template reads', () => {
    expect([...readPaths].filter((path) => at(path.split('.')) === undefined)).toEqual([])
    const ofRoles = [...partPaths].flatMap((path) => [`api.${path}`, `worker.${path}`])
    expect(ofRoles.filter((path) => at(path.split('.')) === undefined)).toEqual([])
  })

  it('are all read by a template', () => {
    const reads = (paths: ReadonlySet<string>, path: string) =>
      [...paths].some((each) => path === each || path.startsWith(`${each}.`))
    const ofPart = (path: string) => path.replace(/^(api|worker|agentkit)\./, '')
    expect(leaves.filter((path) => !reads(readPaths, path) && !reads(partPaths, ofPart(path)))).toEqual([])
  })

  it('are all explained in the README', () => {
    const rows = inChart('README.md').split('\n')
    const cells = rows.flatMap((row) => (row.startsWith('| ') ? (row.split('|')[1] ?? '') : []))
    const nameOf = (path: string) => (path.includes('.resources.') ? 'resources' : path.split('.').at(-1))
    const isNamed = (path: string) => cells.some((cell) => new RegExp(`[.\`]${nameOf(path)}\``).test(cell))
    expect(leaves.filter((path) => !isNamed(path))).toEqual([])
  })
})

describe('processes', () => {
  it('set only variables that Ops-Core reads', () => {
    const text = textOf('_ops-core.tpl')
    const names = [...text.matchAll(/- name: ([A-Z_]+)$|"name" "([A-Z_]+)"/gm)].map(([, a, b]) => a ?? b ?? '')
    expect(names.length).toBeGreaterThan(10)
    expect(names.filter((name) => !VARIABLES.serve?.has(name))).toEqual([])
  })

  it('of AgentKit set only variables that it reads', () => {
    const text = textOf('agentkit.yaml')
    const names = [...text.matchAll(/- name: ([A-Z_]+)$|"name" "([A-Z_]+)"/gm)].map(([, a, b]) => a ?? b ?? '')
    expect(names.length).toBeGreaterThan(3)
    expect(names.filter((name) => !VARIABLES.agentkit?.has(name))).toEqual([])
  })

  it('take what is secret from a secret', () => {
    const lines = all.split('\n').filter((line) => /- name: \w*(API_KEY|SECRET|PASSWORD|REDIS_URL)$/.test(line))
    expect(lines).toEqual([])
    expect(Object.values(at(['secretKeys']) ?? {}).sort()).toEqual([
      'AGENTKIT_API_KEY',
      'OPSCORE_API_KEY',
      'OPSCORE_REDIS_URL',
      'OPSCORE_WEBHOOK_SECRET',
    ])
  })

  it('are probed at paths that exist', () => {
    const paths = [...all.matchAll(/httpGet: \{ path: (\S+), port: http \}/g)].map(([, path]) => path)
    expect(new Set(paths)).toEqual(new Set(['/health', '/ready']))
    expect(textOf('_ops-core.tpl')).toMatch(/livenessProbe:\s+httpGet: \{ path: \/health,/)
    expect(textOf('_ops-core.tpl')).toMatch(/readinessProbe:\s+httpGet: \{ path: \/ready,/)
    expect(textOf('agentkit.yaml')).not.toContain('/ready')
  })

  it('have the roles api and worker, on the port that is probed', () => {
    expect(textOf('_ops-core.tpl')).toContain("args: [serve, --role, {{ .part }}, --port, '8000']")
    expect(textOf('_ops-core.tpl')).toContain('containerPort: 8000')
    for (const role of ['api', 'worker']) expect(textOf(`${role}.yaml`)).toContain(`"part" "${role}"`)
    expect(textOf('agentkit.yaml')).toContain("args: [agentkit, --port, '8001', --data-dir, /data]")
    expect(textOf('agentkit.yaml')).toContain('containerPort: 8001')
  })

  it('are given the drain’s 25 s beside the delay before they are killed', () => {
    expect(read('packages/host/src/server/listen-and-drain.ts')).toContain('DRAIN_LIMIT = 25_000')
    expect(textOf('_pod.tpl')).toContain(
      'terminationGracePeriodSeconds: {{ add .root.Values.shutdownDelaySeconds 25 5 }}',
    )
    expect(at(['shutdownDelaySeconds'])).toBe(5)
  })

  it('run as the image’s user, over a root file system that cannot be written', () => {
    expect(textOf('_pod.tpl')).toContain('runAsUser: 1000')
    expect(textOf('_pod.tpl')).toContain('readOnlyRootFilesystem: true')
  })
})
