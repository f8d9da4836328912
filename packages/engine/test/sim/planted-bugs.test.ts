import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { PLANTED_BUGS, sourceOf } from './planted-bugs.ts'

const SIM = new URL('./sim.ts', import.meta.url).pathname

/** Those that 20 seeds catch, with the invariant that does and the first seed; docs/simulation.md has all of them. */
const CAUGHT = [
  ['decide-before-lock', 4, 1],
  ['dispatch-before-commit', 6, 21],
  ['wake-ups-forgotten', 10, 1],
  ['once-key-not-kept', 13, 1],
  ['jitter-shortens', 7, 1],
  ['waits-through-a-pause', 9, 1],
  ['clock-frees-place', 16, 1],
  ['refusal-costs-attempt', 17, 1],
  ['waits-with-demoted', 17, 1],
  ['answer-and-report-both-end', 4, 1],
  ['stale-no-op-believed', 15, 21],
  ['sweep-forgets-effects', 15, 10],
  ['hand-over-forgotten', 15, 1],
] as const

it.each(PLANTED_BUGS)('$name has exactly one place in the source to be planted', (bug) => {
  expect(sourceOf(bug).split(bug.find)).toHaveLength(2)
})

it('has every bug in the table of its page', () => {
  const page = readFileSync(new URL('../../../../docs/simulation.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (.+?) \| \d+ \| [a-z\d]+ \|$/gm)].map(([, name, what]) => [
    name,
    what,
  ])
  expect(rows).toEqual(PLANTED_BUGS.map(({ name, what }) => [name, what]))
})

it('plants every bug under a name of its own', () => {
  expect(new Set(PLANTED_BUGS.map(({ name }) => name)).size).toBe(PLANTED_BUGS.length)
})

it.each(CAUGHT)(
  'the simulation catches %s by invariant %i, and says how to see it again',
  async (bug, invariant, from) => {
    const { code, said } = await sim('--from', String(from), '--seeds', '20', '--jobs', '1', '--bug', bug)
    expect(said).toMatch(new RegExp(`^  ${invariant}: `, 'm'))
    expect(said).toMatch(new RegExp(`^again: npm run sim -- --from \\d+ --seeds 1 --bug ${bug}$`, 'm'))
    expect(code).toBe(1)
  },
)

it('the command ends well where nothing is planted, and refuses a bug that nobody knows', async () => {
  const [clean, unknown] = await Promise.all([sim('--seeds', '3', '--jobs', '1'), sim('--bug', 'nonsense')])
  expect(clean.said).toContain('3 seeds without a breach')
  expect(clean.code).toBe(0)
  expect(unknown.said).toContain('No planted bug is called nonsense')
  expect(unknown.code).toBe(1)
})

async function sim(...args: string[]): Promise<{ code: unknown; said: string }> {
  const child = spawn(process.execPath, [SIM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, said: out + err }
}
