import { BulkItem, BulkJob, BulkRequest, Page } from '@opscore/contract'
import type { BulkOrder } from '@opscore/engine'
import { parseDateTime, refusedField } from '@opscore/host'
import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import { IdempotencyHeaders, onceFor } from '../idempotency-key.ts'
import { pageQuery, readPage } from '../list-cursor.ts'

/** 10,000 ids with their commas and quotes. */
const BULK_LIMIT = 512 * 1024

const JobParams = Type.Object({ jobId: Type.String({ minLength: 1, maxLength: 128 }) })
type JobParams = Static<typeof JobParams>
const ItemQuery = pageQuery({})

/** One action on many sessions. */
export function addSessionBulkRoutes(app: FastifyInstance, { engine, guard, now }: ApiContext): void {
  app.post<{ Body: BulkRequest; Headers: Static<typeof IdempotencyHeaders> }>(
    '/v1/opscore/session/bulk',
    {
      bodyLimit: BULK_LIMIT,
      config: { rawBody: true },
      ...guarded(guard, {
        id: 'startSessionBulk',
        tag: 'session',
        summary: 'Cancel, retry, pause or resume many sessions',
        description:
          'Exactly one of `selection` and `filter` is given. What is chosen is settled when the job is made; the job then runs in the background, also across a restart. A dry run reads every session and says what would become of it.',
        rule: { scope: 'operate', demand: 'management' },
        headers: IdempotencyHeaders,
        body: BulkRequest,
        answers: { 202: BulkJob },
        errors: ['BULK_TOO_LARGE', 'TOO_MANY_JOBS', 'IDEMPOTENCY_KEY_REUSED', 'STORE_UNAVAILABLE', 'STORE_FULL'],
      }),
    },
    async (request, reply) => {
      const { body, rawBody, principal, headers } = request
      const order = orderOf(body)
      const key = headers['idempotency-key']
      const owner = principal?.id ?? ''
      const once =
        key && rawBody ? onceFor({ key, owner, route: 'session/bulk', body: rawBody, now: now() }) : undefined
      return reply.code(202).send(await engine.startBulk(order, once))
    },
  )

  app.get<{ Params: JobParams }>(
    '/v1/opscore/session/bulk/:jobId',
    guarded(guard, {
      id: 'getSessionBulk',
      tag: 'session',
      summary: 'See how far a bulk job is',
      rule: { scope: 'read', demand: 'lookup' },
      params: JobParams,
      answers: { 200: BulkJob },
      errors: ['JOB_NOT_FOUND'],
    }),
    ({ params }) => engine.bulkJob(params.jobId),
  )

  app.get<{ Params: JobParams; Querystring: Static<typeof ItemQuery> }>(
    '/v1/opscore/session/bulk/:jobId/item',
    guarded(guard, {
      id: 'listSessionBulkItems',
      tag: 'session',
      summary: 'List what became of each session of a bulk job',
      description: 'Those that are done, in the order of the selection.',
      rule: { scope: 'read', demand: 'management' },
      params: JobParams,
      query: ItemQuery,
      answers: { 200: Page(BulkItem) },
      errors: ['JOB_NOT_FOUND', 'INVALID_CURSOR'],
    }),
    ({ params: { jobId }, query }) =>
      readPage({ list: 'bulk-item', filter: { jobId }, query }, (list) => engine.bulkItems(jobId, list)),
  )
}

/** @throws ApiError `VALIDATION_FAILED` where there is no selection and no filter, or both */
function orderOf({ selection, filter, action, reason, dryRun }: BulkRequest): BulkOrder {
  if ((selection === undefined) === (filter === undefined)) {
    throw refusedField(['body'], { message: 'Give either selection or filter', input: { selection, filter } })
  }
  return {
    action,
    ...(selection === undefined ? {} : { selection }),
    ...(filter === undefined ? {} : { filter: filterOf(filter) }),
    ...(reason === undefined ? {} : { reason }),
    ...(dryRun === undefined ? {} : { dryRun }),
  }
}

function filterOf({
  startedFrom,
  startedTo,
  ...values
}: NonNullable<BulkRequest['filter']>): NonNullable<BulkOrder['filter']> {
  return {
    ...values,
    ...(startedFrom === undefined ? {} : { startedFrom: parseDateTime(startedFrom) }),
    ...(startedTo === undefined ? {} : { startedTo: parseDateTime(startedTo) }),
  }
}
