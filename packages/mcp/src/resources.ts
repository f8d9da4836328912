import {
  type ListResourcesResult,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
} from '@modelcontextprotocol/server'
import { type OpsCoreClient, OpsCoreError } from '@opscore/sdk'

const JSON_TYPE = 'application/json'
const PAGE = 50
const URI = /^opscore:\/\/(agent|session)\/([^/?#]+)$/

const uriOf = (kind: string, id: string) => `opscore://${kind}/${encodeURIComponent(id)}`

export const RESOURCE_TEMPLATES = [
  {
    name: 'session',
    uriTemplate: 'opscore://session/{sessionId}',
    description: 'A session with its tasks and their attempts',
    mimeType: JSON_TYPE,
  },
  {
    name: 'agent',
    uriTemplate: 'opscore://agent/{agentId}',
    description: 'An agent: what it can do, its state, what it has to do',
    mimeType: JSON_TYPE,
  },
]

/** The agents, and after them the sessions, newest first; a cursor says which of the two it goes on with. */
export async function listResources(
  client: OpsCoreClient,
  { cursor: text, signal }: { cursor: string | undefined; signal: AbortSignal },
): Promise<ListResourcesResult> {
  const { kind = 'agent', cursor } = /^(?<kind>agent|session):(?<cursor>.*)$/s.exec(text ?? '')?.groups ?? {}
  const page = { limit: PAGE, signal, ...(cursor ? { cursor } : {}) }
  if (kind === 'agent') {
    const { items, nextCursor } = await client.agents.list(page)
    const resources = items.map(({ agentId, agentName, state }) => ({
      ...{ uri: uriOf('agent', agentId), name: agentId, title: agentName, mimeType: JSON_TYPE },
      description: `Agent, ${state}`,
    }))
    return { resources, nextCursor: nextCursor === null ? 'session:' : `agent:${nextCursor}` }
  }
  const { items, nextCursor } = await client.sessions.list(page)
  const resources = items.map(({ sessionId, workflowId, status }) => ({
    ...{ uri: uriOf('session', sessionId), name: sessionId, mimeType: JSON_TYPE },
    description: `Session of ${workflowId}, ${status}`,
  }))
  return { resources, ...(nextCursor === null ? {} : { nextCursor: `session:${nextCursor}` }) }
}

export async function readResource(
  client: OpsCoreClient,
  uri: string,
  signal: AbortSignal,
): Promise<ReadResourceResult> {
  const [, kind, escaped = ''] = URI.exec(uri) ?? []
  if (kind === undefined) throw new ResourceNotFoundError(uri)
  try {
    const id = decodeURIComponent(escaped)
    const calls = kind === 'agent' ? client.agents : client.sessions
    return { contents: [{ uri, mimeType: JSON_TYPE, text: JSON.stringify(await calls.get(id, { signal })) }] }
  } catch (error) {
    if (error instanceof OpsCoreError && error.status === 404) throw new ResourceNotFoundError(uri)
    throw protocolError(error)
  }
}

/** An error as a protocol error, for answers that have no place for one of a tool. */
export function protocolError(error: unknown): unknown {
  if (!(error instanceof OpsCoreError)) return error
  return new ProtocolError(ProtocolErrorCode.InternalError, `${error.detail} (${error.code})`, {
    code: error.code,
    status: error.status,
    requestId: error.requestId,
  })
}
