import type { WorkflowDefinition } from '@opscore/contract'
import { expect, it } from 'vitest'
import { commitAll, session } from './commits.ts'
import { everyPage } from './pages.ts'
import type { Subject } from './subject.ts'

export function workflowContract(subject: () => Subject): void {
  const flow = (id: string, name = id): WorkflowDefinition => ({
    id,
    name,
    tasks: [{ taskId: 't', parameters: { n: 1 } }],
  })

  it('stores, changes and leaves a definition by its content', async () => {
    const { store } = subject()
    const created = await store.putWorkflow({ definition: flow('f'), hash: 'h1', now: 0 })
    const first = { id: 'f', revision: 1, hash: 'h1', definition: flow('f') }
    const epoch = '1970-01-01T00:00:00.000Z'
    expect(created).toEqual({ outcome: 'created', workflow: { ...first, createdAt: epoch, updatedAt: epoch } })
    expect(await store.putWorkflow({ definition: flow('f'), hash: 'h1', now: 5 })).toEqual({
      ...created,
      outcome: 'unchanged',
    })
    const changed = await store.putWorkflow({ definition: flow('f', 'new'), hash: 'h2', now: 1_000 })
    const second = { id: 'f', revision: 2, hash: 'h2', createdAt: epoch, updatedAt: '1970-01-01T00:00:01.000Z' }
    expect(changed).toEqual({ outcome: 'updated', workflow: { ...second, definition: flow('f', 'new') } })
    expect(await store.getWorkflow('f')).toEqual({ ...second, definition: flow('f', 'new') })
    expect(await store.getWorkflow('g')).toBeNull()
  })

  it('refuses a change that was made on another state', async () => {
    const { store } = subject()
    const put = (hash: string, ifMatch: string[]) => store.putWorkflow({ definition: flow('f'), hash, now: 0, ifMatch })
    expect(await put('h1', ['h0'])).toEqual({ outcome: 'mismatch' })
    expect((await put('h1', [])).outcome).toBe('created')
    expect(await put('h2', [])).toEqual({ outcome: 'mismatch' })
    expect(await put('h2', ['h0'])).toEqual({ outcome: 'mismatch' })
    expect((await put('h2', ['h0', 'h1'])).outcome).toBe('updated')
  })

  it('leaves a known id as it is where asked to', async () => {
    const { store } = subject()
    const put = (hash: string) => store.putWorkflow({ definition: flow('f', hash), hash, now: 0, onlyIfUnknown: true })
    expect((await put('h1')).outcome).toBe('created')
    expect(await put('h2')).toMatchObject({ outcome: 'unchanged', workflow: { hash: 'h1', revision: 1 } })
    expect(await store.getDefinition('h2')).toBeNull()
  })

  it('creates a definition once where many put it at the same time', async () => {
    const { store } = subject()
    const put = () => store.putWorkflow({ definition: flow('f'), hash: 'h', now: 0 })
    const outcomes = (await Promise.all([put(), put(), put()])).map(({ outcome }) => outcome)
    expect(outcomes).toEqual(['created', 'unchanged', 'unchanged'])
  })

  it('lists in order of id', async () => {
    const { store } = subject()
    for (const id of ['b', 'c', 'a', 'A']) await store.putWorkflow({ definition: flow(id), hash: id, now: 0 })
    const listed = await everyPage((page) => store.listWorkflows(page))
    expect(listed.map(({ id }) => id)).toEqual(['A', 'a', 'b', 'c'])
    expect(listed[2]).toEqual(await store.getWorkflow('b'))
  })

  it('deletes what it knows, where it matches', async () => {
    const { store } = subject()
    await store.putWorkflow({ definition: flow('f'), hash: 'h', now: 0 })
    expect(await store.deleteWorkflow('g')).toBe('unknown')
    expect(await store.deleteWorkflow('f', ['other'])).toBe('mismatch')
    expect(await store.deleteWorkflow('f', ['h'])).toBe('deleted')
    expect(await store.getWorkflow('f')).toBeNull()
    expect(await store.deleteWorkflow('f')).toBe('unknown')
  })

  it('keeps a definition as long as a workflow or session needs it', async () => {
    const { store } = subject()
    await store.putWorkflow({ definition: flow('f'), hash: 'h1', now: 0 })
    await commitAll(store, session('s', 0, { head: { definitionHash: 'h1' } }))
    await store.putWorkflow({ definition: flow('f', 'new'), hash: 'h2', now: 0 })
    await store.putWorkflow({ definition: flow('f', 'newer'), hash: 'h3', now: 0 })
    expect(await store.getDefinition('h1')).toEqual(flow('f'))
    expect(await store.getDefinition('h2')).toBeNull()
    await store.deleteWorkflow('f')
    expect(await store.getDefinition('h1')).toEqual(flow('f'))
    expect(await store.getDefinition('h3')).toBeNull()
  })

  it('takes in an inline definition with its session, and lets it go with the last of them', async () => {
    const { store } = subject()
    const ended = { definitionHash: 'h', status: 'completed', endedAt: 5 } as const
    const definition = { hash: 'h', definition: flow('inline') }
    await commitAll(store, session('s', 0, { head: ended, definition }), session('t', 0, { head: ended, definition }))
    await commitAll(store, session('u', 0, { head: { definitionHash: 'h' }, definition }))
    expect(await store.getDefinition('h')).toEqual(flow('inline'))
    await store.trim({ agentEventsBefore: 0, sessionsEndedBefore: 6, now: 0 })
    expect(await store.getDefinition('h')).toEqual(flow('inline'))
    await commitAll(store, session('u', 1, { head: ended }))
    await store.trim({ agentEventsBefore: 0, sessionsEndedBefore: 6, now: 0 })
    expect(await store.getDefinition('h')).toBeNull()
    await commitAll(store, session('v', 0, { head: { definitionHash: 'h' }, definition }))
    expect(await store.getDefinition('h')).toEqual(flow('inline'))
    expect(await store.loadSession('v')).toMatchObject({ version: 1 })
  })
}
