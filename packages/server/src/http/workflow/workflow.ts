import {
  type Json,
  Page,
  StoredWorkflow,
  WORKFLOW_ID_PATTERN,
  WorkflowDefinition,
  WorkflowRevision,
  WorkflowSummary,
} from '@opscore/contract'
import { DomainError } from '@opscore/engine'
import { ApiError } from '@opscore/host'
import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import { pageQuery, readPage } from '../list-cursor.ts'
import { noContent } from '../openapi/operation.ts'
import { DEFINITION_LIMIT } from '../session/trigger.ts'
import { refuseDoubleKey } from './double-key.ts'
import { entityTag, readCondition } from './entity-tag.ts'
import { addYamlParser, YAML_TYPES } from './yaml-body.ts'

const WorkflowParams = Type.Object({ workflowId: Type.String({ minLength: 1, maxLength: 128 }) })
type WorkflowParams = Static<typeof WorkflowParams>

const RevisionParams = Type.Object({
  ...WorkflowParams.properties,
  revision: Type.String({ pattern: '^[1-9][0-9]{0,8}$' }),
})

const WorkflowQuery = pageQuery({})

const ReadHeaders = Type.Object({
  'if-none-match': Type.Optional(Type.String({ description: 'Answers 304 where the ETag still holds' })),
})
const WriteHeaders = Type.Object({
  'if-match': Type.Optional(Type.String({ description: 'The ETag that must still hold' })),
  'if-none-match': Type.Optional(Type.String({ description: '`*`: only where there is none yet' })),
})
type WriteHeaders = Static<typeof WriteHeaders>

const WriteQuery = Type.Object({
  dryRun: Type.Optional(Type.Boolean({ description: 'Stores nothing, and answers as if it did' })),
})

const WRITE_ERRORS = ['PRECONDITION_FAILED', 'BAD_REQUEST', 'STORE_UNAVAILABLE', 'STORE_FULL'] as const

/** Workflow definitions by their ids. */
export function addWorkflowRoutes(app: FastifyInstance, context: ApiContext): void {
  addReading(app, context)
  addRevisions(app, context)
  // Only a definition may come as YAML.
  app.register(async (scope) => {
    addYamlParser(scope)
    addWriting(scope, context)
  })
}

function addReading(app: FastifyInstance, { engine, guard }: ApiContext): void {
  app.get<{ Querystring: Static<typeof WorkflowQuery> }>(
    '/v1/opscore/workflow',
    guarded(guard, {
      id: 'listWorkflows',
      tag: 'workflow',
      summary: 'List workflows, in order of their ids',
      rule: { scope: 'read', demand: 'management' },
      query: WorkflowQuery,
      answers: { 200: Page(WorkflowSummary) },
      errors: ['INVALID_CURSOR'],
    }),
    ({ query }) => readPage({ list: 'workflow', filter: {}, query }, (list) => engine.workflows(list)),
  )

  app.get<{ Params: WorkflowParams; Headers: Static<typeof ReadHeaders> }>(
    '/v1/opscore/workflow/:workflowId',
    guarded(guard, {
      id: 'getWorkflow',
      tag: 'workflow',
      summary: 'Read a workflow definition',
      rule: { scope: 'read', demand: 'lookup' },
      params: WorkflowParams,
      headers: ReadHeaders,
      answers: { 200: StoredWorkflow, 304: noContent('The ETag still holds') },
      errors: ['WORKFLOW_NOT_FOUND', 'BAD_REQUEST'],
    }),
    async ({ params, headers }, reply) => {
      const workflow = await engine.workflow(params.workflowId)
      reply.header('etag', entityTag(workflow.hash))
      const known = readCondition(headers['if-none-match'], 'weak')
      return known === 'any' || known?.includes(workflow.hash) ? reply.code(304).send() : reply.send(workflow)
    },
  )
}

/** What an id meant before. */
function addRevisions(app: FastifyInstance, { engine, guard }: ApiContext): void {
  app.get<{ Params: WorkflowParams; Querystring: Static<typeof WorkflowQuery> }>(
    '/v1/opscore/workflow/:workflowId/revision',
    guarded(guard, {
      id: 'listWorkflowRevisions',
      tag: 'workflow',
      summary: 'List the revisions of a workflow, newest first',
      description: 'The one that holds and the 50 before it.',
      rule: { scope: 'read', demand: 'management' },
      params: WorkflowParams,
      query: WorkflowQuery,
      answers: { 200: Page(WorkflowRevision) },
      errors: ['WORKFLOW_NOT_FOUND', 'INVALID_CURSOR'],
    }),
    ({ params: { workflowId }, query }) =>
      readPage({ list: 'revision', filter: { workflowId }, query }, (list) =>
        engine.workflowRevisions(workflowId, list),
      ),
  )

  app.get<{ Params: Static<typeof RevisionParams> }>(
    '/v1/opscore/workflow/:workflowId/revision/:revision',
    guarded(guard, {
      id: 'getWorkflowRevision',
      tag: 'workflow',
      summary: 'Read a revision of a workflow, with its definition',
      rule: { scope: 'read', demand: 'lookup' },
      params: RevisionParams,
      answers: { 200: StoredWorkflow },
      errors: ['WORKFLOW_NOT_FOUND'],
    }),
    ({ params: { workflowId, revision } }) => engine.workflowRevision(workflowId, Number(revision)),
  )
}

function addWriting(app: FastifyInstance, { engine, guard }: ApiContext): void {
  app.put<{
    Params: WorkflowParams
    Querystring: Static<typeof WriteQuery>
    Headers: WriteHeaders
    Body: Json | undefined
  }>(
    '/v1/opscore/workflow/:workflowId',
    {
      bodyLimit: DEFINITION_LIMIT,
      config: { rawBody: true },
      ...guarded(guard, {
        id: 'putWorkflow',
        tag: 'workflow',
        summary: 'Store a workflow definition',
        description: 'Changed content makes a new revision; sessions keep theirs. Every problem is named at once.',
        rule: { scope: 'operate', demand: 'management' },
        params: Type.Object({ workflowId: Type.String({ pattern: WORKFLOW_ID_PATTERN }) }),
        query: WriteQuery,
        headers: WriteHeaders,
        // The checker says more than a schema can, and all of it at once.
        uncheckedBody: WorkflowDefinition,
        consumes: ['application/json', ...YAML_TYPES],
        answers: { 200: StoredWorkflow, 201: StoredWorkflow },
        errors: ['INVALID_WORKFLOW_DEFINITION', ...WRITE_ERRORS],
      }),
    },
    async ({ params: { workflowId: id }, query, headers, body, rawBody }, reply) => {
      // YAML has been read by then, and has no raw body.
      if (rawBody !== null) refuseDoubleKey(rawBody, body)
      const ifMatch = await expectedHashes(headers, () => engine.workflow(id))
      const stored = await engine.putWorkflow({
        id,
        definition: body ?? null,
        dryRun: query.dryRun === true,
        ...(ifMatch === undefined ? {} : { ifMatch }),
      })
      reply.code(stored.outcome === 'created' ? 201 : 200).header('etag', entityTag(stored.workflow.hash))
      return reply.send(stored.workflow)
    },
  )

  app.delete<{ Params: WorkflowParams; Headers: WriteHeaders }>(
    '/v1/opscore/workflow/:workflowId',
    guarded(guard, {
      id: 'deleteWorkflow',
      tag: 'workflow',
      summary: 'Forget a workflow definition',
      description: 'Sessions that run it go on.',
      rule: { scope: 'operate', demand: 'management' },
      params: WorkflowParams,
      headers: Type.Pick(WriteHeaders, ['if-match']),
      answers: { 204: noContent('It is forgotten') },
      errors: ['WORKFLOW_NOT_FOUND', ...WRITE_ERRORS],
    }),
    async ({ params: { workflowId }, headers }, reply) => {
      const ifMatch = await expectedHashes({ 'if-match': headers['if-match'] }, () => engine.workflow(workflowId))
      await engine.deleteWorkflow(workflowId, ifMatch)
      return reply.code(204).send()
    },
  )
}

/** The hashes of which one must be stored; none of them where it must not exist yet, `undefined` where nothing is asked. */
async function expectedHashes(
  headers: WriteHeaders,
  load: () => Promise<StoredWorkflow>,
): Promise<string[] | undefined> {
  const match = readCondition(headers['if-match'], 'strong')
  const noneMatch = readCondition(headers['if-none-match'], 'weak')
  if (noneMatch !== undefined && (noneMatch !== 'any' || match !== undefined)) {
    throw new ApiError('BAD_REQUEST', 'If-None-Match takes * alone here, and not together with If-Match')
  }
  if (noneMatch === 'any') return []
  return match === 'any' ? [await storedHash(load)] : match
}

async function storedHash(load: () => Promise<StoredWorkflow>): Promise<string> {
  try {
    return (await load()).hash
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'WORKFLOW_NOT_FOUND') throw error
    throw new ApiError('PRECONDITION_FAILED', 'There is no such workflow to match')
  }
}
