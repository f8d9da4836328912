import type { Json } from '@opscore/contract'
import { expect, it } from 'vitest'
import { tryWritten } from '../../src/testing/try-workflow.ts'

const FLOW: Json = {
  id: 'f',
  tasks: [
    { taskId: 'a', nextTaskId: 'b' },
    { taskId: 'b', retry: { maxAttempts: 2, initialInterval: '1m' } },
  ],
}

it('runs what is written in virtual time, with what agents do and people say', () => {
  const tried = tryWritten(FLOW, { tasks: { '*': { takes: '10m' }, b: [{ error: { code: 'X' } }, { result: 7 }] } })
  expect(tried).toMatchObject({
    run: {
      status: 'completed',
      result: 7,
      duration: 660_000,
      path: [{ task: 'a' }, { task: 'b', attempts: [{ status: 'failed' }, { status: 'completed' }] }],
    },
    refusals: [],
  })
  expect(
    tryWritten(FLOW, { operator: [{ at: '1s', action: 'retry' }], tasks: { '*': { takes: '1m' } } }),
  ).toMatchObject({
    refusals: [{ act: { action: 'retry' } }],
  })
})

it('names what is wrong with the definition or with what is to be done, and never throws', () => {
  expect(tryWritten({ id: 'f', tasks: [{ taskId: 'a', nextTaskId: 'gone' }] }, {})).toMatchObject({
    in: 'definition',
    problems: [{ path: '/tasks/0/nextTaskId', severity: 'error' }],
  })
  expect(tryWritten(FLOW, { tasks: { a: { take: '2s' } } })).toMatchObject({
    in: 'case',
    problems: [{ path: '/tasks/a/take' }],
  })
  expect(tryWritten(FLOW, [])).toMatchObject({ run: { status: 'completed' } })
})
