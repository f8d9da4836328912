import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { commitAll, session } from '../../engine/test/store-contract/commits.ts'
import { dataDirOfTest } from '../../engine/test/store-contract/data-dir.ts'
import { recordingLog } from '../../engine/test/store-contract/recording-log.ts'
import { migrate } from '../src/migrate.ts'
import { initial } from '../src/migrations/0001-initial.ts'
import { apiKeys } from '../src/migrations/0002-api-keys.ts'
import { liveApart } from '../src/migrations/0003-live-apart.ts'
import { shortSessionIndexes } from '../src/migrations/0004-short-session-indexes.ts'
import { freshRows } from '../src/migrations/0005-fresh-rows.ts'
import { freshLines } from '../src/migrations/0006-fresh-lines.ts'
import { openSqliteStore } from '../src/sqlite-store.ts'

const schemaOf = (database: DatabaseSync) =>
  database.prepare('SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name').all()

it('goes through every migration there is, once', () => {
  const files = readdirSync(new URL('../src/migrations/', import.meta.url)).sort()
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

it('goes on with sessions that began in the format before, whose starts are rows of the log', async () => {
  const dataDir = dataDirOfTest()
  const file = new DatabaseSync(join(dataDir, 'opscore.db'))
  for (const sql of [initial, apiKeys, liveApart, shortSessionIndexes, freshRows, freshLines]) file.exec(sql)
  const { started, scheduled } = {
    started:
      '{"workflowId":"w","definitionHash":"h","agentId":"a","input":null,"metadata":{},"warnings":[],"deadline":9}',
    scheduled: '{"payload":{"n":12345678901234567890},"bytes":26}',
  }
  const about = '{"sessionId":"s","taskId":"s.1","taskDefinitionId":"t","attempt":1}'
  file.exec(`
    INSERT INTO session VALUES (1, 's', 1, 'running', 'a', 'w', 5, NULL, 9, 'h', '');
    INSERT INTO agent_session_fresh VALUES (1, 'a', 5);
    INSERT INTO session_event VALUES (1, 1, 5, 'session.started', NULL, '${started}');
    INSERT INTO session_event VALUES (2, 1, 5, 'task.scheduled', '${about}', '${scheduled}');
    INSERT INTO fresh_line VALUES (7, 'agent:a');
    INSERT INTO waiter_fresh VALUES ('s.1.1', 7, 5, 5);
    UPDATE ledger SET head = 2, open_sessions = 1;
    PRAGMA application_id = ${0x4f707343};
    PRAGMA user_version = 6;`)
  file.close()

  const store = await openSqliteStore({ dataDir, log: recordingLog().log })
  await commitAll(store, session('new', 0, { head: { agentId: 'a', startedAt: 6 } }))
  const before = await store.loadSession('s')
  expect(JSON.stringify(before?.state.tasks[0]?.payload)).toBe('{"n":12345678901234567890}')
  expect(before).toMatchObject({ version: 1, state: { head: { sessionId: 's', status: 'running' } } })
  const listed = await store.listSessions({ agentId: ['a'] }, { limit: 9 })
  expect(listed.items.map(({ sessionId }) => sessionId)).toEqual(['new', 's'])
  expect(await store.wakeUps({ limit: 9 })).toMatchObject({ items: [{ id: 's', at: 9 }] })
  expect(await store.countSessions()).toMatchObject({ running: 2, completed: 0 })
  expect((await store.events([0], 9)).map(({ position, sessionId }) => [position, sessionId])).toEqual([
    ...[
      [1, 's'],
      [2, 's'],
      [3, 'new'],
    ],
  ])
  await commitAll(store, session('s', 1, { waiters: { join: [], leave: ['s.1.1'] } }))
  expect(await store.waiters(['agent:a'], 9)).toEqual([])
  expect((await store.sessionEvents('s', { limit: 9 })).items.map(({ position }) => position)).toEqual([1, 2, 4])
  await store.close()
})
