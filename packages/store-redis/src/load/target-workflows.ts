/** What belongs to no partition: workflows, API keys and records of the engine's own. */
import type { KeyRecord } from '@opscore/engine/store'
import { apiKeys, recordKeys, workflowKeys } from '../link/keys.ts'
import { reply } from '../link/reply.ts'
import type { Reading } from './reading.ts'
import { listed } from './target-agents.ts'

export async function readWorkflowsAndKeys({ link, pages, items }: Reading): Promise<void> {
  const loadWorkflow = async (id: string) => {
    const found = await link.send('HMGET', workflowKeys.workflow(id), 'revision', 'hash', 'created', 'updated')
    const [revision, hash, createdAt, updatedAt] = reply.list(found)
    const times = { createdAt: reply.number(createdAt), updatedAt: reply.number(updatedAt) }
    return { id, revision: reply.number(revision), hash: reply.text(hash), ...times }
  }
  await pages.members('workflows', workflowKeys.ids, loadWorkflow, items.workflow)

  const loadKey = async (keyId: string): Promise<KeyRecord> => {
    const record: KeyRecord = JSON.parse(reply.text(await link.send('HGET', apiKeys.records, keyId)))
    const revoked = reply.textOrNull(await link.send('HGET', apiKeys.revoked, keyId))
    const byHash = await link.send('HGET', apiKeys.hashes, record.hash)
    const isOpen = (await link.send('SISMEMBER', apiKeys.open, keyId)) === 1
    const isListed = byHash === keyId && isOpen === (revoked === null)
    return { ...record, keyId: listed(keyId, isListed), revokedAt: revoked === null ? null : Number(revoked) }
  }
  await pages.members('api keys', apiKeys.ids, loadKey, items.key)
}

/** `now` is by which they are taken as expired. */
export async function readRecords({ link, pages, items }: Reading, now: number): Promise<void> {
  const load = async (name: string) => {
    const colon = name.indexOf(':')
    const [kind, id] = [name.slice(0, colon), name.slice(colon + 1)]
    const [version, expiry, value] = reply.list(await link.send('HMGET', recordKeys.record(kind, id), 'v', 'x', 'd'))
    const score = Number(reply.textOrNull(await link.send('ZSCORE', recordKeys.expiry, name)))
    const place = await link.send('ZSCORE', recordKeys.ids(kind), id)
    const expiresAt = reply.number(expiry)
    const isListed = place !== null && score === expiresAt
    return { kind, id: listed(id, isListed), version: reply.number(version), expiresAt, value: reply.text(value) }
  }
  await pages.members('records', recordKeys.expiry, load, (record) => {
    if (record.expiresAt > now) items.record(record)
  })
}
