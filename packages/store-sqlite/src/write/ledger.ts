import type { DatabaseSync } from 'node:sqlite'
import { column } from '../rows/column.ts'

/** The counters that a transaction moves: kept in memory by the only writer, written once a batch. */
export interface Ledger {
  /** The last position that is taken. */
  head: number
  /** The highest position that was trimmed. */
  trimmed: number
  /** Registered agents. */
  agents: number
  /** Sessions by status. */
  sessions: Record<string, number>
  /** Sessions up to this number are filed, with those who wait in them (fresh-rows.ts). */
  filed: number
  /** The last number that was given to an effect. It never falls while the process lives. */
  lastEffect: number
}

export function createLedger(database: DatabaseSync) {
  const read = database.prepare('SELECT head, trimmed, agents, sessions, filed FROM ledger WHERE partition = 0')
  const write = database.prepare(
    'UPDATE ledger SET head = ?, trimmed = ?, agents = ?, sessions = ?, filed = ? WHERE partition = 0',
  )
  const lastEffect = database.prepare('SELECT max(effect_no) AS n FROM effect')
  const ledger: Ledger = { head: 0, trimmed: 0, agents: 0, sessions: {}, filed: 0, lastEffect: 0 }

  return {
    ledger,
    /** Takes over what is stored: at start, and after a transaction was undone. */
    reload(): void {
      const row = read.get() ?? {}
      ledger.head = column.number(row.head)
      ledger.trimmed = column.number(row.trimmed)
      ledger.agents = column.number(row.agents)
      ledger.sessions = JSON.parse(column.text(row.sessions))
      ledger.filed = column.number(row.filed)
      ledger.lastEffect = Math.max(ledger.lastEffect, column.numberOrNull(lastEffect.get()?.n ?? null) ?? 0)
    },
    save(): void {
      write.run(ledger.head, ledger.trimmed, ledger.agents, JSON.stringify(ledger.sessions), ledger.filed)
    },
  }
}

/** Moves a session from one status to another; from `null` where it is new, to `null` where it goes. */
export function countSession({ sessions }: Pick<Ledger, 'sessions'>, from: string | null, to: string | null): void {
  if (from === to) return
  if (from !== null) sessions[from] = (sessions[from] ?? 0) - 1
  if (to !== null) sessions[to] = (sessions[to] ?? 0) + 1
}
