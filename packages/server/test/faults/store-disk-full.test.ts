import { StoreFullError } from '@opscore/engine'
import { openSqliteStore } from '@opscore/store-sqlite'
import { expect, it } from 'vitest'
import { commitAll, live, register, report, stateChanged } from '../../../engine/test/store-contract/commits.ts'
import { dataDirOfTest } from '../../../engine/test/store-contract/data-dir.ts'
import { recordingLog } from '../../../engine/test/store-contract/recording-log.ts'

it('refuses writes on a full disk, keeps on reading, and writes again once there is room', {
  timeout: 60_000,
}, async () => {
  const dataDir = dataDirOfTest()
  const fatal: Error[] = []
  const onFatal = (error: Error) => void fatal.push(error)
  const store = await openSqliteStore({ dataDir, log: recordingLog().log, onFatal, maxPages: 300 })
  await commitAll(store, register('a'), register('b'))
  const big = live({ details: { text: 'x'.repeat(20_000) } })
  const events = [stateChanged('a', { data: { text: 'x'.repeat(20_000) } })]
  let version = 1
  let refused: unknown = null
  while (refused === null) {
    const result = await store.commit(report('a', version, { live: big, events })).catch((error: unknown) => error)
    if (result instanceof Error) refused = result
    else version += 1
  }
  expect(refused).toBeInstanceOf(StoreFullError)
  expect((await store.loadAgent('a'))?.version).toBe(version)
  expect(await store.head()).toEqual([version + 1])
  await Promise.all([
    store.commit(report('a', version, { live: big, events })),
    store.commit(report('b', 1, { events })),
  ]).then(
    () => expect.unreachable('The disk is full'),
    (error: unknown) => expect(error).toBeInstanceOf(StoreFullError),
  )
  expect(await store.trim({ agentEventsBefore: 100, sessionsEndedBefore: 0, now: 0 })).toBe(version + 1)
  await commitAll(store, report('a', version, { live: big, events }), report('b', 1))
  expect((await store.agentHistory('a', { limit: 9 })).items.map((event) => event.position)).toEqual([version + 2])
  expect(fatal).toEqual([])
  await store.close()
})
