import { setImmediate } from 'node:timers/promises'
import { DomainError } from '@opscore/engine'
import { ApiError } from '@opscore/host'
import { type CheckedText, checkTextInSteps } from '@opscore/workflow'
import type { FastifyInstance } from 'fastify'

export const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml']

/** YAML takes far longer to read than JSON. 500 tasks fit. */
const YAML_LIMIT = 256 * 1024

/** Takes a definition in YAML for the same as its JSON, on the routes of `scope`. Its problems bear line and column. */
export function addYamlParser(scope: FastifyInstance): void {
  scope.addContentTypeParser(YAML_TYPES, { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => {
    if (body.length > YAML_LIMIT)
      throw new ApiError('PAYLOAD_TOO_LARGE', 'YAML may have 256 KiB; send JSON beyond that')
    const { problems, definition } = await checkInTurns(body)
    if (problems.length === 0) return definition
    throw new DomainError('INVALID_WORKFLOW_DEFINITION', 'The workflow definition has problems', { problems })
  })
}

/** Everybody else has a turn between its steps: a large definition takes some 50 ms in all. */
async function checkInTurns(body: Buffer): Promise<CheckedText> {
  const steps = checkTextInSteps(body, 'yaml')
  for (;;) {
    const step = steps.next()
    await setImmediate()
    if (step.done) return step.value
  }
}
