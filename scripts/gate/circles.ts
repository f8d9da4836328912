/** No circle of imports, of values or of types: whoever is in one can be understood, moved and tested only with all the others. */
import { type Imports, readImports } from './imports.ts'
import type { Step } from './step.ts'

/** One way around for each knot of files that import each other: each imports the next, the last the first. */
export function circlesIn(imports: Imports): string[][] {
  return knotsOf(imports).map((knot) => wayAround(imports, new Set(knot)))
}

/** Strongly connected components of more than one file, or of one that imports itself (Tarjan 1972). */
function knotsOf(imports: Imports): string[][] {
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const stack: string[] = []
  const open = new Set<string>()
  const knots: string[][] = []

  function visit(file: string): number {
    const number = order.size
    order.set(file, number)
    lowest.set(file, number)
    stack.push(file)
    open.add(file)
    for (const target of imports.get(file) ?? []) {
      const reached = order.has(target) ? (open.has(target) ? order.get(target) : undefined) : visit(target)
      if (reached !== undefined) lowest.set(file, Math.min(lowest.get(file) ?? number, reached))
    }
    const low = lowest.get(file) ?? number
    if (low === number) {
      const knot = stack.splice(stack.indexOf(file))
      for (const one of knot) open.delete(one)
      if (knot.length > 1 || imports.get(file)?.includes(file)) knots.push(knot)
    }
    return low
  }

  for (const file of imports.keys()) if (!order.has(file)) visit(file)
  return knots
}

/** The shortest way from a file of the knot back to it. */
function wayAround(imports: Imports, knot: ReadonlySet<string>): string[] {
  const [first = ''] = [...knot].sort()
  const cameFrom = new Map<string, string>()
  const reached = [first]
  for (const file of reached) {
    for (const target of imports.get(file) ?? []) {
      if (target === first) {
        const way = [file]
        for (let at = file; at !== first; ) {
          at = cameFrom.get(at) ?? first
          way.unshift(at)
        }
        return way
      }
      if (!knot.has(target) || cameFrom.has(target)) continue
      cameFrom.set(target, file)
      reached.push(target)
    }
  }
  return [first]
}

export const circles: Step = {
  name: 'circles of imports, of values and of types',
  async run() {
    return circlesIn(await readImports())
      .map((way) => [...way, way[0]].join('\n  → '))
      .join('\n')
  },
}
