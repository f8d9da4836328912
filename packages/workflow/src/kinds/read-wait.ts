import { isTemplate } from '../expression/template.ts'
import { parseInstant } from './parse-instant.ts'
import type { WaitWork } from './task-work.ts'
import type { WorkFields } from './work-fields.ts'

/** Exactly one of `for`, `until`, `signal` and `signals`. */
export function readWait(fields: WorkFields): WaitWork {
  const [form, ...others] = (['for', 'until', 'signal', 'signals'] as const).filter((name) => fields.has(name))
  if (form === undefined) fields.error('kind', '"wait" needs "for", "until", "signal" or "signals"')
  for (const other of others) fields.error(other, `does not go with "${form}": a task waits for one thing`)
  const until = fields.read('until')
  if (until !== null && !isTemplate(until) && parseInstant(until) === null) {
    fields.error(
      'until',
      'must be an instant with its zone, such as 2026-12-01T09:00:00+01:00, or a template that gives one',
    )
  }
  const one = fields.read('signal')
  const several = fields.read('signals')
  const isOfTime = form === 'for' || form === 'until'
  for (const name of ['timeout', 'onTimeout'] as const) {
    if (isOfTime && fields.has(name)) fields.error(name, `does not go with "${form}": that ends by itself`)
  }
  const timeout = fields.duration('timeout')
  if (timeout === null && fields.has('onTimeout')) fields.warn('onTimeout', 'is never taken without "timeout"')
  return {
    kind: 'wait',
    for: fields.duration('for', 0),
    until,
    signals: [...new Set(several ?? (one === null ? [] : [one]))],
    anyOf: several !== null,
    timeout,
    onTimeout: fields.read('onTimeout'),
  }
}
