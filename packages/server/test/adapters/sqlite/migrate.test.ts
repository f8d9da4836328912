import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { migrate } from '../../../src/adapters/sqlite/migrate.ts'
import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.ts'
import { initial } from '../../../src/adapters/sqlite-migrations/0001-initial.ts'
import { dataDirOfTest } from '../../store-contract/data-dir.ts'
import { recordingLog } from '../../store-contract/recording-log.ts'

const schemaOf = (database: DatabaseSync) =>
  database.prepare('SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name').all()

it('goes through every migration there is, once', () => {
  const files = readdirSync(new URL('../../../src/adapters/sqlite-migrations/', import.meta.url)).sort()
  expect(files.map((name) => Number(name.slice(0, 4)))).toEqual(files.map((_, index) => index + 1))
  const database = new DatabaseSync(':memory:')
  migrate(database, 'memory')
  expect(database.prepare('PRAGMA user_version').get()?.user_version).toBe(files.length)
  const before = schemaOf(database)
  migrate(database, 'memory')
  expect(schemaOf(database)).toEqual(before)
  database.close()
})

it('brings a file of the first format to the present one, with what is in it', async () => {
  const dataDir = dataDirOfTest()
  const file = new DatabaseSync(join(dataDir, 'opscore.db'))
  file.exec(`${initial}
    INSERT INTO definition VALUES ('h', 1, '{"id":"w","tasks":[]}');
    INSERT INTO workflow VALUES ('w', 3, 'h', 0, 0);
    INSERT INTO session VALUES (1, 's', 1, 'running', 'a', 'w', 5, NULL, NULL, 'h', '{"sessionId":"s"}');
    INSERT INTO waiter VALUES ('s.1.1', 's', 's.1', 'agent:a', 0, 5);
    PRAGMA application_id = ${0x4f707343};
    PRAGMA user_version = 1;`)
  file.close()

  const store = await openSqliteStore({ dataDir, log: recordingLog().log })
  expect(await store.getWorkflow('w')).toMatchObject({ id: 'w', revision: 3, definition: { id: 'w', tasks: [] } })
  expect(await store.keys.live(0)).toEqual({ revision: 0, keys: [] })
  expect(await store.listSessions({ agentId: ['a'] }, { limit: 9 })).toEqual({
    items: [{ sessionId: 's' }],
    next: null,
  })
  expect(await store.waiters(['agent:a'], 9)).toMatchObject([{ attemptId: 's.1.1', since: 5 }])
  await store.close()
})
