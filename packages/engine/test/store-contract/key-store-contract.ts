import { describe, expect, it } from 'vitest'
import type { KeyStore } from '../../src/ports/key-store.ts'
import { keyRecord } from './key-record.ts'
import { everyPage } from './pages.ts'

/** Every promise of `ports/key-store.ts`. Each adapter passes all of it; `open` gives a fresh store that goes with the test. */
export function keyStoreContract(name: string, open: () => Promise<KeyStore>): void {
  describe(`the key store contract, ${name}`, () => {
    const liveIds = async (store: KeyStore, now = 10) => (await store.live(now)).keys.map(({ keyId }) => keyId).sort()

    it('gives back what was added, as it was', async () => {
      const store = await open()
      const bound = keyRecord('b', { agentIds: ['x', '\u{1f642} "y"'], expiresAt: 20.5, scopes: ['metrics'] })
      await store.add(keyRecord('a'))
      await store.add(bound)
      expect(await store.get('a')).toEqual(keyRecord('a'))
      expect(await store.get('b')).toEqual(bound)
      expect(await store.get('c')).toBeNull()
      const { keys } = await store.live(10)
      expect(keys).toHaveLength(2)
      expect(keys).toEqual(expect.arrayContaining([keyRecord('a'), bound]))
    })

    it('hands out copies', async () => {
      const store = await open()
      const added = keyRecord('a')
      await store.add(added)
      added.scopes.push('admin')
      const read = await store.get('a')
      read?.scopes.push('operate')
      expect(await store.get('a')).toEqual(keyRecord('a'))
    })

    it('takes an id and a hash once', async () => {
      const store = await open()
      await store.add(keyRecord('a'))
      const before = await store.revision()
      await expect(store.add(keyRecord('a', { hash: 'another' }))).rejects.toThrow('id or hash')
      await expect(store.add(keyRecord('b', { hash: 'hash of a' }))).rejects.toThrow('id or hash')
      expect(await everyPage((page) => store.list(page))).toEqual([keyRecord('a')])
      expect(await store.revision()).toBe(before)
    })

    it('lists in order of id, whatever has become of them', async () => {
      const store = await open()
      const ids = ['b', 'c', 'a', 'A', '\u{1f642}', '\uffee']
      for (const id of ids) await store.add(keyRecord(id, id === 'c' ? { expiresAt: 2 } : {}))
      await store.revoke('a', 5)
      const listed = await everyPage((page) => store.list(page))
      expect(listed.map(({ keyId }) => keyId)).toEqual(['A', 'a', 'b', 'c', '\uffee', '\u{1f642}'])
      expect(listed[1]).toEqual(keyRecord('a', { revokedAt: 5 }))
    })

    it('calls live what is neither revoked nor expired', async () => {
      const store = await open()
      for (const id of ['a', 'b']) await store.add(keyRecord(id))
      await store.add(keyRecord('short', { expiresAt: 10 }))
      await store.revoke('b', 5)
      expect(await liveIds(store, 9.9)).toEqual(['a', 'short'])
      expect(await liveIds(store, 10)).toEqual(['a'])
    })

    it('revokes once: what comes again changes nothing', async () => {
      const store = await open()
      await store.add(keyRecord('a'))
      expect(await store.revoke('a', 5)).toEqual(keyRecord('a', { revokedAt: 5 }))
      const before = await store.revision()
      expect(await store.revoke('a', 9)).toEqual(keyRecord('a', { revokedAt: 5 }))
      expect(await store.revoke('unknown', 9)).toBeNull()
      expect(await store.get('a')).toEqual(keyRecord('a', { revokedAt: 5 }))
      expect(await store.revision()).toBe(before)
    })

    it('has a revision that rises with every change of who may come in', async () => {
      const store = await open()
      const revisions = [(await store.live(0)).revision]
      expect(revisions).toEqual([await store.revision()])
      for (const change of [
        () => store.add(keyRecord('a')),
        () => store.add(keyRecord('b')),
        () => store.revoke('a', 5),
        () => store.revoke('b', 5),
      ]) {
        await change()
        revisions.push(await store.revision())
        expect((await store.live(10)).revision).toBe(revisions.at(-1))
      }
      expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b))
    })

    it('takes many at once', async () => {
      const store = await open()
      const ids = Array.from({ length: 50 }, (_, index) => `k${index}`)
      await Promise.all(ids.map((id) => store.add(keyRecord(id))))
      await Promise.all(ids.slice(10).map((id) => store.revoke(id, 5)))
      expect(await liveIds(store)).toEqual(ids.slice(0, 10).sort())
      expect(await everyPage((page) => store.list(page), 7)).toHaveLength(50)
    })
  })
}
