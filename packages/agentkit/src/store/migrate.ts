import type { DatabaseSync } from 'node:sqlite'
import { registryAndOutbox } from './migrations/0001-registry-and-outbox.ts'
import { refusedNotices } from './migrations/0002-refused-notices.ts'
import { pushConfigs } from './migrations/0003-push-configs.ts'

/** In order; one is never changed once it was released, and its place is the format's number in `user_version`. */
const MIGRATIONS = [registryAndOutbox, refusedNotices, pushConfigs]

/** Brings the database to this version's format. Throws where a newer version has written it. */
export function migrate(database: DatabaseSync): void {
  const format = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0)
  if (format > MIGRATIONS.length) {
    throw new Error(
      `it has format ${format}, this version reads up to ${MIGRATIONS.length}: run the newer AgentKit again`,
    )
  }
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < format) continue
    database.exec(`BEGIN IMMEDIATE; ${migration}; PRAGMA user_version = ${index + 1}; COMMIT`)
  }
}
