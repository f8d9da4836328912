import type { Clock } from '../ports/clock.ts'

/** Lets everything else that waits for its turn go first. */
export const nextTurn = (clock: Clock): Promise<void> => new Promise((resolve) => void clock.at(clock.now(), resolve))
