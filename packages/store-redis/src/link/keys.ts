/** The names of all keys. Scripts build theirs from the prefix of the one they are given, so these two must agree. */

/** What every key of ours begins with, as others may use the same Redis. */
const SPACE = 'opscore'

/** The pattern of all of them, for `SCAN`. */
export const anyKey = `${SPACE}:*`

export interface PartitionKeys {
  /** A hash: whose store this is, and its counters. */
  meta: string
  /** A stream: the events of the partition; an entry's id is `<position>-0`. */
  log: string
  agent: (id: string) => string
  session: (id: string) => string
  /** A list: every event of the session, oldest first. */
  eventsOf: (sessionId: string) => string
  /** Registered agents by id; those in a state; those with a capability. */
  agents: string
  agentsInState: (state: string) => string
  agentsWith: (capability: string) => string
  /** Who may be given a task, in the order in which they are chosen. */
  candidates: (capability: string) => string
  /** Sessions by start: all of them, and those with a status, an agent, a workflow. */
  sessions: string
  sessionsIn: (index: SessionIndex, value: string) => string
  /** Agents that left, and sessions that ended, by when. */
  gone: string
  ended: string
  /** Who wants to be looked at, by time. */
  wakeUps: string
  /** Effects still to be carried out: in the order of commits, and those of one aggregate. */
  effects: string
  effectsOf: (owner: string) => string
  /** Lines in which somebody stands, and who stands in one. */
  lines: string
  line: (name: string) => string
  /** A hash: where each that stands in a line stands, by attempt. */
  waiters: string
  /** A hash of once-records by their key; and their keys by when they expire. */
  once: string
  onceExpiry: string
  /** Hashes: definitions that sessions of the partition need, by the hash of their content; and how many do. */
  definitions: string
  definitionUses: string
}

export type SessionIndex = 'status' | 'agentId' | 'workflowId'

const SESSION_INDEX = { status: 'ss', agentId: 'sa', workflowId: 'sw' } as const

export function keysOf(partition: number): PartitionKeys {
  const prefix = `${SPACE}:{p${partition}}:`
  const key = (name: string) => prefix + name
  const keyed = (name: string) => (rest: string) => `${prefix}${name}:${rest}`
  return {
    meta: key('meta'),
    log: key('log'),
    agent: keyed('a'),
    session: keyed('s'),
    eventsOf: keyed('se'),
    agents: key('agents'),
    agentsInState: keyed('as'),
    agentsWith: keyed('ac'),
    candidates: keyed('rc'),
    sessions: key('sessions'),
    sessionsIn: (index, value) => `${prefix}${SESSION_INDEX[index]}:${value}`,
    gone: key('gone'),
    ended: key('ended'),
    wakeUps: key('wake'),
    effects: key('effects'),
    effectsOf: keyed('e'),
    lines: key('lines'),
    line: keyed('l'),
    waiters: key('w'),
    once: key('once'),
    onceExpiry: key('onceExpiry'),
    definitions: key('defs'),
    definitionUses: key('defUses'),
  }
}

/** Workflows, which belong to no partition. */
export const workflowKeys = {
  meta: `${SPACE}:{w}:meta`,
  /** Their ids in order. */
  ids: `${SPACE}:{w}:ids`,
  workflow: (id: string) => `${SPACE}:{w}:f:${id}`,
  /** Hashes: definitions that workflows need, by the hash of their content; and how many do. */
  definitions: `${SPACE}:{w}:defs`,
  definitionUses: `${SPACE}:{w}:defUses`,
}

/** Records of the engine's own, which belong to no partition. */
export const recordKeys = {
  /** A hash: its version, when it expires, and its value. */
  record: (kind: string, id: string) => `${SPACE}:{w}:rec:${kind}:${id}`,
  /** The ids of a kind, in order. */
  ids: (kind: string) => `${SPACE}:{w}:recIds:${kind}`,
  /** All by when they expire: kind, colon, id. */
  expiry: `${SPACE}:{w}:recExpiry`,
}

/** API keys, which belong to no partition either. */
export const apiKeys = {
  /** Their ids in order. */
  ids: `${SPACE}:{w}:keyIds`,
  /** A hash: each as it was added. */
  records: `${SPACE}:{w}:keys`,
  /** A hash: when it was revoked. */
  revoked: `${SPACE}:{w}:keysRevoked`,
  /** A hash: the id of the key with this SHA-256. */
  hashes: `${SPACE}:{w}:keyHashes`,
  /** A set: those that were not revoked. */
  open: `${SPACE}:{w}:keysOpen`,
}

/** The channel of events that are not stored. */
export const passingChannel = `${SPACE}:passing`
