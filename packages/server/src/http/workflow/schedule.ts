import {
  BackfillAnswer,
  BackfillRequest,
  ControlRequest,
  CreateScheduleRequest,
  Page,
  PREVIEW_MAXIMUM,
  SCHEDULE_ID_PATTERN,
  ScheduleEntry,
  SchedulePreview,
  ScheduleRequest,
  ScheduleView,
} from '@opscore/contract'
import { parseDateTime, refusedField } from '@opscore/host'
import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import { pageQuery, readPage } from '../list-cursor.ts'
import { noContent } from '../openapi/operation.ts'

/** A session's input among it, as that of a trigger that names a stored workflow. */
const SCHEDULE_LIMIT = 320 * 1024

const PREVIEW_DEFAULT = 10

const PATH = '/v1/opscore/schedule'
const ScheduleParams = Type.Object({ scheduleId: Type.String({ minLength: 1, maxLength: 128 }) })
type ScheduleParams = Static<typeof ScheduleParams>
const ListQuery = pageQuery({})
const PreviewQuery = Type.Object({
  count: Type.Optional(Type.Integer({ minimum: 1, maximum: PREVIEW_MAXIMUM, default: PREVIEW_DEFAULT })),
})

const CHANGE = { scope: 'operate', demand: 'management' } as const
const STORE_ERRORS = ['STORE_UNAVAILABLE', 'STORE_FULL'] as const
const DEFINITION_ERRORS = ['INVALID_SCHEDULE', 'WORKFLOW_NOT_FOUND', ...STORE_ERRORS] as const

/** Workflows that begin by the clock. */
export function addScheduleRoutes(app: FastifyInstance, context: ApiContext): void {
  addDefining(app, context)
  addReading(app, context)
  addTimes(app, context)
  addPausing(app, context)
  addBeginning(app, context)
}

function addDefining(app: FastifyInstance, { engine, guard }: ApiContext): void {
  app.post<{ Body: CreateScheduleRequest }>(
    PATH,
    {
      bodyLimit: SCHEDULE_LIMIT,
      ...guarded(guard, {
        id: 'createSchedule',
        tag: 'schedule',
        summary: 'Make a schedule',
        description: 'Exactly one of `cron` and `interval` is given. The same schedule again answers 200.',
        rule: CHANGE,
        body: CreateScheduleRequest,
        answers: { 200: ScheduleView, 201: ScheduleView },
        errors: ['SCHEDULE_EXISTS', ...DEFINITION_ERRORS],
      }),
    },
    async ({ body }, reply) => {
      const { created, schedule } = await engine.createSchedule(body)
      return reply.code(created ? 201 : 200).send(schedule)
    },
  )

  app.put<{ Params: ScheduleParams; Body: ScheduleRequest }>(
    `${PATH}/:scheduleId`,
    {
      bodyLimit: SCHEDULE_LIMIT,
      ...guarded(guard, {
        id: 'putSchedule',
        tag: 'schedule',
        summary: 'Make or replace a schedule',
        description: 'What is paused stays so. Times before the change are settled: the new ones begin with it.',
        rule: CHANGE,
        params: Type.Object({ scheduleId: Type.String({ pattern: SCHEDULE_ID_PATTERN }) }),
        body: ScheduleRequest,
        answers: { 200: ScheduleView, 201: ScheduleView },
        errors: DEFINITION_ERRORS,
      }),
    },
    async ({ params: { scheduleId }, body }, reply) => {
      const { created, schedule } = await engine.putSchedule(scheduleId, body)
      return reply.code(created ? 201 : 200).send(schedule)
    },
  )

  app.delete<{ Params: ScheduleParams }>(
    `${PATH}/:scheduleId`,
    guarded(guard, {
      id: 'deleteSchedule',
      tag: 'schedule',
      summary: 'Forget a schedule',
      description: 'Sessions that it began go on.',
      rule: CHANGE,
      params: ScheduleParams,
      answers: { 204: noContent('It is forgotten') },
      errors: ['SCHEDULE_NOT_FOUND', ...STORE_ERRORS],
    }),
    async ({ params }, reply) => {
      await engine.deleteSchedule(params.scheduleId)
      return reply.code(204).send()
    },
  )
}

function addReading(app: FastifyInstance, { engine, guard }: ApiContext): void {
  app.get<{ Querystring: Static<typeof ListQuery> }>(
    PATH,
    guarded(guard, {
      id: 'listSchedules',
      tag: 'schedule',
      summary: 'List schedules, in order of their ids',
      rule: { scope: 'read', demand: 'management' },
      query: ListQuery,
      answers: { 200: Page(ScheduleView) },
      errors: ['INVALID_CURSOR'],
    }),
    ({ query }) => readPage({ list: 'schedule', filter: {}, query }, (list) => engine.schedules(list)),
  )

  app.get<{ Params: ScheduleParams }>(
    `${PATH}/:scheduleId`,
    guarded(guard, {
      id: 'getSchedule',
      tag: 'schedule',
      summary: 'Read a schedule',
      rule: { scope: 'read', demand: 'lookup' },
      params: ScheduleParams,
      answers: { 200: ScheduleView },
      errors: ['SCHEDULE_NOT_FOUND'],
    }),
    ({ params }) => engine.schedule(params.scheduleId),
  )
}

/** What became of its times, and which come next. */
function addTimes(app: FastifyInstance, { engine, guard }: ApiContext): void {
  app.get<{ Params: ScheduleParams; Querystring: Static<typeof ListQuery> }>(
    `${PATH}/:scheduleId/history`,
    guarded(guard, {
      id: 'listScheduleHistory',
      tag: 'schedule',
      summary: 'List what became of its times, newest first',
      description: 'Kept for 30 days.',
      rule: { scope: 'read', demand: 'management' },
      params: ScheduleParams,
      query: ListQuery,
      answers: { 200: Page(ScheduleEntry) },
      errors: ['SCHEDULE_NOT_FOUND', 'INVALID_CURSOR'],
    }),
    ({ params: { scheduleId }, query }) =>
      readPage({ list: 'schedule-history', filter: { scheduleId }, query }, (list) =>
        engine.scheduleHistory(scheduleId, list),
      ),
  )

  app.get<{ Params: ScheduleParams; Querystring: Static<typeof PreviewQuery> }>(
    `${PATH}/:scheduleId/preview`,
    guarded(guard, {
      id: 'previewSchedule',
      tag: 'schedule',
      summary: 'See the next times of a schedule',
      description: 'As if it were not paused.',
      rule: { scope: 'read', demand: 'management' },
      params: ScheduleParams,
      query: PreviewQuery,
      answers: { 200: SchedulePreview },
      errors: ['SCHEDULE_NOT_FOUND'],
    }),
    ({ params, query: { count = PREVIEW_DEFAULT } }) => engine.previewSchedule(params.scheduleId, count),
  )
}

function addPausing(app: FastifyInstance, { engine, guard }: ApiContext): void {
  app.post<{ Params: ScheduleParams; Body: ControlRequest }>(
    `${PATH}/:scheduleId/pause`,
    {
      config: { emptyBody: true },
      ...guarded(guard, {
        id: 'pauseSchedule',
        tag: 'schedule',
        summary: 'Pause a schedule',
        description: 'Times that come meanwhile are not made up for.',
        rule: CHANGE,
        params: ScheduleParams,
        body: ControlRequest,
        answers: { 200: ScheduleView },
        errors: ['SCHEDULE_NOT_FOUND', ...STORE_ERRORS],
      }),
    },
    ({ params, body: { reason = 'Paused by an operator' } }) => engine.pauseSchedule(params.scheduleId, reason),
  )

  app.post<{ Params: ScheduleParams }>(
    `${PATH}/:scheduleId/resume`,
    {
      config: { emptyBody: true },
      ...guarded(guard, {
        id: 'resumeSchedule',
        tag: 'schedule',
        summary: 'Resume a paused schedule',
        description: 'Its failures are counted from none.',
        rule: CHANGE,
        params: ScheduleParams,
        answers: { 200: ScheduleView },
        errors: ['SCHEDULE_NOT_FOUND', ...STORE_ERRORS],
      }),
    },
    ({ params }) => engine.resumeSchedule(params.scheduleId),
  )
}

function addBeginning(app: FastifyInstance, { engine, guard }: ApiContext): void {
  app.post<{ Params: ScheduleParams }>(
    `${PATH}/:scheduleId/run`,
    {
      config: { emptyBody: true },
      ...guarded(guard, {
        id: 'runSchedule',
        tag: 'schedule',
        summary: 'Begin a session of a schedule at once',
        description: 'Whatever is open, and also while it is paused.',
        rule: CHANGE,
        params: ScheduleParams,
        answers: { 200: ScheduleEntry },
        errors: ['SCHEDULE_NOT_FOUND', ...STORE_ERRORS],
      }),
    },
    ({ params }) => engine.runSchedule(params.scheduleId),
  )

  app.post<{ Params: ScheduleParams; Body: BackfillRequest }>(
    `${PATH}/:scheduleId/backfill`,
    guarded(guard, {
      id: 'backfillSchedule',
      tag: 'schedule',
      summary: 'Begin the sessions of a range of the past',
      description:
        'One for each time, both ends included, up to 100. A time that has fired or was back-filled in the last week keeps its session, so the request may be repeated.',
      rule: CHANGE,
      params: ScheduleParams,
      body: BackfillRequest,
      answers: { 200: BackfillAnswer },
      errors: ['SCHEDULE_NOT_FOUND', 'INVALID_SCHEDULE', ...STORE_ERRORS],
    }),
    async ({ params, body: { from, to } }) => {
      const range = { from: momentOf('from', from), to: momentOf('to', to) }
      return { items: await engine.backfillSchedule(params.scheduleId, range) }
    },
  )
}

/** @throws ApiError `VALIDATION_FAILED` where it is no date that there is */
function momentOf(field: string, text: string): number {
  const moment = parseDateTime(text)
  if (moment !== undefined) return moment
  throw refusedField(['body', field], { message: 'Input should be a date and time with its offset', input: text })
}
