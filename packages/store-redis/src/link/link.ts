/**
 * The way to Redis: open, or closed with everybody told so at once.
 *
 * Invariants
 * 1. Nothing is read or written before the Redis at the other end was verified: that it holds our store.
 * 2. Whenever a connection was lost, or a node changed, the link closes, and `generation` rises before it opens again.
 * 3. A Redis that does not answer for `patience` has lost its connection, and with it every call that waits is answered:
 *    no caller waits longer than that and a moment.
 */

import type { Log } from '@opscore/engine/store'
import { StoreUnavailableError } from '@opscore/engine/store'
import { Cluster, type Redis } from 'ioredis'
import { type Client, mastersOf } from './client.ts'
import { codeOf, storeError } from './failure.ts'
import { RedisUnfitError } from './redis-unfit-error.ts'
import { runScript, type ScriptName } from './script.ts'

export interface Link {
  readonly isOpen: boolean
  /** Open, and Redis had room for what was written last. */
  readonly isWritable: boolean
  readonly generation: number
  /** @throws StoreUnavailableError, StoreFullError */
  send(command: string, ...args: (string | number)[]): Promise<unknown>
  /** Runs a script. @throws as `send` */
  run(script: ScriptName, keys: string[], args: string[]): Promise<unknown>
  /** Called each time it has opened again. */
  onReopened(heard: () => void): void
  close(): void
}

export interface LinkOptions {
  client: Client
  /** For the log. */
  address: string
  /** Makes sure that this is still our store. @throws RedisUnfitError where it is not */
  verify: () => Promise<void>
  /** A quick look at whether it is still our store; where there is none, a call that is refused tells. */
  glance?: () => Promise<boolean>
  log: Log
  /** How long Redis may leave a call without an answer; milliseconds. */
  patience: number
}

/** How often Redis is asked whether it is there, and asked again after it was found unfit; milliseconds. */
const PULSE = 250
const VERIFY_AGAIN = 500
/** How often an open link looks whether it is still our store; milliseconds. */
const GLANCE = 1_000
/** How long a Redis that had no room for a write is taken to have none; milliseconds. */
const FULL_FOR = 2_000

/** The client is connected, and what it is connected to was verified. */
export function openLink({ client, address, verify, glance, log, patience }: LinkOptions): Link {
  let state: 'open' | 'away' | 'closed' = 'open'
  let generation = 0
  let fullAt = Number.NEGATIVE_INFINITY
  /** Rises with each change, so that a verification that took longer than what it verified is void. */
  let turn = 0
  /** What was said of a Redis that cannot be used, so that it is not said with every try. */
  let said = ''
  const reopened: (() => void)[] = []
  const watched = new Map<Redis, Pulse>()

  function leave(reason: string): void {
    turn += 1
    if (state !== 'open') return
    state = 'away'
    log.error({ redis: address, reason }, 'Redis is away: nothing can be read or written until it is back')
  }

  async function arrive(): Promise<void> {
    const mine = ++turn
    try {
      await verify()
      if (mine !== turn || state === 'closed') return
      generation += 1
      state = 'open'
      said = ''
      log.warn({ redis: address, generation }, 'Redis is back, with the store that was there before')
      for (const heard of reopened) heard()
    } catch (error) {
      if (mine !== turn || state === 'closed') return
      if (error instanceof RedisUnfitError && error.message !== said) {
        said = error.message
        log.error({ redis: address, error: error.message }, 'Redis is back, but cannot be used: nothing is served')
      }
      setTimeout(() => mine === turn && void arrive(), VERIFY_AGAIN)
    }
  }

  function changed(reason: string): void {
    if (state === 'closed') return
    leave(reason)
    if (client.status === 'ready') void arrive()
  }

  client.on('ready', () => changed('It was connected again'))
  client.on('close', () => changed('The connection was closed'))
  if (client instanceof Cluster) followNodes(client, changed)

  const pulse = setInterval(() => {
    const nodes = new Set(mastersOf(client))
    for (const node of watched.keys()) if (!nodes.has(node)) watched.delete(node)
    for (const node of nodes) beat(node, watched, patience)
  }, PULSE)
  pulse.unref()
  const looking = glance && setInterval(() => state === 'open' && void look(glance), GLANCE)
  looking?.unref()

  async function look(atStore: () => Promise<boolean>): Promise<void> {
    const mine = turn
    // Whether Redis answers at all is the pulse's matter.
    const isOurs = await atStore().catch(() => true)
    if (!isOurs && mine === turn) changed('It does not hold our store')
  }

  async function guarded<T>(call: () => Promise<T>): Promise<T> {
    if (state !== 'open') throw new StoreUnavailableError(`Redis at ${address} is away`)
    try {
      return await call()
    } catch (error) {
      const code = codeOf(error)
      if (code === 'WRONGSTORE') changed('It does not hold our store')
      if (code === 'OOM') fullAt = performance.now()
      throw storeError(error)
    }
  }

  return {
    get isOpen() {
      return state === 'open'
    },
    get isWritable() {
      return state === 'open' && performance.now() - fullAt > FULL_FOR
    },
    get generation() {
      return generation
    },
    send: (command, ...args) => guarded(() => client.call(command, args)),
    run: (script, keys, args) => guarded(() => runScript(client, script, keys, args)),
    onReopened: (heard) => void reopened.push(heard),
    close() {
      state = 'closed'
      clearInterval(pulse)
      clearInterval(looking)
      client.disconnect()
    },
  }
}

/** Partitions that moved to another node may be older there than what was read. */
function followNodes(cluster: Cluster, changed: (reason: string) => void): void {
  let known = placesOf(cluster)
  cluster.on('+node', () => changed('A node has joined the Cluster'))
  cluster.on('-node', () => changed('A node has left the Cluster'))
  cluster.on('refresh', () => {
    const places = placesOf(cluster)
    if (places === known) return
    known = places
    changed('Another node of the Cluster has become a master')
  })
}

const placesOf = (cluster: Cluster): string =>
  cluster
    .nodes('master')
    .map(({ options }) => `${options.host}:${options.port}`)
    .sort()
    .join()

interface Pulse {
  /** When the question was asked that is not answered yet. */
  askedAt: number
  /** It was late when last looked at. */
  late: boolean
}

/**
 * Asks a node whether it is there. One that is late is given one more round: where this process was busy itself, the
 * answer lies ready, and is read before the next.
 */
function beat(node: Redis, watched: Map<Redis, Pulse>, patience: number): void {
  const asked = watched.get(node)
  if (asked) {
    const late = performance.now() - asked.askedAt > patience
    if (!late) return
    if (asked.late) {
      watched.delete(node)
      node.stream?.destroy()
    } else asked.late = true
    return
  }
  if (node.status !== 'ready') return
  const pulse: Pulse = { askedAt: performance.now(), late: false }
  const answered = () => {
    if (watched.get(node) === pulse) watched.delete(node)
  }
  watched.set(node, pulse)
  node.call('PING').then(answered, answered)
}
