/**
 * Writes a batch as one transaction.
 *
 * Invariants
 * 1. An entry's checks come before its first write, so a refused one leaves nothing and needs no savepoint.
 * 2. Should an entry fail all the same, the transaction is undone and the batch written again with a savepoint for each,
 *    so that only the one at fault is refused.
 * 3. The ledger in memory is what the file holds whenever no transaction runs.
 * 4. A transaction that runs while there is no batch has filed some rows, and nothing else.
 */
import type { DatabaseSync } from 'node:sqlite'
import { failureOf, messageOf } from '../failure.ts'
import type { Answer, Cell, WriteRequest, Written } from '../thread/write-request.ts'
import { createAgentWrites } from './agent-writes.ts'
import { createCommitWrites } from './commit-writes.ts'
import { createDefinitionWrites } from './definition-writes.ts'
import { type Entry, readEntries } from './entry-cells.ts'
import { createFreshRows } from './fresh-rows.ts'
import { createKeyWrites } from './key-writes.ts'
import { createLedger } from './ledger.ts'
import { createRecordWrites } from './record-writes.ts'
import { createSessionWrites } from './session-writes.ts'
import { createTrimWrites } from './trim-writes.ts'

export function createBatchWrites(database: DatabaseSync, options: { freshRows?: number | undefined } = {}) {
  const { ledger, reload, save } = createLedger(database)
  const definitions = createDefinitionWrites(database)
  const agents = createAgentWrites(database, ledger)
  const fresh = createFreshRows(database, ledger, options.freshRows)
  const sessions = createSessionWrites(database, ledger, { definitions, fresh })
  const trim = createTrimWrites(database, ledger, { definitions, agents, sessions, fresh })
  const keys = createKeyWrites(database)
  const putRecord = createRecordWrites(database)
  const begin = database.prepare('BEGIN IMMEDIATE')
  const end = database.prepare('COMMIT')
  const dropEffect = database.prepare('DELETE FROM effect WHERE id = ?')
  const commits = createCommitWrites(database, ledger, { agents, sessions, dropEffect })
  reload()
  fresh.recover()
  begin.run()
  fresh.fileAll()
  save()
  end.run()

  function carryOut(request: WriteRequest): unknown {
    switch (request.do) {
      case 'settle':
        for (const id of request.effectIds) dropEffect.run(id)
        return null
      case 'put-workflow':
        return definitions.put(request.input)
      case 'delete-workflow':
        return definitions.delete(request.id, request.ifMatch)
      case 'add-key':
        return keys.add(request.key)
      case 'revoke-key':
        keys.revoke(request.keyId, request.now)
        return null
      case 'put-record':
        return putRecord(request.record)
      case 'trim':
        return trim(request.retention)
    }
  }

  function write(entry: Entry): Answer {
    switch (entry.kind) {
      case 'report':
        return agents.write(entry)
      case 'request':
        return JSON.stringify(carryOut(entry.request))
      case 'together':
        return commits.writeTogether(entry)
      default:
        return commits.write(entry)
    }
  }

  function forget(): void {
    for (const writes of [agents, sessions, definitions]) writes.forget()
  }

  function undo(): void {
    // SQLite undoes a transaction by itself on some errors.
    if (database.isTransaction) database.exec('ROLLBACK')
    reload()
    fresh.recover()
    forget()
  }

  function transaction(entries: readonly Entry[], writeOne: (entry: Entry) => Answer): Answer[] {
    if (!database.isTransaction) begin.run()
    const answers = entries.map(writeOne)
    fresh.file()
    definitions.save()
    save()
    end.run()
    return answers
  }

  function writeApart(entry: Entry): Answer {
    const before = { ...ledger, sessions: { ...ledger.sessions } }
    database.exec('SAVEPOINT entry')
    try {
      const answer = write(entry)
      definitions.save()
      database.exec('RELEASE entry')
      return answer
    } catch (error) {
      if (failureOf(error) !== 'other') throw error
      database.exec('ROLLBACK TO entry; RELEASE entry')
      Object.assign(ledger, before)
      fresh.recover()
      forget()
      return { failed: 'other', message: messageOf(error) }
    }
  }

  const written = (answers: Answer[]): Written => ({ answers, head: ledger.head, filed: ledger.filed })

  /** @throws what `failureOf` calls fatal, after which nothing more may be written. */
  function writeBatch(cells: readonly Cell[]): Written {
    const entries = readEntries(cells)
    for (const writeOne of [write, writeApart]) {
      try {
        return written(transaction(entries, writeOne))
      } catch (error) {
        const failure = failureOf(error)
        if (failure === 'fatal') throw error
        undo()
        const refused: Answer = { failed: failure, message: messageOf(error) }
        if (failure === 'full' || writeOne === writeApart) return written(entries.map(() => refused))
      }
    }
    throw new Error('A batch is written together, or else apart')
  }

  return {
    writeBatch,
    /**
     * While no batch waits: begins the transaction of the next one with what is to be filed, so that it takes none of that one's time.
     * @throws as `writeBatch`
     */
    fileWhileIdle(): void {
      if (!fresh.waits() || database.isTransaction) return
      try {
        begin.run()
        fresh.fileWhileIdle()
      } catch (error) {
        if (failureOf(error) === 'fatal') throw error
        undo()
      }
    },
  }
}
