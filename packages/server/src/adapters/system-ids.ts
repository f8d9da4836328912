import { v7 } from 'uuid'
import type { Ids } from '../ports/ids.ts'

/** The machine's randomness. */
export const systemIds: Ids = {
  uuid: () => v7(),
  random: () => Math.random(),
}
