/** Records of the engine's own, under the tag of what belongs to no partition. */
import type { RecordKind, RecordStore, StoredRecord, Weighed } from '@opscore/engine/store'
import { recordKeys, workflowKeys } from '../link/keys.ts'
import type { Link } from '../link/link.ts'
import { reply } from '../link/reply.ts'
import { memberPage } from '../read/member-page.ts'

export function createRedisRecords(link: Link, storeId: string): RecordStore {
  async function find(kind: RecordKind, id: string, now: number): Promise<Weighed<StoredRecord> | null> {
    const [version, expiresAt, value] = reply.list(await link.send('HMGET', recordKeys.record(kind, id), 'v', 'x', 'd'))
    if (typeof value !== 'string' || reply.number(expiresAt) <= now) return null
    return { item: { id, version: reply.number(version), value: JSON.parse(value) }, characters: value.length }
  }

  return {
    async putRecord({ kind, id, expectedVersion, value, expiresAt, now }) {
      const known = [storeId, kind, id, String(expectedVersion), JSON.stringify(value), String(expiresAt), String(now)]
      return (await link.run('putRecord', [workflowKeys.meta], known)) === 1
    },
    getRecord: async (kind, id, now) => (await find(kind, id, now))?.item ?? null,
    listRecords: (kind, now, page) =>
      memberPage(link, [{ key: recordKeys.ids(kind), partition: 0 }], page, {
        load: ({ member }) => find(kind, member, now),
      }),
  }
}
