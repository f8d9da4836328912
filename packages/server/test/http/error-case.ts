/** What the tables of error cases are made of. */
import type { ErrorCode } from '@opscore/contract'
import { signWebhook } from '@opscore/host'
import type { CallOptions } from './api-under-test.ts'
import { anAgent } from './started-ops-core.ts'

export const SECRET = 'the-webhook-secret'
export const NOTIFY = '/v1/opscore/internal/agent/notify'
export const STATE = '/v1/opscore/agent/known/state'
export const TRIGGER = '/v1/opscore/agent/known/workflow'
export const WORKFLOW = '/v1/opscore/workflow/stored'

export const report = { agentId: 'known', timestamp: '2025-04-21T22:16:33.697123+00:00', state: 'idle', details: null }
export const registration = { event_type: 'REGISTER', agent_details: anAgent('new') }
export const stored = { id: 'stored', tasks: [{ taskId: 'only' }] }
export const withTasks = (...tasks: object[]) => ({ workflowDefinition: { id: 'inline', tasks } })
export const anonymous = { authorization: undefined }

export interface Case {
  name: string
  method?: string
  path: string
  options?: CallOptions | (() => CallOptions)
  status: number
  code: ErrorCode
  /** The whole sentence, where clients compare it. */
  detail?: string
  /** Each must be among FastAPI's issues. */
  issues?: { loc: (string | number)[]; type: string }[]
  headers?: Record<string, string>
}

export function signed(
  body: string,
  { at = Date.now(), secret = SECRET, ...more }: { at?: number; secret?: string; signature?: string } = {},
): CallOptions {
  const timestamp = String(Math.floor(at / 1000))
  const signature = more.signature ?? signWebhook({ secret, timestamp, body })
  return { body, headers: { ...anonymous, 'x-agentkit-timestamp': timestamp, 'x-agentkit-signature': signature } }
}
