import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EVENT_TYPES, Progress } from '@opscore/contract'
import { expect, test } from 'vitest'
import type { History } from './history.ts'
import { RECORDED } from './record.ts'

const document = readFileSync(new URL('../../../../docs/events.md', import.meta.url), 'utf8')

/** Of each row that begins with an event: its name, and the fields of its data, `?` after one that may be absent. */
const rows = document.split('\n').flatMap((line): { type: string; fields: string[] }[] => {
  const [type, , data] = /^\| `(\w+\.\w+)` \|(.*)\|([^|]*)\|$/.exec(line)?.slice(1) ?? []
  if (type === undefined || data === undefined) return []
  return [{ type, fields: [...data.matchAll(/`(\w+\??)`/g)].map(([, field]) => field ?? '') }]
})

test('docs/events.md has every event once', () => {
  expect(rows.map(({ type }) => type)).toEqual([...EVENT_TYPES])
})

test('docs/events.md has the fields of every event that was recorded', () => {
  const shapes = new Map(rows.map(({ type, fields }) => [type, fields]))
  const seen = new Set<string>()
  for (const file of readdirSync(RECORDED)) {
    const { events }: History = JSON.parse(readFileSync(join(RECORDED, file), 'utf8'))
    for (const { type, data } of events) {
      const fields = shapes.get(type) ?? []
      const always = fields.filter((field) => !field.endsWith('?'))
      const known = fields.map((field) => field.replace('?', ''))
      expect([file, type, Object.keys(data)]).toEqual([file, type, expect.arrayContaining(always)])
      expect([file, type, known]).toEqual([file, type, expect.arrayContaining(Object.keys(data))])
      for (const field of Object.keys(data)) seen.add(`${type} ${field}`)
    }
  }
  const documented = rows.flatMap(({ type, fields }) => fields.map((field) => `${type} ${field.replace('?', '')}`))
  expect(documented.filter((field) => !seen.has(field) && !field.startsWith('task.progressed'))).toEqual([])
})

test('docs/events.md has the fields of the one event that is not stored', () => {
  expect(rows.find(({ type }) => type === 'task.progressed')?.fields).toEqual(Object.keys(Progress.properties))
})
