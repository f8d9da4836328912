/** What differs between two texts, line by line. */

export interface DiffLine {
  kind: 'same' | 'gone' | 'new'
  text: string
  /** Its number in the text before and in the one after, from 1; where it is in that one. */
  before: number | null
  after: number | null
}

/** Beyond so many differing lines what lies between is shown as gone and new as a whole: finding the least difference would hold the page. */
const EFFORT = 1_500

/** The least that must go and come (Myers, "An O(ND) Difference Algorithm", 1986), with what is alike at both ends set aside first. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [old, fresh] = [before.split('\n'), after.split('\n')]
  let head = 0
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head += 1
  let tail = 0
  while (tail < old.length - head && tail < fresh.length - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1
  const kinds = [
    ...Array<DiffLine['kind']>(head).fill('same'),
    ...between(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail)),
    ...Array<DiffLine['kind']>(tail).fill('same'),
  ]
  let [atOld, atFresh] = [0, 0]
  return kinds.map((kind) => {
    const text = (kind === 'new' ? fresh[atFresh] : old[atOld]) ?? ''
    if (kind !== 'new') atOld += 1
    if (kind !== 'gone') atFresh += 1
    return { kind, text, before: kind === 'new' ? null : atOld, after: kind === 'gone' ? null : atFresh }
  })
}

/** How far each diagonal reached, for every number of differences, until both ends are reached. */
function between(old: readonly string[], fresh: readonly string[]): DiffLine['kind'][] {
  const reaches: Map<number, number>[] = []
  const most = Math.min(EFFORT, old.length + fresh.length)
  const reached = new Map([[1, 0]])
  for (let differences = 0; differences <= most; differences += 1) {
    reaches.push(new Map(reached))
    for (let diagonal = -differences; diagonal <= differences; diagonal += 2) {
      let x = startOf(reached, diagonal, differences)
      while (x < old.length && x - diagonal < fresh.length && old[x] === fresh[x - diagonal]) x += 1
      reached.set(diagonal, x)
      if (x >= old.length && x - diagonal >= fresh.length) return wayBack(reaches, old.length, fresh.length)
    }
  }
  return [...old.map(() => 'gone' as const), ...fresh.map(() => 'new' as const)]
}

/** Whether a line comes, or one goes: from the neighbouring diagonal that reached further. */
const comes = (reached: ReadonlyMap<number, number>, diagonal: number, differences: number): boolean =>
  diagonal === -differences ||
  (diagonal !== differences && (reached.get(diagonal - 1) ?? -1) < (reached.get(diagonal + 1) ?? -1))

const startOf = (reached: ReadonlyMap<number, number>, diagonal: number, differences: number): number =>
  comes(reached, diagonal, differences) ? (reached.get(diagonal + 1) ?? 0) : (reached.get(diagonal - 1) ?? 0) + 1

function wayBack(reaches: readonly ReadonlyMap<number, number>[], oldEnd: number, freshEnd: number) {
  const kinds: DiffLine['kind'][] = []
  let [x, y] = [oldEnd, freshEnd]
  for (let differences = reaches.length - 1; differences >= 0; differences -= 1) {
    const reached = reaches[differences] ?? new Map<number, number>()
    const isNew = comes(reached, x - y, differences)
    const diagonal = isNew ? x - y + 1 : x - y - 1
    const fromX = differences === 0 ? 0 : (reached.get(diagonal) ?? 0)
    const fromY = differences === 0 ? 0 : fromX - diagonal
    while (x > fromX && y > fromY) {
      kinds.push('same')
      x -= 1
      y -= 1
    }
    if (differences === 0) break
    kinds.push(isNew ? 'new' : 'gone')
    x = fromX
    y = fromY
  }
  return kinds.reverse()
}

export type DiffPart = { lines: readonly DiffLine[]; isFolded: boolean }

/** Lines around a difference that are shown with it. */
const AROUND = 3

/** What is alike and far from any difference is folded away. */
export function diffParts(lines: readonly DiffLine[]): DiffPart[] {
  const near = new Uint8Array(lines.length)
  for (const [index, { kind }] of lines.entries()) {
    if (kind !== 'same') near.fill(1, Math.max(0, index - AROUND), index + AROUND + 1)
  }
  const parts: { lines: DiffLine[]; isFolded: boolean }[] = []
  for (const [index, line] of lines.entries()) {
    const isFolded = near[index] === 0
    const last = parts.at(-1)
    if (last?.isFolded === isFolded) last.lines.push(line)
    else parts.push({ lines: [line], isFolded })
  }
  return parts
}
