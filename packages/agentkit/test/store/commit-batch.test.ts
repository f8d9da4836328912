import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createBatchCommit } from '../../src/store/commit-batch.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import type { Write } from '../../src/store/records.ts'
import { temporaryFolder } from '../agentkit-fixture.ts'

async function database() {
  const directory = await temporaryFolder()
  const opened = openDatabase(directory)
  onTestFinished(async () => {
    opened.close()
    await rm(directory, { recursive: true })
  })
  return opened
}

const nothing = { notices: [], messages: [] }
const request = { agentName: 'worker', version: '1', capabilities: [], contactEndpoint: 'http://127.0.0.1:8080/' }
const registration: Write = {
  name: 'registerAgent',
  argument: { newId: 'agent-1', now: '2026-01-01T00:00:00.000Z', request, deliveryId: null },
}
const message = (key: string, size: number): Write => ({
  name: 'acceptMessage',
  argument: { agentId: 'agent-1', taskId: null, idempotencyKey: key, deadline: null, body: new Uint8Array(size) },
})

describe('a batch', () => {
  it('is taken back as a whole where the disk is full, and the next one that fits is taken', async () => {
    const opened = await database()
    const commit = createBatchCommit(opened)
    commit({ writes: [registration], settled: nothing })
    opened.exec('PRAGMA max_page_count = 20')
    expect(commit({ writes: [message('small', 2), message('large', 300_000)], settled: nothing })).toMatchObject({
      kind: 'rolled-back',
      failure: { kind: 'full' },
    })
    expect(opened.prepare('SELECT count(*) AS count FROM message').get()).toEqual({ count: 0 })
    expect(commit({ writes: [message('small', 2)], settled: nothing })).toMatchObject({ kind: 'committed' })
  })

  it('loses only the one write in it that cannot be stored', async () => {
    const opened = await database()
    opened.exec(
      "CREATE TRIGGER picky BEFORE INSERT ON message WHEN new.idempotency_key = 'bad' BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    const commit = createBatchCommit(opened)
    const writes = [registration, message('good', 2), message('bad', 2), message('fine', 2)]
    const outcome = commit({ writes, settled: nothing })
    expect(outcome).toMatchObject({
      kind: 'committed',
      outcomes: [{}, { value: 1 }, { failure: { kind: 'failed', message: 'no' } }, { value: 2 }],
    })
    expect(opened.prepare('SELECT idempotency_key AS key FROM message').all()).toEqual([
      { key: 'good' },
      { key: 'fine' },
    ])
  })

  it('says that all is lost where the file is damaged', async () => {
    const directory = await temporaryFolder()
    onTestFinished(() => rm(directory, { recursive: true }))
    openDatabase(directory).close()
    const file = join(directory, 'agentkit.db')
    const bytes = await readFile(file)
    // The first page, which says what there is, stays whole; what it points at does not.
    await writeFile(file, bytes.fill(0xff, 4096))
    using opened = openDatabase(directory)
    expect(createBatchCommit(opened)({ writes: [registration], settled: nothing })).toMatchObject({
      kind: 'rolled-back',
      failure: { kind: 'lost' },
    })
  })
})
