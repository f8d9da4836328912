import { keepPreviousData, type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ELK } from 'elkjs/lib/elk-api'
import ElkOfWorker from 'elkjs/lib/elk-api'
import workerUrl from 'elkjs/lib/elk-worker.min.js?url'
import type { Flow } from './flow.ts'
import { type Direction, type Placed, placeFlow } from './layout.ts'

type PlacedFlow = Placed & { flow: Flow }

/** How long a layout is kept that nothing shows any more; milliseconds. */
const KEPT = 600_000

/** A flow with where its nodes lie, once that is known; the same shape is laid out once. Until then what was shown before stays. */
export function usePlacedFlow(flow: Flow, direction: Direction): { placed?: PlacedFlow; problem?: string } {
  const queries = useQueryClient()
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['graph-layout', shapeOf(flow, direction)],
    queryFn: async (): Promise<PlacedFlow> => {
      const startedAt = performance.now()
      const placed = await placeFlow(await layouter(queries), flow, direction)
      performance.measure('graph layout', { start: startedAt })
      return { ...placed, flow }
    },
    placeholderData: keepPreviousData,
    structuralSharing: false,
    staleTime: 'static',
    gcTime: KEPT,
  })
  if (error) return { problem: `The graph cannot be laid out: ${String(error)}` }
  if (data === undefined) return {}
  // Names and conditions may be others where the shape is the same.
  return { placed: isPlaceholderData ? data : { ...data, flow } }
}

/** Everything that a layout depends on: nodes are of one size, whatever they say. */
const shapeOf = ({ nodes, edges }: Flow, direction: Direction): string =>
  JSON.stringify([direction, nodes.map(({ id }) => id), edges.map(({ from, to }) => [from, to])])

/** One worker for all graphs: to read its program takes longer than to lay most of them out. */
const layouter = (queries: QueryClient): Promise<ELK> =>
  queries.ensureQueryData({
    queryKey: ['layouter'],
    queryFn: () => new ElkOfWorker({ workerFactory: () => new Worker(workerUrl) }),
    structuralSharing: false,
    staleTime: 'static',
    gcTime: Number.POSITIVE_INFINITY,
  })
