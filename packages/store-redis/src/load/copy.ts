/** Writes each row of the source as the scripts of Redis write what it came from (commit.lua, put-workflow.lua, add-key.lua). */

import type { Dump, DumpedAgent, DumpedSession, DumpRows, Homes } from '@opscore/engine/moving'
import { apiKeys, keysOf, type PartitionKeys, recordKeys, workflowKeys } from '../link/keys.ts'
import { candidateMember, waiterMember } from '../read/members.ts'
import { ownerOf } from '../rows/partition.ts'
import { toSortable } from '../rows/sortable-number.ts'
import type { Add, Importer } from './importer.ts'

/** Definitions of which is known that they were given to a partition; beyond, they are given again. */
const GIVEN = 10_000

interface Parts {
  source: Dump
  homes: Homes
  take: Importer
}

/** Copies everything from where it had come to. Once-records and records that have expired at `now` are left out. */
export async function copyAll(parts: Parts & { now: number }): Promise<void> {
  const { source, homes, take, now } = parts
  const { rows } = source
  const keys = Array.from({ length: homes.partitions }, (_, partition) => keysOf(partition))
  const at = (home: number): PartitionKeys => keys[home] ?? keysOf(home)
  const textOf = createDefinitionTexts(rows)

  await take('agents', rows.agents(), (agent, into) => {
    const home = homes.ofAgent(agent.id)
    into(home, (add) => writeAgent(add, at(home), agent))
  })
  await copyRouting(parts, at)
  await take('sessions', rows.sessions(), (session, into) => {
    const home = homes.ofSession(session.id)
    into(home, (add) => {
      writeSession(add, at(home), session)
      add('definition', session.definitionHash, textOf(home, session.definitionHash))
    })
  })
  await copyEvents(parts, at)
  await copyWork(parts, at, now)
  await take('workflows', rows.workflows(), ({ id, hash, revision, createdAt, updatedAt }, into) =>
    into(homes.common, (add) => {
      const times = ['created', createdAt, 'updated', updatedAt] as const
      add('hash', workflowKeys.workflow(id), 'hash', hash, 'revision', revision, ...times)
      add('member', workflowKeys.ids, id)
      add('definition', hash, textOf(homes.common, hash))
    }),
  )
  await copyKeys(parts)
  await take('records', rows.records(), ({ kind, id, version, expiresAt, value }, into) => {
    if (expiresAt <= now) return
    into(homes.common, (add) => {
      add('hash', recordKeys.record(kind, id), 'v', version, 'x', expiresAt, 'd', value)
      add('member', recordKeys.ids(kind), id)
      add('score', recordKeys.expiry, expiresAt, `${kind}:${id}`)
    })
  })
}

const orEmpty = (value: number | null): string => (value === null ? '' : String(value))
const wakeCell = (at: number | null): string => (at === null ? '' : toSortable(at))

function writeAgent(add: Add, keys: PartitionKeys, agent: DumpedAgent): void {
  const { id, version, state, wakeAt, deregisteredAt, registration, live, capabilities } = agent
  const wake = wakeCell(wakeAt)
  const rest = ['w', wake, 's', state, 'g', orEmpty(deregisteredAt), 'r', registration, 'c', capabilities()] as const
  // Its events come later, and put it at the end of their chain.
  add('hash', keys.agent(id), 'v', version, 'p', 0, 'l', live(), ...rest)
  if (deregisteredAt === null) {
    add('member', keys.agents, id)
    add('member', keys.agentsInState(state), id)
  } else add('score', keys.gone, deregisteredAt, id)
  if (wake !== '') add('member', keys.wakeUps, `${wake}agent:${id}`)
}

async function copyRouting({ source: { rows }, homes, take }: Parts, at: (home: number) => PartitionKeys) {
  await take('candidates', rows.candidates(), ({ capability, ...entry }, into) => {
    const home = homes.ofAgent(entry.agentId)
    const member = candidateMember({ ...entry, capabilities: [] })
    into(home, (add) => add('member', at(home).candidates(capability), member))
  })
  await take('capabilities', rows.capabilities(), ({ capability, agentId }, into) => {
    const home = homes.ofAgent(agentId)
    into(home, (add) => add('member', at(home).agentsWith(capability), agentId))
  })
}

function writeSession(add: Add, keys: PartitionKeys, session: DumpedSession): void {
  const { id, version, status, agentId, workflowId, startedAt, endedAt, wakeAt, definitionHash, head } = session
  const place = toSortable(startedAt) + id
  const wake = wakeCell(wakeAt)
  const begun = ['a', agentId, 'f', workflowId, 'x', place, 'd', definitionHash] as const
  const tasks = session.tasks().flatMap(({ place: index, text }) => [`t${index}`, text])
  const moving = ['v', version, 'h', head, 'st', status, 'e', orEmpty(endedAt), 'w', wake] as const
  add('hash', keys.session(id), ...begun, ...moving, ...tasks)
  add('member', keys.sessions, place)
  add('member', keys.sessionsIn('agentId', agentId), place)
  add('member', keys.sessionsIn('workflowId', workflowId), place)
  add('member', keys.sessionsIn('status', status), place)
  if (endedAt !== null) add('score', keys.ended, endedAt, id)
  if (wake !== '') add('member', keys.wakeUps, `${wake}session:${id}`)
}

async function copyEvents({ source: { rows }, homes, take }: Parts, at: (home: number) => PartitionKeys) {
  await take('events', rows.events(), ({ kind, id, text }, into) => {
    const isAgent = kind === 'agent'
    const home = isAgent ? homes.ofAgent(id) : homes.ofSession(id)
    into(home, (add) => {
      if (isAgent) add('agentEvent', `a:${id}`, at(home).agent(id), text)
      else add('sessionEvent', `s:${id}`, at(home).eventsOf(id), text)
    })
  })
}

async function copyWork({ source: { rows }, homes, take }: Parts, at: (home: number) => PartitionKeys, now: number) {
  await take('waiters', rows.waiters(), (waiter, into) => {
    const { attemptId, sessionId, line } = waiter
    into(homes.ofSession(sessionId), (add) => add('waiter', attemptId, line, waiterMember(waiter)))
  })
  await take('effects', rows.effects(), (effect, into) => {
    const home = homes.ofEffect(effect.id)
    const key = at(home).effectsOf(ownerOf(effect.id))
    into(home, (add) => add('effect', effect.id, key, toSortable(effect.at), effect.text))
  })
  await take('once', rows.once(), ({ key, fingerprint, answer, expiresAt }, into) => {
    if (expiresAt <= now) return
    const record = JSON.stringify({ key, fingerprint, answer: JSON.parse(answer), expiresAt })
    for (const home of homes.ofOnce(answer)) {
      into(home, (add) => {
        add('hash', at(home).once, key, `${expiresAt}:${record}`)
        add('score', at(home).onceExpiry, expiresAt, key)
      })
    }
  })
}

async function copyKeys({ source, homes, take }: Parts) {
  await take('keys', source.rows.keys(), ({ revokedAt, ...key }, into) =>
    into(homes.common, (add) => {
      const { keyId, hash } = key
      add('hash', apiKeys.records, keyId, JSON.stringify({ ...key, revokedAt: null }))
      add('hash', apiKeys.hashes, hash, keyId)
      add('member', apiKeys.ids, keyId)
      if (revokedAt === null) add('set', apiKeys.open, keyId)
      else add('hash', apiKeys.revoked, keyId, revokedAt)
      add('hash', workflowKeys.meta, 'keyRevision', source.keyRevision)
    }),
  )
}

/** The text of a definition, once for each partition: sessions mostly have the same ones. */
function createDefinitionTexts(rows: DumpRows) {
  const given = new Set<string>()
  return (home: number, hash: string): string => {
    const key = `${home} ${hash}`
    if (given.has(key)) return ''
    if (given.size >= GIVEN) given.clear()
    given.add(key)
    return rows.definition(hash) ?? ''
  }
}
