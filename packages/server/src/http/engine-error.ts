import { DefinitionProblem, type ValidationIssue } from '@opscore/contract'
import { DomainError, StoreFullError, StoreUnavailableError } from '@opscore/engine'
import { ApiError, shownInput } from '@opscore/host'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { Check } from 'typebox/value'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** JSON pointer to the workflow definition in this route's body; its problems are named from there. */
    definitionAt?: string
  }
}

/** Seconds. Space is freed by people, so it is not worth asking often. */
const DISK_FULL_RETRY_AFTER = 30

/** What the engine throws, in the words of the API. Anything else comes back as it is. */
export function fromEngineError(error: unknown, request: FastifyRequest): unknown {
  if (error instanceof DomainError) {
    if (error.code === 'PAYLOAD_INVALID') return invalidPayload(error, request)
    if (error.code !== 'INVALID_WORKFLOW_DEFINITION') return new ApiError(error.code, error.message, { cause: error })
    return invalidDefinition(error, request)
  }
  if (error instanceof StoreFullError) {
    return new ApiError('STORE_FULL', 'The disk is full; nothing was written', {
      retryAfter: DISK_FULL_RETRY_AFTER,
      cause: error,
    })
  }
  if (error instanceof StoreUnavailableError) {
    return new ApiError('STORE_UNAVAILABLE', 'The store takes no writes at the moment', {
      retryAfter: error.retryAfter,
      cause: error,
    })
  }
  return error
}

/** FastAPI's list in `detail`, the pointers in `errors`, and the checker's own words (lines, severities) in `problems`. */
function invalidDefinition(error: DomainError, { body, routeOptions }: FastifyRequest): ApiError {
  const { definitionAt = '' } = routeOptions.config
  const given: unknown = error.data.problems
  const problems = Array.isArray(given) ? given.filter((problem) => Check(DefinitionProblem, problem)) : []
  if (problems.length === 0) return new ApiError(error.code, error.message, { cause: error })
  return new ApiError(error.code, error.message, {
    issues: problems.map(({ path, message }) => issueOf(`${definitionAt}${path}`, message, body)),
    errors: problems.map(({ path, message }) => ({ path: `${definitionAt}${path}`, message })),
    data: { problems },
    cause: error,
  })
}

const Issues = Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))

function invalidPayload(error: DomainError, { body }: FastifyRequest): ApiError {
  const given: unknown = error.data.issues
  const issues = Check(Issues, given) ? given : []
  return new ApiError(error.code, error.message, {
    issues: issues.map(({ path, message }) => issueOf(path, message, body)),
    errors: issues,
    cause: error,
  })
}

function issueOf(pointer: string, message: string, body: unknown): ValidationIssue {
  const location = locationOf(pointer)
  const input = location.reduce((holder: unknown, step) => {
    return typeof holder === 'object' && holder !== null && Object.hasOwn(holder, step)
      ? Reflect.get(holder, step)
      : null
  }, body)
  return {
    loc: ['body', ...location],
    msg: message,
    type: 'value_error',
    input: shownInput(input, `${location.at(-1)}`),
  }
}

function locationOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => (/^\d{1,9}$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')))
}
