import { expect, it } from 'vitest'
import type { CommittedEvent } from '../../../src/core/event.ts'
import { createLatencyHistogram } from '../../../src/read-model/latency-histogram.ts'
import { createThroughput } from '../../../src/read-model/throughput.ts'

const MINUTE = 60_000
const NOW = 1_000 * MINUTE

const event = (type: CommittedEvent['type'], time: number, taskId?: string): CommittedEvent => ({
  type,
  time,
  partition: 0,
  position: 1,
  sessionId: 's',
  ...(taskId === undefined ? {} : { taskId }),
  data: {},
})

it('counts the last hour by minutes, and forgets what is older', () => {
  const throughput = createThroughput()
  const times = [NOW, NOW + 1, NOW - MINUTE, NOW - 59 * MINUTE, NOW - 60 * MINUTE, NOW - 61 * MINUTE]
  for (const time of times.toSorted((a, b) => a - b)) throughput.apply(event('session.started', time))
  const { started, completed, from } = throughput.series(NOW, 0)
  expect(from).toBe(new Date(NOW - 59 * MINUTE).toISOString())
  expect([started.length, started.at(-1), started.at(-2), started[0]]).toEqual([60, 2, 1, 1])
  expect(started.reduce<number>((sum, each) => sum + (each ?? 0), 0)).toBe(4)
  expect(new Set(completed)).toEqual(new Set([0]))
  const later = throughput.series(NOW + 59 * MINUTE, 0).started
  expect([later[0], later[1]]).toEqual([2, 0])
  expect(new Set(throughput.series(NOW + 500 * MINUTE, 0).started)).toEqual(new Set([0]))
})

it('says nothing of minutes of which it knows nothing, not even in part', () => {
  const { started } = createThroughput().series(NOW, NOW - 10 * MINUTE + 1)
  expect(started.filter((each) => each === null)).toHaveLength(50)
  expect(started.slice(50)).toEqual(Array.from({ length: 10 }, () => 0))
})

it('measures from when an attempt was ready to when its agent had it, whoever refused it meanwhile', () => {
  const throughput = createThroughput()
  for (let n = 1; n <= 100; n++) {
    throughput.apply(event('task.scheduled', NOW, `t${n}`))
    throughput.apply(event('task.assigned', NOW, `t${n}`))
    throughput.apply(event('task.refused', NOW, `t${n}`))
    throughput.apply(event('task.assigned', NOW, `t${n}`))
    throughput.apply(event('task.dispatched', NOW + n * 10, `t${n}`))
  }
  throughput.apply(event('task.dispatched', NOW, 'seen too late'))
  const { dispatched, readyToDispatchMs } = throughput.series(NOW, 0)
  expect(dispatched.at(-1)).toBe(101)
  expect(Math.abs((readyToDispatchMs.p50.at(-1) ?? 0) / 500 - 1)).toBeLessThan(0.05)
  expect(Math.abs((readyToDispatchMs.p99.at(-1) ?? 0) / 990 - 1)).toBeLessThan(0.05)
  expect(readyToDispatchMs.p50.at(-2)).toBeNull()
})

it('counts tasks between two attempts until they go on or end', () => {
  const throughput = createThroughput()
  for (const taskId of ['a', 'b', 'c']) throughput.apply(event('task.retry_scheduled', NOW, taskId))
  expect(throughput.backingOff()).toBe(3)
  throughput.apply(event('task.scheduled', NOW, 'a'))
  throughput.apply(event('task.cancelled', NOW, 'b'))
  throughput.apply(event('task.late_result', NOW, 'c'))
  expect(throughput.backingOff()).toBe(1)
})

it('tells quantiles within 5 % over all the times that there are', () => {
  for (const time of [1, 2, 7, 55, 900, 12_345, 600_000, 86_400_000]) {
    const histogram = createLatencyHistogram()
    histogram.add(time)
    expect([time, Math.abs((histogram.quantile(0.5) ?? 0) / time - 1) <= 0.051]).toEqual([time, true])
  }
  expect(createLatencyHistogram().quantile(0.5)).toBeNull()
})
