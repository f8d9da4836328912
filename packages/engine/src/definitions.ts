/** Workflow definitions: checked and compiled once, kept by the hash of their content. */
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { DefinitionProblem, Json, StoredWorkflow, WorkflowDefinition } from '@opscore/contract'
import type { CompiledWorkflow } from '@opscore/workflow'
import { checkDefinition } from '@opscore/workflow'
import { DomainError } from './core/domain-error.ts'
import type { Clock } from './ports/clock.ts'
import type { Store } from './ports/store.ts'

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
  /** What an id resolves to; at once, where that is known. @throws DomainError `WORKFLOW_NOT_FOUND` */
  byId(id: string): Resolved | Promise<Resolved>
  /** What the id resolves to was changed or removed. */
  changed(id: string): void
  /**
   * Makes an inline definition what its id means, where the id meant nothing; at once, where that is known. Returns its revision, if it
   * has one.
   */
  adopt(checked: Checked): number | null | Promise<number | null>
}

export interface Resolved {
  stored: StoredWorkflow
  compiled: CompiledWorkflow
}

/** An inline one may be empty, as the original takes it; one that is stored was forgotten to be written. */
const NO_TASKS: DefinitionProblem = {
  path: '/tasks',
  message: 'A stored definition needs at least one task',
  severity: 'error',
}

/** Compiled definitions kept in memory. */
const CACHED = 500

export function createDefinitions({ store, clock }: { store: Store; clock: Clock }): Definitions {
  const compiled = new Map<string, CompiledWorkflow>()
  const checkedByHash = new Map<string, Checked>()
  /** By their ids: known again by comparing, as to hash one costs a fifth of what a start by it does. */
  const checkedLast = new Map<string, Checked>()
  const byId = new Map<string, Resolved>()

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
    const checked = checkDefinition(definition, { stored: true })
    if (!checked.compiled) throw new Error(`The stored definition ${hash} cannot run: ${sentence(checked.problems)}`)
    return keep(compiled, hash, checked.compiled)
  }

  /** As it is known here; another process may have changed what it means. */
  const knownById = (id: string): Resolved | undefined => (store.shared ? undefined : byId.get(id))

  async function find(id: string): Promise<Resolved | null> {
    const stored = await store.getWorkflow(id)
    if (!stored) return null
    const resolved = { stored, compiled: compile(stored.hash, stored.definition) }
    return store.shared ? resolved : keep(byId, id, resolved)
  }

  async function read(id: string): Promise<Resolved> {
    const found = await find(id)
    if (!found) throw new DomainError('WORKFLOW_NOT_FOUND', `Workflow definition not found: ${id}`)
    return found
  }

  async function adoptUnknown({ definition, hash }: Checked): Promise<number | null> {
    const known = await find(definition.id)
    if (known) return revisionOf(known, hash)
    const put = await store.putWorkflow({ definition, hash, now: clock.now(), onlyIfUnknown: true })
    return put.outcome !== 'mismatch' && put.workflow.hash === hash ? put.workflow.revision : null
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
      const id = idOf(definition)
      const last = checkedLast.get(id)
      if (last && isDeepStrictEqual(last.definition, definition)) return last
      const hash = hashOf(definition)
      const checked = checkedByHash.get(hash) ?? keep(checkedByHash, hash, examine(definition, false, hash))
      return keep(checkedLast, id, checked)
    },
    byId: (id) => knownById(id) ?? read(id),
    changed: (id) => void byId.delete(id),
    adopt(checked) {
      const known = knownById(checked.definition.id)
      return known ? revisionOf(known, checked.hash) : adoptUnknown(checked)
    },
  }
}

/** Of what an id means, where that is the definition with this hash. */
const revisionOf = ({ stored }: Resolved, hash: string): number | null =>
  stored.hash === hash ? stored.revision : null

/** What it is called, as far as can be said of what nobody has looked at yet. */
function idOf(definition: Json): string {
  const id = typeof definition === 'object' && definition !== null && !Array.isArray(definition) ? definition.id : null
  return typeof id === 'string' ? id : ''
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
