/** `npm run sim -- --from 17 --seeds 1` plays seed 17 alone, exactly as it was played before. */
import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { playSeed } from './play-seed.ts'
import { simulate } from './simulate.ts'

const SEEDS = 300

it(`breaks no invariant in ${SEEDS} worlds`, async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) expect(await playSeed(seed), `seed ${seed}`).toEqual([])
}, 180_000)

it.each([
  [1, 'one process'],
  [2, 'several'],
])('plays seed %i, of %s, the same way again', async (seed) => {
  const traces = await Promise.all([seed, seed].map(traceOf))
  expect(traces[0]).toBe(traces[1])
})

async function traceOf(seed: number): Promise<string> {
  const { store } = await simulate(seed)
  return createHash('sha256')
    .update(JSON.stringify(await store.events([0], 1_000_000)))
    .digest('hex')
}
