import { ERROR_CATALOGUE, type ErrorCode } from '@opscore/contract'
import { type OutboundAnswer, parseJsonBody } from '@opscore/host'
import Type from 'typebox'
import { Check } from 'typebox/value'

/** What Ops-Core itself said no with. */
export interface OwnRefusal {
  code: ErrorCode
  reason: string
}

/** Of a problem what is needed here, so that an older or a newer Ops-Core is understood as well. */
const OwnProblem = Type.Object({
  code: Type.String(),
  type: Type.Optional(Type.String()),
  detail: Type.Optional(Type.Union([Type.String(), Type.Array(Type.Object({}))])),
})
const Issue = Type.Object({ loc: Type.Array(Type.Union([Type.String(), Type.Number()])), msg: Type.String() })

/** In code points. A reason stands in logs, and in answers about the agent. */
const REASON_LENGTH = 500

/**
 * Reads an error answer that Ops-Core gave itself: problem details with a code of the catalogue. A proxy, a gateway or a
 * captive page in front of it says `404`, `403` or `413` as well, and means nothing for good by it.
 */
export function readOwnRefusal({ headers, body, truncated }: OutboundAnswer): OwnRefusal | undefined {
  if (truncated || !/^application\/problem\+json *(?:;|$)/i.test(String(headers['content-type'] ?? '')))
    return undefined
  const problem = parse(body)
  if (!Check(OwnProblem, problem) || !isCode(problem.code)) return undefined
  const { code, type = 'about:blank', detail = '' } = problem
  if (type !== 'about:blank' && type !== `urn:opscore:error:${code}`) return undefined
  const said = typeof detail === 'string' ? detail : detail.map(sentenceOf).join('; ')
  return {
    code,
    reason: Array.from(said || ERROR_CATALOGUE[code].title)
      .slice(0, REASON_LENGTH)
      .join(''),
  }
}

function sentenceOf(issue: object): string {
  return Check(Issue, issue) ? `${issue.loc.join('.')}: ${issue.msg}` : ''
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CATALOGUE, code)
}

function parse(body: Buffer): unknown {
  try {
    return parseJsonBody(body)
  } catch {
    return undefined
  }
}
