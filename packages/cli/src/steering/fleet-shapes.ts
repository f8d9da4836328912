/** How the command line shows the fleet as a whole. */
import type { AttentionItem, BulkItem, Overview, SearchHit, SystemView } from '@opscore/contract'
import type { Shape } from './print.ts'

export const OVERVIEW: Shape<Overview> = {
  name: (overview) => overview.time,
  columns: {
    AGENTS: ({ agents }) => counted(agents.total, agents.byState),
    LIVENESS: ({ agents }) => counts(agents.byLiveness),
    SLOTS: ({ agents }) => `${agents.slots.held}/${agents.slots.total}`,
    SESSIONS: ({ sessions }) => counts(sessions.byStatus),
    WAITING: ({ waiting }) =>
      counted(waiting.total, Object.fromEntries(waiting.byReason.map(({ code, count }) => [code, count]))),
    ATTENTION: ({ attention }) => counted(attention.total, attention.byKind),
    'LAST HOUR': ({ series }) =>
      `started ${sum(series.started)}, completed ${sum(series.completed)}, failed ${sum(series.failed)}`,
    'READY TO DISPATCH': ({ series: { readyToDispatchMs: measured } }) => {
      const [p50, p99] = [newest(measured.p50), newest(measured.p99)]
      return p50 === null ? null : `median ${p50} ms, p99 ${p99} ms`
    },
  },
}

export const ATTENTION: Shape<AttentionItem> = {
  name: (item) => item.id,
  columns: {
    SINCE: (item) => item.since,
    KIND: (item) => item.kind,
    NAME: ({ subject }) => subject.name,
    ID: ({ subject }) => subject.id,
    CODE: (item) => item.code,
    DETAIL: (item) => item.detail,
  },
}

export const SEARCH_HIT: Shape<SearchHit> = {
  name: (hit) => hit.id,
  columns: {
    TYPE: (hit) => hit.type,
    ID: (hit) => hit.id,
    NAME: (hit) => hit.name,
    STATUS: (hit) => hit.status,
  },
}

export const SYSTEM: Shape<SystemView> = {
  name: (system) => system.version,
  columns: {
    VERSION: (system) => system.version,
    NODE: (system) => system.node,
    STARTED: (system) => system.startedAt,
    HEALTH: ({ health }) => (health.detail === undefined ? health.status : `${health.status}: ${health.detail}`),
    STORE: ({ store }) => `${store.type}, ${store.partitions} partitions`,
    PROCESSES: ({ processes }) => processes.map(({ processId, role }) => `${role} ${processId}`).join(', '),
    'OPEN SESSIONS': ({ queues }) => queues.openSessions,
    'EVENT STREAMS': ({ queues }) => queues.eventStreams,
  },
}

export const BULK_ITEM: Shape<BulkItem> = {
  name: (item) => item.sessionId,
  columns: {
    SESSION: (item) => item.sessionId,
    OUTCOME: (item) => item.outcome,
    CODE: (item) => item.code ?? null,
    DETAIL: (item) => item.detail ?? null,
  },
}

/** Those that are not 0, the most frequent first. */
function counts(by: Readonly<Record<string, number>>): string | null {
  const some = Object.entries(by).filter(([, count]) => count > 0)
  const inOrder = some.sort(([, a], [, b]) => b - a)
  return inOrder.length === 0 ? null : inOrder.map(([name, count]) => `${name} ${count}`).join(', ')
}

function counted(total: number, by: Readonly<Record<string, number>>): string {
  const parts = counts(by)
  return parts === null ? String(total) : `${total}: ${parts}`
}

const sum = (series: readonly (number | null)[]): number =>
  series.reduce<number>((total, each) => total + (each ?? 0), 0)

const newest = (series: readonly (number | null)[]): number | null => series.findLast((each) => each !== null) ?? null
