import type { BulkAction, BulkItem, BulkJob, BulkRequest } from '@opscore/contract'
import type { OpsCoreClient } from '@opscore/sdk'
import { useCallback, useEffect, useState } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'

export interface BulkState {
  job: BulkJob
  items: readonly BulkItem[]
}

/** How often a job that runs is looked at, in milliseconds. */
const LOOK = 400

/**
 * Tries an action on many sessions, and does it when it is told to: to exactly those that the trial found fit, whatever fits the filter
 * by then.
 */
export function useBulk(action: BulkAction, chosen: Pick<BulkRequest, 'selection' | 'filter'>) {
  const { client } = useOpsCore()
  const [request] = useState(chosen)
  const [trial, setTrial] = useState<BulkState>()
  const [run, setRun] = useState<BulkState>()
  const [isWanted, setIsWanted] = useState(false)
  const [error, setError] = useState<unknown>()

  useEffect(() => {
    const stop = new AbortController()
    follow(client, { ...request, action, dryRun: true }, stop.signal, setTrial).catch(
      (reason: unknown) => stop.signal.aborted || setError(reason),
    )
    return () => stop.abort()
  }, [client, action, request])

  useEffect(() => {
    if (!isWanted || trial === undefined) return
    const stop = new AbortController()
    const selection = trial.items.flatMap(({ outcome, sessionId }) => (outcome === 'ok' ? sessionId : []))
    follow(client, { selection, action }, stop.signal, setRun).catch(
      (reason: unknown) => stop.signal.aborted || setError(reason),
    )
    return () => stop.abort()
  }, [client, action, isWanted, trial])

  const begin = useCallback(() => setIsWanted(true), [])
  return { trial, run, error, begin }
}

/** Starts a job and tells how it stands until it has ended; what became of each session comes at its end. */
async function follow(
  client: OpsCoreClient,
  request: BulkRequest,
  signal: AbortSignal,
  tell: (state: BulkState) => void,
): Promise<void> {
  let job = await client.bulk.start(request, { signal })
  while (job.status === 'running') {
    tell({ job, items: [] })
    await new Promise((resolve) => setTimeout(resolve, LOOK))
    job = await client.bulk.get(job.jobId, { signal })
  }
  tell({ job, items: await allItems(client, job.jobId, signal) })
}

async function allItems(client: OpsCoreClient, jobId: string, signal: AbortSignal): Promise<BulkItem[]> {
  const items: BulkItem[] = []
  let cursor: string | undefined
  do {
    const page = await client.bulk.items(jobId, { limit: 200, signal, ...(cursor === undefined ? {} : { cursor }) })
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return items
}
