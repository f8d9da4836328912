import type { OpsEvent } from '@opscore/contract'

/** How the one connection of this browser stands; `since` is epoch milliseconds. */
export type Link =
  | { state: 'connecting'; since: number }
  | { state: 'live'; since: number }
  | { state: 'refused'; since: number; status: number; detail: string }

/** What a tab says to the hub. One that sleeps gets nothing; it is told on waking whether it missed anything. */
export type ToHub = { type: 'hello'; url: string; apiKey: string } | { type: 'sleep' | 'wake' | 'bye' }

/** What the hub says to a tab. `resync`: events are missing here, so what was derived from them must be read anew. */
export type FromHub = { type: 'events'; events: OpsEvent[] } | { type: 'resync' } | { type: 'link'; link: Link }
