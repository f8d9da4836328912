/** Workflows and their definitions. Sessions have theirs in their own partition, so that it comes and goes with them. */
import type { StoredWorkflow, WorkflowDefinition } from '@opscore/contract'
import type { PageRequest, Store, StorePage, Weighed } from '@opscore/engine/store'
import { workflowKeys } from '../link/keys.ts'
import type { Link } from '../link/link.ts'
import { reply } from '../link/reply.ts'
import type { Places } from '../rows/places.ts'
import { memberPage } from './member-page.ts'

/** A workflow that is changed between the two reads it takes, so that its definition has gone, is read again. */
const READS = 5

type Put = Awaited<ReturnType<Store['putWorkflow']>>

export type Definitions = ReturnType<typeof createDefinitions>

export function createDefinitions(link: Link, places: Places, storeId: string) {
  const keys = [workflowKeys.meta]

  async function load(id: string, tries = READS): Promise<Weighed<StoredWorkflow> | null> {
    const found = await link.send('HMGET', workflowKeys.workflow(id), 'revision', 'hash', 'created', 'updated')
    const [revision, hash, ...times] = reply.list(found)
    if (typeof hash !== 'string') return null
    const [definition] = reply.list(await link.send('HMGET', workflowKeys.definitions, hash))
    if (typeof definition !== 'string' && tries > 1) return load(id, tries - 1)
    const item = workflowFrom(id, [revision, hash, ...times, definition])
    return { item, characters: reply.text(definition).length }
  }

  async function put({ definition, hash, now, ifMatch, onlyIfUnknown }: Parameters<Store['putWorkflow']>[0]) {
    const mode = ifMatch ? 'match' : onlyIfUnknown ? 'known' : ''
    const args = [storeId, definition.id, hash, JSON.stringify(definition), String(now), mode, ...(ifMatch ?? [])]
    const [outcome, ...rest] = reply.list(await link.run('putWorkflow', keys, args))
    if (outcome === 'mismatch') return { outcome } satisfies Put
    if (outcome !== 'created' && outcome !== 'updated' && outcome !== 'unchanged') {
      throw new TypeError(`A workflow was ${String(outcome)}`)
    }
    return { outcome, workflow: workflowFrom(definition.id, rest) } satisfies Put
  }

  async function remove(id: string, ifMatch?: string[]) {
    const args = [storeId, id, ifMatch ? 'match' : '', ...(ifMatch ?? [])]
    const outcome = await link.run('deleteWorkflow', keys, args)
    if (outcome === 'deleted' || outcome === 'unknown' || outcome === 'mismatch') return outcome
    throw new TypeError(`A workflow was ${String(outcome)}`)
  }

  /** Where a workflow has it, or else a session: in any partition. */
  async function byHash(hash: string): Promise<WorkflowDefinition | null> {
    const keysOfAll = [workflowKeys.definitions, ...places.all.map(({ definitions }) => definitions)]
    const found = await Promise.all(keysOfAll.map((key) => link.send('HMGET', key, hash)))
    const text = found.map((each) => reply.list(each)[0]).find((each) => typeof each === 'string')
    return typeof text === 'string' ? JSON.parse(text) : null
  }

  return {
    get: async (id: string): Promise<StoredWorkflow | null> => (await load(id))?.item ?? null,
    put,
    remove,
    byHash,
    list: (page: PageRequest): Promise<StorePage<StoredWorkflow>> =>
      memberPage(link, [{ key: workflowKeys.ids, partition: 0 }], page, { load: ({ member }) => load(member) }),
  }
}

/** Revision, hash, times of creation and change, and the definition. */
function workflowFrom(id: string, cells: readonly unknown[]): StoredWorkflow {
  const [revision, hash, created, updated, definition] = cells
  return {
    id,
    revision: reply.number(revision),
    hash: reply.text(hash),
    createdAt: new Date(reply.number(created)).toISOString(),
    updatedAt: new Date(reply.number(updated)).toISOString(),
    definition: JSON.parse(reply.text(definition)),
  }
}
