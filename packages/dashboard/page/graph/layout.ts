import type { ELK, ElkNode } from 'elkjs/lib/elk-api'
import type { Flow } from './flow.ts'

export interface Placed {
  /** By the node's id; pixels, of its upper left corner. */
  positions: ReadonlyMap<string, { x: number; y: number }>
  width: number
  height: number
}

/** Which way a flow runs. */
export type Direction = 'RIGHT' | 'DOWN'

export const NODE = { width: 196, height: 44 }

/** Edges are drawn from node to node, so where ELK would lead them is not asked for. */
const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.edgeRouting': 'POLYLINE',
  'elk.spacing.nodeNode': '14',
  'elk.layered.spacing.nodeNodeBetweenLayers': '48',
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
}

/** From so many nodes on fewer crossings are not worth the wait: 500 take a third to a seventh of the time (elkjs 0.12). */
const LARGE = 120
const LARGE_OPTIONS = {
  'elk.layered.thoroughness': '1',
  'elk.layered.layering.strategy': 'LONGEST_PATH_SOURCE',
  'elk.layered.crossingMinimization.greedySwitch.type': 'OFF',
}

/** Lays a flow out, in a worker: the page goes on meanwhile. */
export async function placeFlow(elk: ELK, { nodes, edges }: Flow, direction: Direction): Promise<Placed> {
  const options = nodes.length < LARGE ? OPTIONS : { ...OPTIONS, ...LARGE_OPTIONS }
  const graph: ElkNode = {
    id: 'flow',
    layoutOptions: { ...options, 'elk.direction': direction },
    children: nodes.map(({ id }) => ({ id, ...NODE })),
    edges: edges.map(({ from, to }, index) => ({ id: String(index), sources: [from], targets: [to] })),
  }
  const { children = [], width = 0, height = 0 } = await elk.layout(graph)
  return { positions: new Map(children.map(({ id, x = 0, y = 0 }) => [id, { x, y }])), width, height }
}
