import ELK from 'elkjs/lib/elk-api'
import workerUrl from 'elkjs/lib/elk-worker.min.js?url'
import { useEffect, useState } from 'react'
import type { Flow } from './flow.ts'
import { type Direction, type Placed, placeFlow } from './layout.ts'

/** A flow with where its nodes lie, once that is known. One that takes the place of another is laid out in its turn. */
export function usePlacedFlow(
  flow: Flow,
  direction: Direction,
): { placed?: Placed & { flow: Flow }; problem?: string } {
  const [placed, setPlaced] = useState<Placed & { flow: Flow }>()
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    const elk = new ELK({ workerFactory: () => new Worker(workerUrl) })
    let wanted = true
    placeFlow(elk, flow, direction).then(
      (found) => wanted && setPlaced({ ...found, flow }),
      (error: unknown) => wanted && setProblem(`The graph cannot be laid out: ${String(error)}`),
    )
    return () => {
      wanted = false
      elk.terminateWorker()
    }
  }, [flow, direction])
  return { ...(placed ? { placed } : {}), ...(problem ? { problem } : {}) }
}
