import { expect, it } from 'vitest'
import type { RecordStore } from '../../src/ports/record-store.ts'
import { everyPage } from './pages.ts'
import type { Subject } from './subject.ts'

type Put = Parameters<RecordStore['putRecord']>[0]

const put = (store: RecordStore, id: string, expectedVersion: number, changes: Partial<Put> = {}): Promise<boolean> =>
  store.putRecord({ kind: 'bulk', id, expectedVersion, value: { of: id }, expiresAt: 100, now: 10, ...changes })

/** Every promise of `ports/record-store.ts`. */
export function recordContract(subject: () => Subject): void {
  it('gives back a record as it was written last, each kind by itself', async () => {
    const { store } = subject()
    const value = { text: 'ä \u{1f642} "', list: [1, 2.5, null, { deep: true }] }
    expect(await put(store, 'a:b', 0, { value })).toBe(true)
    expect(await put(store, 'a:b', 0, { kind: 'process', value: 'other' })).toBe(true)
    expect(await store.getRecord('bulk', 'a:b', 20)).toEqual({ id: 'a:b', version: 1, value })
    expect(await put(store, 'a:b', 1, { value: 2 })).toBe(true)
    expect(await store.getRecord('bulk', 'a:b', 20)).toEqual({ id: 'a:b', version: 2, value: 2 })
    expect(await store.getRecord('process', 'a:b', 20)).toEqual({ id: 'a:b', version: 1, value: 'other' })
    expect(await store.getRecord('bulk', 'a', 20)).toBeNull()
  })

  it('writes a record only where it stands at the version that the writer knew', async () => {
    const { store } = subject()
    expect(await put(store, 'a', 1)).toBe(false)
    expect(await put(store, 'a', 0)).toBe(true)
    expect(await put(store, 'a', 0)).toBe(false)
    expect(await put(store, 'a', 2)).toBe(false)
    const won = await Promise.all(Array.from({ length: 5 }, (_, index) => put(store, 'a', 1, { value: index })))
    expect(won.filter(Boolean)).toHaveLength(1)
    expect(await store.getRecord('bulk', 'a', 20)).toMatchObject({ version: 2, value: won.indexOf(true) })
  })

  it('finds no record that has expired, and begins it anew', async () => {
    const { store } = subject()
    await put(store, 'a', 0, { expiresAt: 20 })
    await put(store, 'b', 0, { expiresAt: 30 })
    expect(await store.getRecord('bulk', 'a', 19)).not.toBeNull()
    expect(await store.getRecord('bulk', 'a', 20)).toBeNull()
    expect(await everyPage((page) => store.listRecords('bulk', 20, page))).toMatchObject([{ id: 'b' }])
    expect(await put(store, 'a', 1, { now: 20, expiresAt: 40 })).toBe(false)
    expect(await put(store, 'a', 0, { now: 20, expiresAt: 40 })).toBe(true)
    expect(await store.getRecord('bulk', 'a', 39)).toMatchObject({ version: 1 })
  })

  it('lists records of a kind in order of id, in pages', async () => {
    const { store } = subject()
    const ids = ['b', 'a', 'ä', 'B', 'a.2', 'a.1']
    for (const id of ids) await put(store, id, 0)
    await put(store, 'a.3', 0, { kind: 'bulk-items' })
    for (const limit of [1, 4, 9]) {
      const listed = await everyPage((page) => store.listRecords('bulk', 20, page), limit)
      expect(listed.map(({ id }) => id)).toEqual(['B', 'a', 'a.1', 'a.2', 'b', 'ä'])
    }
  })

  it('trims the records that have expired, and no other', async () => {
    const { store } = subject()
    await put(store, 'a', 0, { expiresAt: 20 })
    await put(store, 'b', 0, { expiresAt: 20 })
    await put(store, 'b', 1, { expiresAt: 50 })
    const trim = (now: number) => store.trim({ agentEventsBefore: 0, sessionsEndedBefore: 0, now })
    expect(await trim(19)).toBe(0)
    expect(await trim(20)).toBe(1)
    expect(await store.getRecord('bulk', 'b', 20)).toMatchObject({ version: 2 })
    // Though the clock that is asked about goes back, it is gone.
    expect(await store.getRecord('bulk', 'a', 10)).toBeNull()
  })
}
