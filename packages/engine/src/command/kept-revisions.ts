/**
 * What workflows meant before: revisions that another one took the place of.
 *
 * 1. A revision is kept before it is replaced, so that a crash in between loses none.
 * 2. Of a workflow the newest `KEPT` of them are kept, with their definitions, until it is deleted. One that is stored anew under the same id
 *    begins with none: records name the moment at which theirs was created.
 */
import type { Json, Page, StoredWorkflow, WorkflowDefinition, WorkflowRevision } from '@opscore/contract'
import type { ListRequest } from '../engine.ts'
import { dropRecord, FOREVER, type RecordKind } from '../ports/record-store.ts'
import type { Store } from '../ports/store.ts'
import { allPages } from '../query/all-pages.ts'

/** With definitions of 1 MiB at most: 50 MiB for the workflow that has the largest and changes most. */
const KEPT = 50

/** `of`: `createdAt` of the workflow that it is a revision of. */
type KeptRevision = WorkflowRevision & { of: string }

export type KeptRevisions = ReturnType<typeof createKeptRevisions>

export function createKeptRevisions(store: Store, now: () => number) {
  async function put(kind: RecordKind, id: string, value: object): Promise<void> {
    const known = await store.getRecord(kind, id, now())
    const expectedVersion = known?.version ?? 0
    // Whoever wrote it in between wrote the same: what a revision was does not change.
    const record = { kind, id, expectedVersion, expiresAt: FOREVER, now: now() }
    // Plain data.
    await store.putRecord({ ...record, value: value as Json })
  }

  async function drop(id: string): Promise<void> {
    for (const kind of ['revision', 'revision-definition'] as const) {
      const known = await store.getRecord(kind, id, now())
      if (known) await dropRecord(store, { kind, id, expectedVersion: known.version, now: now() })
    }
  }

  async function past({ id, createdAt }: StoredWorkflow): Promise<KeptRevision[]> {
    const prefix = keyOf(id)
    const found: KeptRevision[] = []
    for await (const page of allPages((request) =>
      store.listRecords('revision', now(), { after: prefix, ...request }),
    )) {
      for (const record of page) {
        if (!record.id.startsWith(prefix)) return found
        // It was written by `keep`, with this shape.
        const kept = record.value as KeptRevision
        if (kept.of === createdAt) found.push(kept)
      }
    }
    return found
  }

  return {
    /** Keeps what the workflow is, before another definition takes its place. */
    async keep({ id, revision, hash, updatedAt, createdAt, definition }: StoredWorkflow): Promise<void> {
      await put('revision-definition', keyOf(id, revision), definition)
      const kept: KeptRevision = { revision, hash, storedAt: updatedAt, of: createdAt }
      await put('revision', keyOf(id, revision), kept)
      if (revision > KEPT) await drop(keyOf(id, revision - KEPT))
    },
    async forget(workflow: StoredWorkflow): Promise<void> {
      for (const { revision } of await past(workflow)) await drop(keyOf(workflow.id, revision))
    },
    /** The one that holds and those before it, newest first. */
    async list(workflow: StoredWorkflow, { limit, after }: ListRequest): Promise<Page<WorkflowRevision>> {
      const before = (await past(workflow)).map(({ revision, hash, storedAt }) => ({ revision, hash, storedAt }))
      const { revision, hash, updatedAt: storedAt } = workflow
      const all = [...before.filter((each) => each.revision < revision), { revision, hash, storedAt }].reverse()
      const rest = after === undefined ? all : all.filter((each) => each.revision < Number(after))
      const items = rest.slice(0, limit)
      return { items, nextCursor: rest.length > limit ? String(items.at(-1)?.revision) : null }
    },
    /** `null` where it was never, or is not kept any more. */
    async get(workflow: StoredWorkflow, revision: number): Promise<StoredWorkflow | null> {
      if (revision === workflow.revision) return workflow
      const kept = (await past(workflow)).find((each) => each.revision === revision)
      const text = kept && (await store.getRecord('revision-definition', keyOf(workflow.id, revision), now()))
      if (!kept || !text) return null
      const { id, createdAt } = workflow
      // It was checked when it was stored.
      const definition = text.value as WorkflowDefinition
      return { id, revision, hash: kept.hash, createdAt, updatedAt: kept.storedAt, definition }
    },
  }
}

/** No id has a slash; numbers of one length stand in their order. */
const keyOf = (workflowId: string, revision?: number): string =>
  `${workflowId}/${revision === undefined ? '' : String(revision).padStart(9, '0')}`
