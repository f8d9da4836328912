/**
 * Seeds from `SIM_SEED` on, `SIM_SEEDS` of them: `SIM_SEED=17 SIM_SEEDS=1 npx vitest run packages/server/test/sim` plays
 * seed 17 alone, exactly as it was played before.
 */
import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { breaches } from './invariants.ts'
import { simulate } from './simulate.ts'

const { SIM_SEED = '1', SIM_SEEDS = '200' } = process.env
const FIRST = Number(SIM_SEED)

it(`comes to its end with nothing lost and nothing left behind, in ${SIM_SEEDS} worlds`, async () => {
  for (let seed = FIRST; seed < FIRST + Number(SIM_SEEDS); seed += 1) {
    const story = await simulate(seed).catch((error) => {
      throw new Error(`seed ${seed}: ${error}`, { cause: error })
    })
    expect(await breaches(story), `seed ${seed}`).toEqual([])
  }
})

it('plays the same seed the same way again', async () => {
  const traces = await Promise.all([FIRST, FIRST].map(async (seed) => traceOf(seed)))
  expect(traces[0]).toBe(traces[1])
})

async function traceOf(seed: number): Promise<string> {
  const { store } = await simulate(seed)
  return createHash('sha256')
    .update(JSON.stringify(await store.events([0], 1_000_000)))
    .digest('hex')
}
