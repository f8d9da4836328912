/** To four digits: what is beyond is noise, and fills files. `NaN`, of what never happened, is 0. */
export function round(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : 0
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Of nothing it is 0. */
export const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : sum(values) / values.length)
