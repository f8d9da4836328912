/**
 * Hands rows over to Redis in parts, each into the partition where it goes.
 *
 * Invariants
 * 1. A part is written as one with how far the stage has come there (import.lua). So whoever begins anew leaves out the rows
 *    up to there, and what was sent before a kill counts once.
 * 2. What waits to be sent is bounded, however much there is; one part of a partition is under way at a time.
 */

import type { Walk } from '@opscore/engine/moving'
import type { Stage, Target } from './target.ts'

type Kind = 'member' | 'score' | 'set' | 'hash' | 'agentEvent' | 'sessionEvent' | 'effect' | 'waiter' | 'definition'

/** Adds an entry of import.lua to a part. */
export type Add = (kind: Kind, ...cells: readonly (string | number)[]) => void

/** What is added for a row that belongs there; nothing where it has been taken before. */
type Into = (home: number, write: (add: Add) => void) => void

export type Importer = <T>(stage: Stage, rows: Iterable<T>, write: (row: T, into: Into) => void) => Promise<void>

/** Characters of one part: a few milliseconds of Redis. */
const PART = 256 * 1024
/** Characters of all that wait. */
const WAITING = 16 * 1024 * 1024

interface Part {
  home: number
  cells: string[]
  size: number
  /** How far the stage had come with the part before, and has with this one. */
  from: number
  to: number
  underWay: Promise<void>
}

export function createImporter(target: Pick<Target, 'reached' | 'take'>, walk: Walk): Importer {
  return async (stage, rows, write) => {
    const reached = await target.reached(stage)
    const parts = reached.map(
      (from, home): Part => ({ home, cells: [], size: 0, from, to: from, underWay: Promise.resolve() }),
    )
    const full = new Set<Part>()
    let row = 0
    let waiting = 0

    async function send(part: Part): Promise<void> {
      const { home, from, to, cells } = part
      if (cells.length === 0) return
      await part.underWay
      waiting -= part.size
      part.underWay = target.take({ home, stage, from, to, cells })
      // It is heard when the next part goes, or at the end.
      part.underWay.catch(() => {})
      Object.assign(part, { cells: [], size: 0, from: to })
    }

    function into(home: number, fill: (add: Add) => void): void {
      const part = parts[home]
      if (!part || row <= (reached[home] ?? 0)) return
      const before = part.size
      fill((kind, ...cells) => {
        part.cells.push(kind, String(cells.length))
        for (const cell of cells) {
          const text = String(cell)
          part.size += text.length
          part.cells.push(text)
        }
      })
      part.to = row
      waiting += part.size - before
      if (part.size > PART) full.add(part)
    }

    await walk(stage, rows, async (one) => {
      row += 1
      write(one, into)
      for (const part of waiting > WAITING ? parts : full) await send(part)
      full.clear()
    })
    for (const part of parts) await send(part)
    await Promise.all(parts.map(({ underWay }) => underWay))
  }
}
