/** What belongs to no partition: workflows and API keys. */
import type { KeyRecord } from '@opscore/engine/store'
import { apiKeys, workflowKeys } from '../link/keys.ts'
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
