/** Workflow definitions: checked and compiled once, kept by the hash of their content. */
import { createHash } from 'node:crypto'
import type { DefinitionProblem, Json, StoredWorkflow, WorkflowDefinition } from '@opscore/contract'
import { DomainError } from '../core/domain-error.ts'
import { checkDefinition } from '../core/workflow/check-definition.ts'
import type { CompiledWorkflow } from '../core/workflow/compiled-workflow.ts'
import type { Clock } from '../ports/clock.ts'
import type { Store } from '../ports/store.ts'
import { isSmall } from './is-small.ts'

/** A definition that can run. */
export interface Checked {
  definition: WorkflowDefinition
  compiled: CompiledWorkflow
  hash: string
  warnings: DefinitionProblem[]
}

export interface Definitions {
  /** Compiles what a session runs by. It was checked when it was stored. */
  byHash(hash: string): Promise<CompiledWorkflow>
  /**
   * Checks what somebody sent; refuses what cannot run, with every problem.
   * @throws DomainError `INVALID_WORKFLOW_DEFINITION`, `data.problems`
   */
  check(definition: Json, options?: { strict?: boolean }): Checked
  /** What an id resolves to. @throws DomainError `WORKFLOW_NOT_FOUND` */
  byId(id: string): Promise<{ stored: StoredWorkflow; compiled: CompiledWorkflow }>
  /** What the id resolves to was changed or removed. */
  changed(id: string): void
  /** Makes an inline definition what its id means, where the id meant nothing. Returns its revision, if it has one. */
  adopt(checked: Checked): Promise<number | null>
}

/** An inline one may be empty, as the original takes it; one that is stored was forgotten to be written. */
const NO_TASKS: DefinitionProblem = {
  path: '/tasks',
  message: 'A stored definition needs at least one task',
  severity: 'error',
}

/** Compiled definitions kept in memory. */
const CACHED = 500
/** Characters of a definition that is known again by its text: to hash it costs a fifth of what a start by it does. */
const SHORT_TEXT = 8_192

export function createDefinitions({ store, clock }: { store: Store; clock: Clock }): Definitions {
  const compiled = new Map<string, CompiledWorkflow>()
  const checkedByHash = new Map<string, Checked>()
  const checkedByText = new Map<string, Checked>()
  const byId = new Map<string, StoredWorkflow>()

  function keep<V>(cache: Map<string, V>, key: string, value: V): V {
    cache.set(key, value)
    for (const oldest of cache.keys()) {
      if (cache.size <= CACHED) break
      cache.delete(oldest)
    }
    return value
  }

  function compile(hash: string, definition: WorkflowDefinition): CompiledWorkflow {
    const known = compiled.get(hash)
    if (known) return known
    const checked = checkDefinition(definition)
    if (!checked.compiled) throw new Error(`The stored definition ${hash} cannot run: ${sentence(checked.problems)}`)
    return keep(compiled, hash, checked.compiled)
  }

  async function find(id: string): Promise<StoredWorkflow | null> {
    // Another process may have changed what it means.
    if (store.shared) return store.getWorkflow(id)
    const known = byId.get(id)
    if (known) return known
    const stored = await store.getWorkflow(id)
    return stored && keep(byId, id, stored)
  }

  function examine(definition: Json, strict: boolean, hashed?: string): Checked {
    const { problems, compiled: ready } = checkDefinition(definition)
    if (strict && ready?.tasks.length === 0) problems.push(NO_TASKS)
    const blocking = strict ? problems : problems.filter((problem) => problem.severity === 'error')
    if (blocking.length > 0 || !ready) {
      throw new DomainError('INVALID_WORKFLOW_DEFINITION', sentence(blocking), { problems: blocking })
    }
    const hash = hashed ?? hashOf(definition)
    keep(compiled, hash, ready)
    // The checker has just found that it has the definition's shape.
    return { definition: definition as WorkflowDefinition, compiled: ready, hash, warnings: problems }
  }

  return {
    async byHash(hash) {
      const known = compiled.get(hash)
      if (known) return known
      const definition = await store.getDefinition(hash)
      if (!definition) throw new Error(`The store has no definition ${hash}`)
      return compile(hash, definition)
    },
    check(definition, { strict = false } = {}) {
      if (strict) return examine(definition, true)
      const text = isSmall(definition, SHORT_TEXT) ? JSON.stringify(definition) : null
      const known = text === null ? undefined : checkedByText.get(text)
      if (known) return known
      const hash = hashOf(definition)
      const checked = checkedByHash.get(hash) ?? keep(checkedByHash, hash, examine(definition, false, hash))
      return text === null ? checked : keep(checkedByText, text, checked)
    },
    async byId(id) {
      const stored = await find(id)
      if (!stored) throw new DomainError('WORKFLOW_NOT_FOUND', `Workflow not found: ${id}`)
      return { stored, compiled: compile(stored.hash, stored.definition) }
    },
    changed: (id) => void byId.delete(id),
    async adopt({ definition, hash }) {
      const known = await find(definition.id)
      if (known) return known.hash === hash ? known.revision : null
      const put = await store.putWorkflow({ definition, hash, now: clock.now(), onlyIfUnknown: true })
      return put.outcome !== 'mismatch' && put.workflow.hash === hash ? put.workflow.revision : null
    },
  }
}

/** SHA-256 of the definition with its keys in order, so that two spellings of the same content are the same. */
function hashOf(definition: Json): string {
  return createHash('sha256')
    .update(JSON.stringify(inOrder(definition)))
    .digest('hex')
}

function inOrder(value: Json): Json {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, inOrder(value[key] ?? null)]),
  )
}

function sentence(problems: DefinitionProblem[]): string {
  const [first] = problems
  if (!first) return 'The workflow definition cannot run'
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return `${first.path || '/'}: ${first.message}${more}`
}
