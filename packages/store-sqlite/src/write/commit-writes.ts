import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { OnceRecord } from '@opscore/engine/store'
import { onceOf } from '../rows/once-row.ts'
import type { Answer } from '../thread/write-request.ts'
import type { AgentWrites } from './agent-writes.ts'
import type { CommitEntry, TogetherEntry } from './entry-cells.ts'
import type { Ledger } from './ledger.ts'
import type { SessionWrites } from './session-writes.ts'

/** Writes commits, alone or together. All checks of an entry come before its first write. */
export function createCommitWrites(
  database: DatabaseSync,
  ledger: Ledger,
  parts: { agents: AgentWrites; sessions: SessionWrites; dropEffect: StatementSync },
) {
  const { agents, sessions, dropEffect } = parts
  const putEffect = database.prepare('INSERT OR REPLACE INTO effect (effect_no, id, effect) VALUES (?, ?, ?)')
  const findOnce = database.prepare(
    'SELECT key, fingerprint, answer, expires_at FROM once WHERE key = ? AND expires_at > ?',
  )
  const putOnce = database.prepare('INSERT OR REPLACE INTO once VALUES (?, ?, ?, ?)')

  function duplicatesOf(entry: CommitEntry): OnceRecord[] {
    if (entry.kind === 'report' || !entry.once) return []
    const { once } = entry
    return once.records.flatMap(({ key }) => {
      const row = findOnce.get(key, once.now)
      return row ? [onceOf(row)] : []
    })
  }

  function versionOf(entry: CommitEntry): number {
    switch (entry.kind) {
      case 'agent':
      case 'report':
        return agents.write(entry)
      case 'session':
        return sessions.write(entry)
      case 'start':
        return sessions.start(entry)
    }
  }

  function check(entry: CommitEntry): number {
    return entry.kind === 'agent' || entry.kind === 'report' ? Number(agents.isCurrent(entry)) : sessions.check(entry)
  }

  function write(entry: CommitEntry): Answer {
    const duplicates = duplicatesOf(entry)
    if (duplicates.length > 0) return JSON.stringify(duplicates)
    const version = versionOf(entry)
    if (version <= 0 || entry.kind === 'report') return version
    for (const { id, text } of entry.effects) putEffect.run(++ledger.lastEffect, id, text)
    for (const id of entry.done) dropEffect.run(id)
    for (const { key, fingerprint, answer, expiresAt } of entry.once?.records ?? []) {
      putOnce.run(key, fingerprint, JSON.stringify(answer), expiresAt)
    }
    return version
  }

  /** The answer is that of the first. */
  function writeTogether({ entries }: TogetherEntry): Answer {
    const duplicates = entries.flatMap(duplicatesOf)
    if (duplicates.length > 0) return JSON.stringify(duplicates)
    const refused = entries.map(check).find((checked) => checked <= 0)
    if (refused !== undefined) return refused
    const [first = 0, ...others] = entries.map(write)
    const failed = others.find((answer) => typeof answer !== 'number' || answer <= 0)
    if (failed !== undefined) throw new Error('A commit that was checked was refused')
    return first
  }

  return { write, writeTogether }
}
