import { expect, it } from 'vitest'
import { type DiffLine, diffParts, lineDiff } from '../../page/places/workflow-revisions/line-diff.ts'

const SIGNS = { same: ' ', gone: '-', new: '+' } as const
const shown = (lines: readonly DiffLine[]) => lines.map(({ kind, text }) => `${SIGNS[kind]}${text}`)
const diff = (before: string, after: string) =>
  shown(lineDiff(before.split(' ').join('\n'), after.split(' ').join('\n')))

it('shows what went and what came, in the order of the texts', () => {
  expect(diff('a b c', 'a b c')).toEqual([' a', ' b', ' c'])
  expect(diff('a b c', 'a x c')).toEqual([' a', '-b', '+x', ' c'])
  expect(diff('a c', 'a b c')).toEqual([' a', '+b', ' c'])
  expect(diff('a b c', 'b')).toEqual(['-a', ' b', '-c'])
})

it('says no more than is needed, and both texts can be read from it', () => {
  const letters = 'abcdefghij'
  let seed = 7
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed / 2_147_483_648
  }
  const word = () => Array.from({ length: 12 }, () => letters[Math.floor(random() * 4)])
  for (let round = 0; round < 200; round += 1) {
    const [before, after] = [word(), word()]
    const lines = lineDiff(before.join('\n'), after.join('\n'))
    expect(lines.filter(({ kind }) => kind !== 'new').map(({ text }) => text)).toEqual(before)
    expect(lines.filter(({ kind }) => kind !== 'gone').map(({ text }) => text)).toEqual(after)
    expect(lines.filter(({ kind }) => kind === 'same')).toHaveLength(longestCommon(before, after))
  }
})

it('numbers each line as it is in either text, and shows texts that have nothing in common as a whole', () => {
  const [old, fresh] = ['o', 'n'].map((name) => Array.from({ length: 2_000 }, (_, index) => `${name}${index}`))
  const lines = lineDiff(`first\n${old?.join('\n')}`, `first\n${fresh?.join('\n')}`)
  expect(lines[0]).toEqual({ kind: 'same', text: 'first', before: 1, after: 1 })
  expect(lines[1]).toEqual({ kind: 'gone', text: 'o0', before: 2, after: null })
  expect(lines.at(-1)).toEqual({ kind: 'new', text: 'n1999', before: null, after: 2_001 })
})

it('folds what is alike and far from any difference', () => {
  const text = Array.from({ length: 20 }, (_, index) => `line ${index}`)
  const parts = diffParts(lineDiff(text.join('\n'), text.with(10, 'other').join('\n')))
  expect(parts.map(({ isFolded, lines }) => [isFolded, lines.length])).toEqual([
    [true, 7],
    [false, 8],
    [true, 6],
  ])
})

function longestCommon(a: readonly unknown[], b: readonly unknown[]): number {
  const lengths = Array.from({ length: a.length + 1 }, () => Array<number>(b.length + 1).fill(0))
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = lengths[i] ?? []
      row[j] = a[i] === b[j] ? 1 + (lengths[i + 1]?.[j + 1] ?? 0) : Math.max(lengths[i + 1]?.[j] ?? 0, row[j + 1] ?? 0)
    }
  }
  return lengths[0]?.[0] ?? 0
}
