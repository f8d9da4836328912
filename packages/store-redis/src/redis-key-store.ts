/** The keys that every process knows, under the tag of what belongs to no partition. */
import type { KeyRecord, KeyStore } from '@opscore/engine/store'
import { light } from '@opscore/engine/store'
import { apiKeys, workflowKeys } from './link/keys.ts'
import type { Link } from './link/link.ts'
import { reply } from './link/reply.ts'
import { memberPage } from './read/member-page.ts'

export function createRedisKeyStore(link: Link, storeId: string): KeyStore {
  const keys = [workflowKeys.meta]

  async function get(keyId: string): Promise<KeyRecord | null> {
    const [found, revoked] = await Promise.all([
      link.send('HGET', apiKeys.records, keyId),
      link.send('HGET', apiKeys.revoked, keyId),
    ])
    const text = reply.textOrNull(found)
    return text === null ? null : { ...recordOf(text), revokedAt: revoked === null ? null : reply.number(revoked) }
  }

  return {
    shared: true,
    async add(key) {
      const added = await link.run('addKey', keys, [storeId, key.keyId, key.hash, JSON.stringify(key)])
      if (added !== 1) throw new Error('There is a key with this id or hash')
    },
    get,
    list: (page) =>
      memberPage(link, [{ key: apiKeys.ids, partition: 0 }], page, {
        async load({ member }) {
          const key = await get(member)
          return key && light(key)
        },
      }),
    async revoke(keyId, now) {
      await link.run('revokeKey', keys, [storeId, keyId, String(now)])
      return get(keyId)
    },
    async live(now) {
      const [revision, ...texts] = reply.texts(await link.run('openKeys', keys, []))
      const open = texts.map(recordOf)
      return {
        revision: reply.number(revision),
        keys: open.filter(({ expiresAt }) => expiresAt === null || expiresAt > now),
      }
    },
    async revision() {
      const [found] = reply.list(await link.send('HMGET', workflowKeys.meta, 'keyRevision'))
      return reply.number(reply.textOrNull(found) ?? '0')
    },
  }
}

/** As it was added: not revoked. */
const recordOf = (text: string): KeyRecord => JSON.parse(text)
