import type { Approvers } from '@opscore/contract'
import { schemaProblem } from '../schema/check-schema.ts'
import type { ApprovalWork } from './task-work.ts'
import type { WorkFields } from './work-fields.ts'

export function readApproval(fields: WorkFields): ApprovalWork {
  if (!fields.has('title')) fields.error('title', 'is required of an approval')
  const form = fields.read('form')
  const problem = form === null ? null : schemaProblem(form)
  if (problem !== null) fields.error('form', problem)
  const onExpiry = fields.read('onExpiry') ?? 'fail'
  const escalateTo = fields.read('escalateTo')
  const timeout = fields.duration('timeout')
  if (timeout === null) {
    for (const name of ['onExpiry', 'onTimeout'] as const) {
      if (fields.has(name)) fields.warn(name, 'is never taken without "timeout"')
    }
  }
  if (onExpiry === 'escalate' && escalateTo === null)
    fields.error('escalateTo', 'is required where "onExpiry" is "escalate"')
  if (onExpiry !== 'escalate' && escalateTo !== null) {
    fields.warn('escalateTo', 'has no effect where "onExpiry" is not "escalate"')
  }
  const approvers: Approvers = fields.read('approvers') ?? {}
  const count = approvers.count ?? 1
  const named = approvers.scopes === undefined ? approvers.keys?.length : undefined
  if (named !== undefined && named < count)
    fields.error('approvers', `asks for ${count} of ${named} keys: nobody else may decide`)
  return {
    kind: 'approval',
    title: fields.read('title') ?? '',
    form,
    approvers,
    timeout,
    onTimeout: fields.read('onTimeout'),
    onExpiry,
    escalateTo,
    onReject: fields.read('onReject') ?? 'continue',
  }
}
