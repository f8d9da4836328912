/**
 * Questions about a graph of tasks. Nodes are numbers; `successors[n]` lists where n leads. All run in time linear in
 * nodes and edges (ancestors: times nodes / 32) and none recurses, so that a hostile graph costs no stack.
 */
export type Graph = readonly (readonly number[])[]

/** An edge that closes a cycle: the `edge`-th of `from`. `cycle` are its nodes in order, from where it leads back to. */
export interface BackEdge {
  from: number
  edge: number
  cycle: readonly number[]
}

export interface DepthFirst {
  /** The first hundred: a dense graph has as many as edges. */
  backEdges: BackEdge[]
  /** Every node after all it leads to; of use where there are no back edges. */
  postOrder: number[]
}

const MAX_BACK_EDGES = 100

/** Depth first from every node, in order. There is a back edge if and only if there is a cycle. */
export function searchDepthFirst(successors: Graph): DepthFirst {
  const state: ('new' | 'open' | 'done')[] = successors.map(() => 'new')
  const found: DepthFirst = { backEdges: [], postOrder: [] }
  for (const root of successors.keys()) {
    if (state[root] !== 'new') continue
    const path = [{ node: root, edge: 0 }]
    state[root] = 'open'
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const edge = top.edge
      const target = successors[top.node]?.[edge]
      top.edge += 1
      if (target === undefined) {
        state[top.node] = 'done'
        found.postOrder.push(top.node)
        path.pop()
      } else if (state[target] === 'new') {
        state[target] = 'open'
        path.push({ node: target, edge: 0 })
      } else if (state[target] === 'open' && found.backEdges.length < MAX_BACK_EDGES) {
        const nodes = path.map((step) => step.node)
        found.backEdges.push({ from: top.node, edge, cycle: nodes.slice(nodes.indexOf(target)) })
      }
    }
  }
  return found
}

/** Whether each node can be reached from `start`, which reaches itself. */
export function reachableFrom(successors: Graph, start: number): boolean[] {
  const reached = successors.map(() => false)
  const queue = start < successors.length ? [start] : []
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (reached[node]) continue
    reached[node] = true
    queue.push(...(successors[node] ?? []))
  }
  return reached
}

/** `isAncestor(a, b)`: whether a path leads from a to b. For graphs without cycles, by their post-order. */
export function createAncestry(
  successors: Graph,
  postOrder: readonly number[],
): (ancestor: number, of: number) => boolean {
  const words = Math.ceil(successors.length / 32)
  const sets = successors.map(() => new Uint32Array(words))
  for (const node of postOrder.toReversed()) {
    const own = sets[node]
    for (const target of new Set(successors[node])) {
      const theirs = sets[target]
      if (!own || !theirs) continue
      for (let word = 0; word < words; word += 1) theirs[word] = (theirs[word] ?? 0) | (own[word] ?? 0)
      theirs[node >>> 5] = (theirs[node >>> 5] ?? 0) | (1 << (node & 31))
    }
  }
  return (ancestor, of) => (((sets[of]?.[ancestor >>> 5] ?? 0) >>> (ancestor & 31)) & 1) === 1
}
