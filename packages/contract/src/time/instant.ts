import Type from 'typebox'

/** An ISO 8601 instant with its offset, as the wire has it. */
export const Instant = Type.String({
  format: 'date-time',
  description: 'ISO 8601 with an offset',
  examples: ['2026-01-02T03:04:05.678Z'],
})
export type Instant = string
