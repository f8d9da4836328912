import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAncestry, type Graph, reachableFrom, searchDepthFirst } from '../src/check/task-graph.ts'

const graphs = fc
  .integer({ min: 0, max: 12 })
  .chain((size) =>
    fc.array(fc.array(fc.nat({ max: Math.max(0, size - 1) }), { maxLength: 3 }), { minLength: size, maxLength: size }),
  )

/** Edges lead to higher numbers alone, so that there is no cycle. */
const acyclic = graphs.map((graph) => graph.map((targets, node) => targets.filter((target) => target > node)))

/** Slow and plain: whether a path of at least one edge leads from `from` to `to`. */
function leadsTo(graph: Graph, from: number, to: number): boolean {
  const seen = new Set(graph[from])
  for (let before = -1; before !== seen.size; ) {
    before = seen.size
    for (const node of [...seen]) for (const target of graph[node] ?? []) seen.add(target)
  }
  return seen.has(to)
}

describe('a depth-first search', () => {
  it('finds a back edge exactly where a node leads back to itself', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const hasCycle = graph.some((_, node) => leadsTo(graph, node, node))
        expect(searchDepthFirst(graph).backEdges.length > 0).toBe(hasCycle)
      }),
    )
  })

  it('tells cycles whose edges are there', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        for (const { from, edge, cycle } of searchDepthFirst(graph).backEdges) {
          expect(graph[from]?.[edge]).toBe(cycle[0])
          expect(cycle.at(-1)).toBe(from)
          for (const [place, node] of cycle.slice(1).entries()) expect(graph[cycle[place] ?? -1]).toContain(node)
        }
      }),
    )
  })

  it('orders every node after all it leads to', () => {
    fc.assert(
      fc.property(acyclic, (graph) => {
        const { postOrder, backEdges } = searchDepthFirst(graph)
        expect(backEdges).toEqual([])
        expect(postOrder.toSorted((a, b) => a - b)).toEqual([...graph.keys()])
        for (const [node, targets] of graph.entries()) {
          for (const target of targets) expect(postOrder.indexOf(target)).toBeLessThan(postOrder.indexOf(node))
        }
      }),
    )
  })

  it('takes a chain of 100,000 without recursing', () => {
    const chain = Array.from({ length: 100_000 }, (_, node) => (node < 99_999 ? [node + 1] : [0]))
    expect(searchDepthFirst(chain).backEdges).toHaveLength(1)
  })
})

it('reaches exactly what a path leads to', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const reached = reachableFrom(graph, 0)
      for (const node of graph.keys()) expect(reached[node]).toBe(node === 0 || leadsTo(graph, 0, node))
    }),
  )
})

it('knows the ancestors that paths know', () => {
  fc.assert(
    fc.property(acyclic, (graph) => {
      const isAncestor = createAncestry(graph, searchDepthFirst(graph).postOrder)
      for (const from of graph.keys()) {
        for (const to of graph.keys()) expect(isAncestor(from, to)).toBe(leadsTo(graph, from, to))
      }
    }),
  )
})

it('knows ancestors beyond the first word of their sets', () => {
  const chain = Array.from({ length: 100 }, (_, node) => (node < 99 ? [node + 1] : []))
  const isAncestor = createAncestry(chain, searchDepthFirst(chain).postOrder)
  expect(isAncestor(31, 99) && isAncestor(32, 99) && isAncestor(63, 64)).toBe(true)
  expect(isAncestor(99, 0) || isAncestor(50, 50)).toBe(false)
})
