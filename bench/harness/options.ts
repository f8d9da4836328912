import { parseArgs } from 'node:util'

export interface Options {
  /** Print one JSON document instead of tables. */
  json: boolean
  /** How often what is not loaded for a time is measured. */
  rounds: number
  /** Runs of each of two sides that are loaded in turn. Many short ones: the machine itself gets faster and slower within seconds. */
  turns: number
  /** Of one such run. */
  seconds: number
}

/** Reads `--json`, `--rounds n`, `--turns n` and `--seconds n`. */
export function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      turns: { type: 'string', default: '15' },
      seconds: { type: 'string', default: '2' },
    },
  })
  return {
    json: values.json,
    rounds: positive(values.rounds, '--rounds'),
    turns: positive(values.turns, '--turns'),
    seconds: positive(values.seconds, '--seconds'),
  }
}

function positive(text: string, name: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`${name} must be a whole number from 1 to 9999`)
  return Number(text)
}
