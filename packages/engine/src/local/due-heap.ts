/**
 * What is due next: a binary heap of items by time that also finds an item by its key, so that putting one off or taking
 * it out costs O(log n) and leaves nothing behind. Timers of an agent are put off with its every report.
 *
 * Invariants
 * 1. `nodes[i].at >= nodes[parent(i)].at`; the next item is at the top.
 * 2. `nodes[i].place === i`, and `byKey` holds exactly the nodes of the heap.
 */
export interface DueHeap<T> {
  readonly size: number
  /** Adds the item, or moves and replaces the one with its key. */
  set(key: string, at: number, item: T): void
  get(key: string): T | undefined
  delete(key: string): void
  /** When the first is due; `null` where there is none. */
  nextAt(): number | null
  /** Takes out the first; of those due at the same time, any. */
  take(): T | undefined
}

interface Node<T> {
  key: string
  at: number
  item: T
  place: number
}

export function createDueHeap<T>(): DueHeap<T> {
  const nodes: Node<T>[] = []
  const byKey = new Map<string, Node<T>>()

  function put(node: Node<T>, place: number): void {
    nodes[place] = node
    node.place = place
  }

  function rise(node: Node<T>): void {
    let place = node.place
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = nodes[above]
      if (!parent || parent.at <= node.at) break
      put(parent, place)
      place = above
    }
    put(node, place)
  }

  function sink(node: Node<T>): void {
    let place = node.place
    for (;;) {
      const left = nodes[2 * place + 1]
      const right = nodes[2 * place + 2]
      const least = right && left && right.at < left.at ? right : left
      if (!least || least.at >= node.at) break
      const below = least.place
      put(least, place)
      place = below
    }
    put(node, place)
  }

  function remove(node: Node<T>): void {
    byKey.delete(node.key)
    const last = nodes.pop()
    if (!last || last === node) return
    put(last, node.place)
    settle(last)
  }

  function settle(node: Node<T>): void {
    rise(node)
    sink(node)
  }

  return {
    get size() {
      return nodes.length
    },
    set(key, at, item) {
      const known = byKey.get(key)
      const node = known ?? { key, at, item, place: nodes.length }
      node.at = at
      node.item = item
      if (!known) {
        byKey.set(key, node)
        nodes.push(node)
      }
      settle(node)
    },
    get: (key) => byKey.get(key)?.item,
    delete(key) {
      const node = byKey.get(key)
      if (node) remove(node)
    },
    nextAt: () => nodes[0]?.at ?? null,
    take() {
      const first = nodes[0]
      if (first) remove(first)
      return first?.item
    },
  }
}
