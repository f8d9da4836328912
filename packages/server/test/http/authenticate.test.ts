import { expect, test, vi } from 'vitest'
import { makeApiKey } from '../../src/http/access/api-key.ts'
import { createAuthenticator } from '../../src/http/access/authenticate.ts'
import { hashKey, type KeyRing } from '../../src/http/access/key-ring.ts'
import type { Principal } from '../../src/http/access/principal.ts'

const KEY = makeApiKey()
const HEADER = `Bearer ${KEY}`

function holder(changes: Partial<Principal> = {}): Principal {
  return { id: 'k', name: 'k', scopes: new Set(['read']), agentIds: null, expiresAt: null, ...changes }
}

/** A ring with one key, which counts how often it was searched. */
function ringWith(principal: Principal, refresh?: () => Promise<void>) {
  const find = vi.fn((hash: Buffer) => (hash.equals(hashKey(KEY)) ? principal : undefined))
  const ring: KeyRing & { revision: number } = { revision: 0, find, ...(refresh ? { refresh } : {}) }
  return { ring, find }
}

test('a good key is looked for once, until the ring changes', () => {
  const { ring, find } = ringWith(holder())
  const { known } = createAuthenticator(ring, Date.now)
  for (let count = 0; count < 3; count += 1) expect(known(HEADER)?.id).toBe('k')
  expect(find).toHaveBeenCalledTimes(1)
  ring.revision += 1
  expect(known(HEADER)?.id).toBe('k')
  expect(find).toHaveBeenCalledTimes(2)
})

test('a key expires to the millisecond, whether it was remembered or not', () => {
  let now = 999
  const { ring } = ringWith(holder({ expiresAt: 1000 }))
  const { known } = createAuthenticator(ring, () => now)
  expect(known(HEADER)?.id).toBe('k')
  expect(known(HEADER)?.id).toBe('k')
  now = 1000
  expect(known(HEADER)).toBeUndefined()
  expect(createAuthenticator(ring, () => now).known(HEADER)).toBeUndefined()
})

test('a key of another process is known after a look; noise, and a server alone, are not worth one', async () => {
  let there = false
  const refresh = vi.fn(async () => {
    there = true
  })
  const { ring } = ringWith(holder(), refresh)
  const { known, late } = createAuthenticator(
    { ...ring, find: (hash) => (there ? ring.find(hash) : undefined) },
    Date.now,
  )
  for (const noise of [undefined, 'Basic x', 'Bearer wrong', `${HEADER}x`]) expect(await late(noise)).toBeUndefined()
  expect(refresh).not.toHaveBeenCalled()
  expect(known(HEADER)).toBeUndefined()
  expect((await late(HEADER))?.id).toBe('k')
  const alone = createAuthenticator(ringWith(holder()).ring, Date.now)
  expect(await alone.late(HEADER)).toBeUndefined()
})
