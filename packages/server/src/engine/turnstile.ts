/** Lets so many through at once; the others wait in the order they came. */
export interface Turnstile {
  pass<T>(run: () => Promise<T>): Promise<T>
}

export function createTurnstile(atOnce: number): Turnstile {
  const waiting: (() => void)[] = []
  let inside = 0
  return {
    async pass(run) {
      if (inside >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
      else inside += 1
      try {
        return await run()
      } finally {
        const next = waiting.shift()
        if (next) next()
        else inside -= 1
      }
    },
  }
}
