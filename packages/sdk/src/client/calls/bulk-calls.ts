import type { BulkItem, BulkJob, BulkRequest, Page } from '@opscore/contract'
import { randomKey } from '../random-key.ts'
import type { CallOptions, Transport } from '../transport.ts'
import type { PageOptions } from './agent-calls.ts'

export interface BulkOptions extends CallOptions {
  /** Requests with the same key make one job. Made up where it is absent, so that a lost answer can be asked for again. */
  idempotencyKey?: string
}

export type BulkCalls = ReturnType<typeof bulkCalls>

/** One action on many sessions. */
export function bulkCalls(transport: Transport) {
  const path = ['v1', 'opscore', 'session', 'bulk']
  const at = (jobId: string) => [...path, jobId]
  return {
    /** Settles what is chosen and begins. `dryRun` says what would be done, and does nothing. */
    start(request: BulkRequest, { signal, idempotencyKey = randomKey() }: BulkOptions = {}): Promise<BulkJob> {
      const headers = { 'idempotency-key': idempotencyKey }
      return transport.request({ method: 'POST', path, headers, body: request, signal })
    },
    /** How far it is. */
    get(jobId: string, { signal }: CallOptions = {}): Promise<BulkJob> {
      return transport.request({ method: 'GET', path: at(jobId), signal })
    },
    /** What became of each session, as far as the job is done, in the order of the selection. */
    items(jobId: string, { signal, ...query }: PageOptions = {}): Promise<Page<BulkItem>> {
      return transport.request({ method: 'GET', path: [...at(jobId), 'item'], query, signal })
    },
  }
}
