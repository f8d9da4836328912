import { ApprovalSummary, ApprovalView, DecideRequest, Page, SCOPES } from '@opscore/contract'
import type { Decider } from '@opscore/engine'
import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Principal } from '../access/principal.ts'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import { pageQuery, readPage } from '../list-cursor.ts'

const ApprovalParams = Type.Object({ approvalId: Type.String({ minLength: 1, maxLength: 512 }) })
type ApprovalParams = Static<typeof ApprovalParams>
const ApprovalQuery = pageQuery({})

/** An edit may be as large as a payload. */
const DECISION_LIMIT = 320 * 1024

/** What people are asked, and what they say. */
export function addApprovalRoutes(app: FastifyInstance, { engine, guard }: ApiContext): void {
  app.get<{ Querystring: Static<typeof ApprovalQuery> }>(
    '/v1/opscore/approval',
    guarded(guard, {
      id: 'listApprovals',
      tag: 'approval',
      summary: 'List open approvals',
      description:
        'In the order in which their sessions began. One is there within a moment after its task began to wait.',
      rule: { scope: 'read', demand: 'management' },
      query: ApprovalQuery,
      answers: { 200: Page(ApprovalSummary) },
      errors: ['INVALID_CURSOR'],
    }),
    ({ query }) => readPage({ list: 'approval', filter: {}, query }, (list) => engine.approvals(list)),
  )

  app.get<{ Params: ApprovalParams }>(
    '/v1/opscore/approval/:approvalId',
    guarded(guard, {
      id: 'getApproval',
      tag: 'approval',
      summary: 'Read an approval with its content and decisions',
      description: 'Also once it is over, for as long as its session is kept.',
      rule: { scope: 'read', demand: 'lookup' },
      params: ApprovalParams,
      answers: { 200: ApprovalView },
      errors: ['APPROVAL_NOT_FOUND'],
    }),
    ({ params }) => engine.approval(params.approvalId),
  )

  app.post<{ Params: ApprovalParams; Body: DecideRequest }>(
    '/v1/opscore/approval/:approvalId/decide',
    {
      bodyLimit: DECISION_LIMIT,
      ...guarded(guard, {
        id: 'decideApproval',
        tag: 'approval',
        summary: 'Approve, reject or edit',
        description:
          'One decision counts; a later one is `409`, with who decided. With `contentHash` a decision on content that was edited since is refused. `edited` takes `content`, which must fit the form.',
        rule: { scope: 'approve', demand: 'management' },
        params: ApprovalParams,
        body: DecideRequest,
        answers: { 200: ApprovalView },
        errors: [
          'APPROVAL_NOT_FOUND',
          'STATE_CONFLICT',
          'PAYLOAD_INVALID',
          'PAYLOAD_TOO_LARGE',
          'STORE_UNAVAILABLE',
          'STORE_FULL',
        ],
      }),
    },
    ({ params, body, principal }) => engine.decideApproval(params.approvalId, body, deciderOf(principal)),
  )
}

/** Where no key is needed, nobody can be told apart. */
function deciderOf(principal: Principal | null): Decider {
  if (!principal) return { keyId: 'anonymous', name: 'anonymous', scopes: SCOPES }
  const { id: keyId, name, scopes } = principal
  return { keyId, name, scopes: scopes.has('admin') ? SCOPES : [...scopes] }
}
