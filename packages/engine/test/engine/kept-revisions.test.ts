import type { WorkflowDefinition } from '@opscore/contract'
import { expect, it } from 'vitest'
import { createKeptRevisions } from '../../src/command/kept-revisions.ts'
import { createWorkflowCommands } from '../../src/command/workflow-commands.ts'
import { createDefinitions } from '../../src/definitions.ts'
import { createMemoryStore } from '../../src/memory/memory-store.ts'
import { createManualClock } from '../local/manual-clock.ts'
import { silentLog } from './silent-log.ts'

const flow = (name: string, id = 'f'): WorkflowDefinition => ({ id, name, tasks: [{ taskId: 't' }] })

function trial() {
  const clock = createManualClock(1_000)
  const store = createMemoryStore({ clock, log: silentLog })
  const definitions = createDefinitions({ store, clock })
  const revisions = createKeptRevisions(store, clock.now)
  const commands = createWorkflowCommands({ store, definitions, clock, revisions })
  const put = (name: string, id = 'f') => commands.putWorkflow({ id, definition: { ...flow(name, id) } })
  async function names(id = 'f'): Promise<(string | null | undefined)[]> {
    const workflow = await store.getWorkflow(id)
    if (workflow === null) return []
    const { items } = await revisions.list(workflow, { limit: 200 })
    return Promise.all(items.map(async ({ revision }) => (await revisions.get(workflow, revision))?.definition.name))
  }
  return { ...commands, store, clock, revisions, put, names }
}

it('what an id meant before is there, newest first, each as it was and since when', async () => {
  const { store, put, names, clock, revisions } = trial()
  for (const name of ['one', 'two', 'two', 'three']) {
    await put(name)
    await put(name, 'f.other')
    clock.advance(1_000)
  }
  expect(await names()).toEqual(['three', 'two', 'one'])
  const workflow = await store.getWorkflow('f')
  if (!workflow) throw new Error('It is stored')
  const first = await revisions.list(workflow, { limit: 2 })
  expect(first.items).toMatchObject([
    { revision: 3, storedAt: '1970-01-01T00:00:04.000Z' },
    { revision: 2, storedAt: '1970-01-01T00:00:02.000Z' },
  ])
  const rest = await revisions.list(workflow, { limit: 2, after: first.nextCursor ?? '' })
  expect(rest).toMatchObject({ items: [{ revision: 1 }], nextCursor: null })
  expect(await revisions.get(workflow, 4)).toBeNull()
})

it('of those who store at the same time each takes the place of the one before, and none is lost', async () => {
  const { put, names } = trial()
  const all = Array.from({ length: 8 }, (_, index) => `n${index}`)
  await Promise.all(all.map((name) => put(name)))
  const kept = await names()
  expect(kept).toHaveLength(8)
  expect([...kept].sort()).toEqual(all)
})

it('the newest fifty are kept beside the one that holds', async () => {
  const { put, names } = trial()
  for (let index = 1; index <= 54; index += 1) await put(`n${index}`)
  const kept = await names()
  expect(kept).toHaveLength(51)
  expect([kept[0], kept.at(-1)]).toEqual(['n54', 'n4'])
})

it('one that is deleted and stored anew begins without a past', async () => {
  const { put, names, deleteWorkflow, clock } = trial()
  await put('one')
  await put('two')
  await deleteWorkflow('f')
  expect(await names()).toEqual([])
  clock.advance(1_000)
  await put('three')
  expect(await names()).toEqual(['three'])
  await put('four')
  expect(await names()).toEqual(['four', 'three'])
})
