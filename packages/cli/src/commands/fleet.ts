import type { AttentionKind } from '@opscore/contract'
import { connect } from '../steering/connection.ts'
import { ATTENTION, OVERVIEW, SEARCH_HIT, SYSTEM } from '../steering/fleet-shapes.ts'
import { readUpTo } from '../steering/pages.ts'
import { printList, printOne } from '../steering/print.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { ReadFlags } from './session/session.ts'

export interface AttentionFlags extends ReadFlags {
  limit: number
  kind?: AttentionKind[]
}

export interface SearchFlags extends ReadFlags {
  limit: number
}

export async function showOverview(flags: ReadFlags, terminal: Terminal): Promise<void> {
  await printOne(terminal, flags.output, await connect(flags).fleet.overview(), OVERVIEW)
}

export async function listAttention(flags: AttentionFlags, terminal: Terminal): Promise<void> {
  const { fleet } = connect(flags)
  const filter = flags.kind ? { kind: flags.kind } : {}
  const items = await readUpTo(flags.limit, (page) => fleet.attention({ ...filter, ...page }))
  await printList(terminal, flags.output, items, ATTENTION)
}

export async function search(text: string, flags: SearchFlags, terminal: Terminal): Promise<void> {
  const { items } = await connect(flags).fleet.search(text, { limit: flags.limit })
  await printList(terminal, flags.output, items, SEARCH_HIT)
}

export async function showSystem(flags: ReadFlags, terminal: Terminal): Promise<void> {
  await printOne(terminal, flags.output, await connect(flags).fleet.system(), SYSTEM)
}
