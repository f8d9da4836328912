/** Word that something stays undone for now, so that it is looked for soon. */
export interface Trouble {
  report(): void
  onReport(hear: () => void): void
}

export function createTrouble(): Trouble {
  const hearers: (() => void)[] = []
  return {
    report() {
      for (const hear of hearers) hear()
    },
    onReport: (hear) => void hearers.push(hear),
  }
}
