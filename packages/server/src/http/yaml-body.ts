import { isUtf8 } from 'node:buffer'
import { ApiError, parseJsonBody } from '@opscore/host'
import type { FastifyInstance } from 'fastify'
import { LineCounter, parseDocument } from 'yaml'

export const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml']

/** YAML takes far longer to parse than JSON; beyond this it would hold the event loop for others. 500 tasks fit. */
const YAML_LIMIT = 256 * 1024

/** More brackets or indents within each other than any definition has would only be there to exhaust the stack. */
const NESTING_LIMIT = 64

/** Takes a body in YAML for the same as its JSON, on the routes of `scope`. */
export function addYamlParser(scope: FastifyInstance): void {
  scope.addContentTypeParser(YAML_TYPES, { parseAs: 'buffer', bodyLimit: YAML_LIMIT }, (_request, body, done) => {
    try {
      done(null, parseYamlBody(Buffer.from(body)))
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
    }
  })
}

/** Throws `INVALID_WORKFLOW_DEFINITION` with the line, and what `parseJsonBody` throws. */
export function parseYamlBody(body: Buffer): unknown {
  if (!isUtf8(body)) throw invalid('The body is not UTF-8')
  const text = body.toString()
  if (isNestedTooDeep(text))
    throw new ApiError('JSON_TOO_DEEP', `The YAML is nested deeper than ${NESTING_LIMIT} levels`)
  const lines = new LineCounter()
  const document = parseDocument(text, { schema: 'core', lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  const problem = document.errors[0]
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0])
    throw invalid(`${problem.message}, at line ${line}, column ${col}`)
  }
  return parseJsonBody(Buffer.from(toJson(() => document.toJS())))
}

/** What YAML can say and JSON cannot (cycles, aliases beyond measure) is refused. */
function toJson(read: () => unknown): string {
  try {
    return JSON.stringify(read()) ?? 'null'
  } catch (error) {
    throw invalid(`The YAML cannot be written as JSON: ${error instanceof Error ? error.message : ''}`)
  }
}

function isNestedTooDeep(text: string): boolean {
  let brackets = 0
  for (const character of text) {
    if (character === '[' || character === '{') brackets += 1
    else if (character === ']' || character === '}') brackets -= 1
    if (brackets > NESTING_LIMIT) return true
  }
  return /(?:[-?:] +){65}/.test(text) || /^ {1024}/m.test(text)
}

function invalid(message: string): ApiError {
  return new ApiError('INVALID_WORKFLOW_DEFINITION', message, {
    issues: [{ loc: ['body'], msg: message, type: 'yaml_invalid' }],
    errors: [{ path: '', message }],
  })
}
