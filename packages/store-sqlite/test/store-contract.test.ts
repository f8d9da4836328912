import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { storeContract } from '../../engine/test/store-contract/store-contract.ts'
import { openSqliteStore } from '../src/sqlite-store.ts'

const parent = mkdtempSync(join(tmpdir(), 'opscore-contract-'))
afterAll(() => rmSync(parent, { recursive: true, force: true }))

const dataDir = () => mkdtempSync(join(parent, 'store-'))

storeContract('in SQLite', async (parts) => openSqliteStore({ dataDir: dataDir(), ...parts }))
// Few of a test's rows would ever be filed otherwise.
storeContract('in SQLite, filing every other row', async (parts) =>
  openSqliteStore({ dataDir: dataDir(), freshRows: 1, ...parts }),
)
