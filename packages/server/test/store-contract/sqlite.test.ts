import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts'
import { storeContract } from './store-contract.ts'

const parent = mkdtempSync(join(tmpdir(), 'opscore-contract-'))
afterAll(() => rmSync(parent, { recursive: true, force: true }))

storeContract('in SQLite', async (parts) => openSqliteStore({ dataDir: mkdtempSync(join(parent, 'store-')), ...parts }))
