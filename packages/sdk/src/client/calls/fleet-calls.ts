import type { AttentionItem, AttentionKind, Overview, Page, SearchResult, SystemView } from '@opscore/contract'
import type { CallOptions, Transport } from '../transport.ts'
import type { PageOptions } from './agent-calls.ts'

export interface AttentionOptions extends PageOptions {
  kind?: AttentionKind | readonly AttentionKind[]
}

export interface SearchOptions extends CallOptions {
  /** 1 to 50; 20 by default. */
  limit?: number
}

export type FleetCalls = ReturnType<typeof fleetCalls>

/** The fleet as a whole. */
export function fleetCalls(transport: Transport) {
  return {
    /** The fleet at a glance. The first answer of a server takes longer. */
    overview({ signal }: CallOptions = {}): Promise<Overview> {
      return transport.request({ method: 'GET', path: ['v1', 'opscore', 'overview'], signal })
    },
    /** All that wants a person, newest first. */
    attention({ signal, ...query }: AttentionOptions = {}): Promise<Page<AttentionItem>> {
      return transport.request({ method: 'GET', path: ['v1', 'opscore', 'attention'], query, signal })
    },
    /** How Ops-Core itself is; answered though its store cannot be reached. */
    system({ signal }: CallOptions = {}): Promise<SystemView> {
      return transport.request({ method: 'GET', path: ['v1', 'opscore', 'system'], signal })
    },
    /** By id, the beginning of one, or a name. */
    search(text: string, { signal, limit }: SearchOptions = {}): Promise<SearchResult> {
      return transport.request({ method: 'GET', path: ['v1', 'opscore', 'search'], query: { q: text, limit }, signal })
    },
  }
}
