/** Goes through a dump, and takes stock of it: the content that a store with these homes must have once it is filled with it. */
import { hash } from 'node:crypto'
import { createContent, type Tally } from './content.ts'
import type { Dump, Homes } from './dump.ts'
import { createItems, type Items } from './items.ts'
import type { Walk } from './walk.ts'

/** Definitions whose hash is kept; beyond, all are forgotten, and read once again. */
const KEPT = 10_000

/** `now` is by which once-records and records are taken as expired. */
export async function contentOfDump(
  source: Dump,
  { homes, now, walk }: { homes: Homes; now: number; walk: Walk },
): Promise<Tally[]> {
  const content = createContent()
  await readDump(source, { homes, now, walk, items: createItems(content) })
  return content.tallies()
}

/** Gives everything in a dump to `items`. */
export async function readDump(
  source: Dump,
  { homes, now, walk, items }: { homes: Homes; now: number; walk: Walk; items: Items },
): Promise<void> {
  const definition = definitionsOf(source, items)
  const { rows } = source

  await walk('agents', rows.agents(), (agent) => {
    items.agent({ ...agent, live: agent.live() })
    if (agent.wakeAt !== null) items.wakeUp('agent', agent.id, agent.wakeAt)
    items.link(agent.id, 0)
  })
  await walk('routing entries', rows.candidates(), (entry) => items.candidate(entry.capability, entry))
  await walk('routing entries', rows.capabilities(), (row) => items.capability(row.capability, row.agentId))
  await walk('sessions', rows.sessions(), (session) => {
    items.session({ ...session, tasks: session.tasks() })
    if (session.wakeAt !== null) items.wakeUp('session', session.id, session.wakeAt)
    definition(homes.ofSession(session.id), session.definitionHash)
  })
  await eventsOf(source, { items, homes, walk })
  await walk('waiters', rows.waiters(), items.waiter)
  await walk('effects', rows.effects(), ({ id, at, text }) => items.effect(id, at, text))
  await walk('once-records', rows.once(), (record) => {
    if (record.expiresAt > now) items.once(record, { times: homes.ofOnce(record.answer).length, count: 1 })
  })
  await walk('workflows', rows.workflows(), (workflow) => {
    items.workflow(workflow)
    definition(homes.common, workflow.hash)
  })
  await walk('api keys', rows.keys(), items.key)
  await walk('records', rows.records(), (record) => {
    if (record.expiresAt > now) items.record(record)
  })
}

/** Each event with the position that it has in its partition, behind all that the source ever gave out. */
async function eventsOf(source: Dump, { items, homes, walk }: { items: Items; homes: Homes; walk: Walk }) {
  const heads = Array.from({ length: homes.partitions }, () => source.head)
  await walk('events', source.rows.events(), ({ hasOwner, ...event }) => {
    const home = event.kind === 'agent' ? homes.ofAgent(event.id) : homes.ofSession(event.id)
    const position = (heads[home] ?? 0) + 1
    heads[home] = position
    items.event({ ...event, home, position })
    if (event.kind === 'session') items.sessionEvent({ ...event, home, position })
    else items.link(event.id, hasOwner ? position : 0)
  })
}

function definitionsOf(source: Dump, items: Items) {
  const hashes = new Map<string, string | null>()
  return (home: number, name: string): void => {
    let known = hashes.get(name)
    if (known === undefined) {
      if (hashes.size >= KEPT) hashes.clear()
      const text = source.rows.definition(name)
      known = text === null ? null : hash('sha256', text)
      hashes.set(name, known)
    }
    if (known === null) return
    const text = () => source.rows.definition(name) ?? ''
    items.definition({ home, hash: name, contentHash: known, uses: 1, text })
  }
}
