import { EXPOSED_INPUT_LIMIT, EXPOSED_NAME_PATTERN, type Exposure } from '@opscore/contract'
import type { Fields } from './field-reader.ts'

const NAME = new RegExp(EXPOSED_NAME_PATTERN)

/** Checks what a definition says of how outer protocols offer it. Nothing of it changes how it runs. */
export function readExposure(fields: Fields<typeof Exposure.properties> | null): void {
  if (!fields) return
  const name = fields.raw('name')
  if (typeof name === 'string' && !NAME.test(name)) {
    fields.error('name', 'must be the name of a tool: 1 to 64 letters, digits or . _ -')
  } else fields.read('name')
  fields.read('description')
  fields.read('agentId')
  const input = fields.read('input')
  if (!input) return
  if (input.type !== 'object') fields.error('input', 'must be a JSON Schema with "type": "object"')
  else if (JSON.stringify(input).length > EXPOSED_INPUT_LIMIT) {
    fields.error('input', `must be at most ${EXPOSED_INPUT_LIMIT} characters of JSON`)
  }
}
