import type { Json } from '@opscore/contract'
import { Check } from 'typebox/schema'
import { describe, expect, it } from 'vitest'
import { checkDefinition } from '../src/check/check-definition.ts'
import { workflowJsonSchema } from '../src/check/workflow-json-schema.ts'

const schema = workflowJsonSchema()

/** Every object with fields in the schema, by its path. */
function objectsIn(value: Json, path = ''): [string, { [key: string]: Json }][] {
  if (Array.isArray(value)) return value.flatMap((item, index) => objectsIn(item, `${path}/${index}`))
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.entries(value).flatMap(([key, member]) =>
    key === 'examples' ? [] : objectsIn(member, `${path}/${key}`),
  )
  return value.type === 'object' && value.additionalProperties !== true ? [[path, value], ...inner] : inner
}

describe('the JSON Schema of the language', () => {
  it('describes every field of every object, and closes it', () => {
    const objects = objectsIn(schema)
    expect(objects.length).toBeGreaterThan(6)
    for (const [path, { properties, additionalProperties }] of objects) {
      expect(additionalProperties, path).toBe(false)
      for (const [name, field] of Object.entries(properties ?? {})) {
        if (name !== '$schema') expect(field, `${path}/${name}`).toMatchObject({ description: expect.any(String) })
      }
    }
  })

  it('has examples that it lets through itself, and so does the checker', () => {
    const [example] = Array.isArray(schema.examples) ? schema.examples : []
    expect(Check(schema, example)).toBe(true)
    expect(checkDefinition(example).problems).toEqual([])
  })

  it('says what the checker says of fields', () => {
    const tasks = [{ taskId: 'a' }]
    for (const damage of [
      { id: 7 },
      { timeout: 'soon' },
      { routing: 'any' },
      { tasks: [{ taskId: 'a', priority: 10 }] },
      { taskz: [] },
    ]) {
      const value = { id: 'w', tasks, ...damage }
      expect(Check(schema, value)).toBe(false)
      expect(checkDefinition(value).problems).toHaveLength(1)
    }
    expect(Check(schema, { id: 'w', tasks, $schema: 'x' })).toBe(true)
  })
})
