import { type Json, WorkflowDefinition } from '@opscore/contract'
import fc from 'fast-check'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { checkDefinition } from '../src/check/check-definition.ts'

const ID = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const CONDITION = fc.constantFrom('true', 'result.x > 1', 'input.y == "z"', 'tasks.a.result == 1', 'result.x +', 'nope')
const EDGES = fc.array(fc.record({ to: ID, when: CONDITION }, { requiredKeys: ['to'] }), { minLength: 1, maxLength: 3 })

/** Definitions that are often right, and wrong in every way that graphs and expressions can be. */
const DEFINITIONS = fc.record({
  id: fc.constant('w'),
  tasks: fc.array(
    fc.record(
      {
        taskId: ID,
        nextTaskId: ID,
        next: EDGES,
        choose: EDGES,
        fallbackTaskId: ID,
        join: fc.constantFrom('all', 'any'),
        parameters: fc.constantFrom({}, { x: '${{ tasks.b.result }}' }, { x: ['${{ input.x }}', 'y'] }),
      },
      { requiredKeys: ['taskId'] },
    ),
    { maxLength: 6 },
  ),
})

/** The same with any one part of it replaced by any JSON. */
const DAMAGED = fc
  .tuple(DEFINITIONS, fc.array(fc.nat({ max: 6 }), { maxLength: 4 }), fc.jsonValue({ maxDepth: 2 }))
  .map(([definition, trail, part]) => {
    const copy: Json = JSON.parse(JSON.stringify(definition))
    return replaceAt(copy, trail, JSON.parse(JSON.stringify(part)))
  })

function replaceAt(value: Json, [step, ...rest]: number[], part: Json): Json {
  if (step === undefined || typeof value !== 'object' || value === null) return part
  if (Array.isArray(value))
    return value.map((item, index) => (index === step % value.length ? replaceAt(item, rest, part) : item))
  const names = Object.keys(value)
  return Object.fromEntries(
    Object.entries(value).map(([name, member], index) => [
      name,
      index === step % names.length ? replaceAt(member, rest, part) : member,
    ]),
  )
}

function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (member === null ? [] : [[name, withoutNulls(member)]])),
  )
}

describe('for any definition', () => {
  it('there is something to run exactly where no problem is an error', () => {
    fc.assert(
      fc.property(fc.oneof(DEFINITIONS, DAMAGED, fc.jsonValue()), (value) => {
        const { compiled, problems } = checkDefinition(value)
        expect(compiled === null).toBe(problems.some(({ severity }) => severity === 'error'))
      }),
      { numRuns: 2_000 },
    )
  })

  it('what compiles has the shape that the contract describes', () => {
    fc.assert(
      fc.property(DAMAGED, (value) => {
        if (checkDefinition(value).compiled) expect(Value.Check(WorkflowDefinition, withoutNulls(value))).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it('incoming is the exact inverse of edges and fallbacks', () => {
    fc.assert(
      fc.property(DEFINITIONS, (definition) => {
        const { compiled } = checkDefinition(definition)
        for (const task of compiled?.tasks ?? []) {
          const sources = compiled?.tasks.filter(
            ({ edges, fallbackTaskId }) => fallbackTaskId === task.taskId || edges.some(({ to }) => to === task.taskId),
          )
          expect(task.incoming).toEqual(sources?.map(({ taskId }) => taskId))
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('every pointer of a problem leads to a part of it, or to a field that is missing there', () => {
    fc.assert(
      fc.property(DAMAGED, (value) => {
        for (const { path } of checkDefinition(value).problems) {
          const holder = path.split('/').slice(1, -1).reduce<unknown>(memberOf, value)
          expect(path === '' || (typeof holder === 'object' && holder !== null)).toBe(true)
        }
      }),
    )
  })

  it('the same definition has the same problems', () => {
    fc.assert(
      fc.property(DAMAGED, (value) => {
        expect(checkDefinition(structuredClone(value))).toEqual(checkDefinition(value))
      }),
    )
  })
})

function memberOf(holder: unknown, step: string): unknown {
  const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, key) : undefined
}
