import { breaches } from './invariants.ts'
import { neighbours } from './neighbours.ts'
import { simulate } from './simulate.ts'

/** Plays one seed and returns its breaches, each beginning with the number of its invariant. */
export async function playSeed(seed: number): Promise<string[]> {
  try {
    return [...(await breaches(await simulate(seed))), ...(await neighbours(seed))]
  } catch (error) {
    return [`the story broke off: ${error instanceof Error ? error.message : String(error)}`]
  }
}
