/**
 * In which lines somebody may stand, as far as this process knows: whoever joins one marks it, and whoever looks and finds
 * nobody takes the mark away. While it is not known who stands where, everybody may stand everywhere.
 */
export interface LineMarks {
  /** Somebody stands in this line, or may. */
  mark(line: string): void
  /** Nobody stands in it. */
  isFree(line: string): boolean
  /** Begins a look at lines; what it returns is told the lines in which nobody was left. */
  look(): (empty: Iterable<string>) => void
  /** Every line in which somebody stands is marked. */
  allMarked(): void
}

/** `shared`: others write to the store too, so nobody here knows who waits. */
export function createLineMarks({ shared }: { shared: boolean }): LineMarks {
  /** By line, when it was marked last. */
  const marks = new Map<string, number>()
  let time = 0
  let complete = false

  return {
    mark(line) {
      if (!shared) marks.set(line, ++time)
    },
    isFree: (line) => complete && !shared && !marks.has(line),
    look() {
      const since = time
      return (empty) => {
        for (const line of empty) if ((marks.get(line) ?? Infinity) <= since) marks.delete(line)
      }
    },
    allMarked() {
      complete = true
    },
  }
}
