/** Tasks that no agent does, through the whole of Ops-Core. */
import type { ApprovalView, Page, SessionView } from '@opscore/contract'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type StartedOpsCore, startedOpsCore } from '../http/started-ops-core.ts'

const TRIGGER = '/v1/opscore/agent/one/workflow'
const AGENT = { agentId: 'one' }

describe.each(['memory', 'sqlite'] as const)('tasks that no agent does, over the %s store', (storage) => {
  let opsCore: StartedOpsCore

  beforeEach(async () => {
    opsCore = await startedOpsCore({ storage, rateLimit: null })
    await opsCore.register(AGENT.agentId)
  })
  afterEach(() => opsCore[Symbol.asyncDispose]())

  async function start(workflowDefinition: object, initialPayload: object = {}): Promise<string> {
    const answer = await opsCore.call('POST', TRIGGER, { json: { workflowDefinition, initialPayload } })
    expect(answer).toMatchObject({ status: 202 })
    return answer.json.sessionId
  }

  const session = async (sessionId: string): Promise<SessionView> =>
    (await opsCore.call('GET', `/v1/opscore/session/${sessionId}`)).json

  const signal = (sessionId: string, json: object) =>
    opsCore.call('POST', `/v1/opscore/session/${sessionId}/signal`, { json })

  const inbox = async (): Promise<Page<ApprovalView>> => (await opsCore.call('GET', '/v1/opscore/approval')).json

  async function asked(): Promise<string> {
    await vi.waitFor(async () => expect((await inbox()).items).toHaveLength(1), { timeout: 10_000 })
    return (await inbox()).items[0]?.approvalId ?? ''
  }

  const decide = (approvalId: string, json: object, key?: string) =>
    opsCore.call('POST', `/v1/opscore/approval/${approvalId}/decide`, {
      json,
      ...(key ? { headers: { authorization: `Bearer ${key}` } } : {}),
    })

  async function keyOf(name: string, scopes: string[]): Promise<string> {
    return (await opsCore.call('POST', '/v1/opscore/key', { json: { name, scopes } })).json.key
  }

  it('makes a value of values at once, with defaults that the input has', async () => {
    const input = { type: 'object', properties: { n: { type: 'integer', default: 6 } } }
    const tasks = [{ taskId: 'sum', kind: 'expression', value: { n: '${{ input.n * 7 }}' } }]
    expect(await session(await start({ id: 'sum', input, tasks }))).toMatchObject({
      status: 'completed',
      result: { n: 42 },
      input: { n: 6 },
    })
  })

  it('refuses a payload that does not fit the input, with its place, and starts nothing', async () => {
    const input = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
    const workflowDefinition = { id: 'strict', input, tasks: [{ taskId: 'a', kind: 'expression', value: 1 }] }
    const refused = await opsCore.call('POST', TRIGGER, { json: { workflowDefinition, initialPayload: { n: 'six' } } })
    expect(refused).toMatchObject({
      status: 422,
      json: { code: 'PAYLOAD_INVALID', errors: [{ path: '/initialPayload/n' }] },
    })
    expect((await opsCore.call('GET', '/v1/opscore/session')).json.items).toEqual([])
  })

  it('fails a session whose result does not fit its schema', async () => {
    const tasks = [{ taskId: 'a', kind: 'expression', value: 'text' }]
    const ended = await session(await start({ id: 'out', outputSchema: { type: 'integer' }, tasks }))
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'OUTPUT_INVALID' } })
  })

  it('goes on from a time to the next task by itself', async () => {
    const tasks = [
      { taskId: 'rest', kind: 'wait', for: 0.2, nextTaskId: 'done' },
      { taskId: 'done', kind: 'expression', value: true },
    ]
    const sessionId = await start({ id: 'rest', tasks })
    expect((await opsCore.call('GET', `/v1/opscore/session/${sessionId}/explain`)).json.causes).toMatchObject([
      { code: 'AWAITING_TIME' },
    ])
    await vi.waitFor(
      async () => expect(await session(sessionId)).toMatchObject({ status: 'completed', result: true }),
      { timeout: 10_000 },
    )
  })

  it('takes a signal that came before its wait, counts its id once, and refuses what is not declared', async () => {
    const signals = { mail: { payload: { type: 'object', required: ['text'] } } }
    const tasks = [
      { taskId: 'gate', kind: 'approval', title: 'Go on?', nextTaskId: 'mail' },
      { taskId: 'mail', kind: 'wait', signal: 'mail', nextTaskId: 'again' },
      { taskId: 'again', kind: 'wait', signal: 'mail' },
    ]
    const sessionId = await start({ id: 'mail', signals, tasks })
    expect(await signal(sessionId, { name: 'mail', payload: {} })).toMatchObject({
      status: 422,
      json: { code: 'PAYLOAD_INVALID', errors: [{ path: '/payload/text' }] },
    })
    expect(await signal(sessionId, { name: 'male', payload: {} })).toMatchObject({ status: 422 })
    for (const _ of [1, 2]) {
      const sent = await signal(sessionId, { id: 'first', name: 'mail', payload: { text: 'early' } })
      expect(sent).toMatchObject({ status: 202, json: { signalId: 'first' } })
    }
    await decide(await asked(), { decision: 'approved' })
    expect((await session(sessionId)).tasks).toMatchObject([
      {},
      { status: 'completed', result: { text: 'early' } },
      { status: 'running' },
    ])
    await signal(sessionId, { id: 'second', name: 'mail', payload: { text: 'late' } })
    expect(await session(sessionId)).toMatchObject({ status: 'completed', result: { text: 'late' } })
    expect(await signal(sessionId, { id: 'second', name: 'mail', payload: { text: 'late' } })).toMatchObject({
      status: 202,
    })
    expect(await signal(sessionId, { id: 'third', name: 'mail', payload: { text: 'over' } })).toMatchObject({
      status: 409,
    })
  })

  const gate = {
    taskId: 'gate',
    kind: 'approval',
    title: 'Send ${{ input.what }}?',
    parameters: { text: 'draft' },
    choose: [{ to: 'sent', when: 'result.decision != "rejected"' }, { to: 'kept' }],
  }
  const gated = (more: object = {}) => ({
    id: 'gated',
    tasks: [
      { ...gate, ...more },
      {
        taskId: 'sent',
        kind: 'expression',
        value: { sent: '${{ tasks.gate.result.content }}', how: '${{ tasks.gate.result.decision }}' },
      },
      { taskId: 'kept', kind: 'expression', value: 'kept' },
    ],
  })

  it('asks people, shows who decided, and tells whoever comes later', async () => {
    const sessionId = await start(
      gated({ form: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] } }),
      { what: 'it' },
    )
    const approvalId = await asked()
    const open = (await opsCore.call('GET', `/v1/opscore/approval/${approvalId}`)).json
    expect(open).toMatchObject({ title: 'Send it?', status: 'open', content: { text: 'draft' }, decisions: [] })
    expect((await opsCore.call('GET', `/v1/opscore/session/${sessionId}/explain`)).json.causes).toMatchObject([
      { code: 'AWAITING_APPROVAL' },
    ])
    expect(await decide(approvalId, { decision: 'edited', content: { text: 7 } })).toMatchObject({
      status: 422,
      json: { errors: [{ path: '/content/text' }] },
    })
    expect(await decide(approvalId, { decision: 'approved', contentHash: 'another' })).toMatchObject({ status: 409 })
    const anna = await keyOf('anna', ['approve'])
    const decided = await decide(
      approvalId,
      { decision: 'edited', content: { text: 'better' }, comment: 'so', contentHash: open.contentHash },
      anna,
    )
    expect(decided).toMatchObject({
      status: 200,
      json: { status: 'edited', decisions: [{ by: { name: 'anna' }, comment: 'so' }] },
    })
    expect(await session(sessionId)).toMatchObject({
      status: 'completed',
      result: { sent: { text: 'better' }, how: 'edited' },
    })
    expect(await decide(approvalId, { decision: 'rejected' })).toMatchObject({
      status: 409,
      json: { detail: expect.stringContaining('anna') },
    })
    await vi.waitFor(async () => expect((await inbox()).items).toEqual([]), { timeout: 10_000 })
  })

  it('lets only those decide who are named, and waits until as many have agreed', async () => {
    const sessionId = await start(gated({ approvers: { keys: ['anna', 'ben'], count: 2 } }), { what: 'it' })
    const approvalId = await asked()
    const [anna, ben, carl] = [
      await keyOf('anna', ['approve']),
      await keyOf('ben', ['approve']),
      await keyOf('carl', ['approve']),
    ]
    expect(await decide(approvalId, { decision: 'approved' }, carl)).toMatchObject({ status: 403 })
    expect(await decide(approvalId, { decision: 'approved' }, await keyOf('reader', ['read']))).toMatchObject({
      status: 403,
    })
    expect(await decide(approvalId, { decision: 'approved' }, anna)).toMatchObject({
      status: 200,
      json: { status: 'open' },
    })
    expect(await decide(approvalId, { decision: 'approved' }, anna)).toMatchObject({ status: 409 })
    expect(await decide(approvalId, { decision: 'approved' }, ben)).toMatchObject({
      status: 200,
      json: { status: 'approved' },
    })
    expect(await session(sessionId)).toMatchObject({ status: 'completed', result: { how: 'approved' } })
  })

  it('takes a rejection for an outcome, and an approval that nobody decides for expired', async () => {
    const rejected = await start(gated(), { what: 'it' })
    await decide(await asked(), { decision: 'rejected' })
    expect(await session(rejected)).toMatchObject({ status: 'completed', result: 'kept' })
    await vi.waitFor(async () => expect((await inbox()).items).toEqual([]), { timeout: 10_000 })
    const expired = await start(gated({ timeout: 0.1, onTimeout: 'kept' }), { what: 'it' })
    await vi.waitFor(
      async () => expect(await session(expired)).toMatchObject({ status: 'completed', result: 'kept' }),
      { timeout: 10_000 },
    )
    expect((await session(expired)).tasks[0]).toMatchObject({ status: 'failed', error: { code: 'APPROVAL_EXPIRED' } })
  })

  it('takes an approval out of the inbox when its session is cancelled, and does not let it be completed by hand', async () => {
    const sessionId = await start(gated(), { what: 'it' })
    const approvalId = await asked()
    const byHand = await opsCore.call('POST', `/v1/opscore/task/${sessionId}.1/complete`, { json: { result: 1 } })
    expect(byHand).toMatchObject({ status: 409 })
    await opsCore.call('POST', `/v1/opscore/session/${sessionId}/cancel`, { json: {} })
    await vi.waitFor(async () => expect((await inbox()).items).toEqual([]), { timeout: 10_000 })
    expect((await opsCore.call('GET', `/v1/opscore/approval/${approvalId}`)).json.status).toBe('cancelled')
  })
})
