import { parseArgs } from 'node:util'

export interface Options {
  /** Print one JSON document instead of tables. */
  json: boolean
  /** Runs of each side. */
  rounds: number
  /** Of one run. */
  seconds: number
}

/** Reads `--json`, `--rounds n` and `--seconds n`. */
export function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '6' },
    },
  })
  return {
    json: values.json,
    rounds: positive(values.rounds, '--rounds'),
    seconds: positive(values.seconds, '--seconds'),
  }
}

function positive(text: string, name: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`${name} must be a whole number from 1 to 9999`)
  return Number(text)
}
