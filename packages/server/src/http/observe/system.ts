import { BULK_JOBS_MAXIMUM, BULK_MAXIMUM, type Json, SystemView } from '@opscore/contract'
import type { FastifyInstance } from 'fastify'
import manifest from '../../../package.json' with { type: 'json' }
import { type ServerSettings, serverSettings } from '../../config.ts'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'

export interface Observed extends ApiContext {
  settings: ServerSettings
  streams: ReadonlySet<unknown>
  maxStreams: number
}

/** How Ops-Core itself is: for people who wonder what runs there, and how. */
export function addSystemRoute(app: FastifyInstance, context: Observed): void {
  const { engine, guard, now, settings, streams, maxStreams } = context
  const startedAt = new Date(now()).toISOString()
  app.get(
    '/v1/opscore/system',
    guarded(guard, {
      id: 'getSystem',
      tag: 'server',
      summary: 'See how Ops-Core itself is',
      description: 'Answers though the store cannot be reached; what it cannot say then is `null`.',
      rule: { scope: 'read', demand: 'lookup' },
      answers: { 200: SystemView },
    }),
    async (): Promise<SystemView> => {
      const { partitions, events, trimmed, openSessions, effects, processes, health } = await engine.system()
      return {
        version: manifest.version,
        node: process.version,
        startedAt,
        role: settings.role,
        store: { type: settings.storage, partitions, events, trimmed },
        processes,
        queues: { openSessions, effects, eventStreams: streams.size },
        limits: {
          rateLimit: settings.rateLimit,
          eventStreams: maxStreams,
          bulkSessions: BULK_MAXIMUM,
          bulkJobs: BULK_JOBS_MAXIMUM,
        },
        configuration: configurationOf(settings),
        health: {
          status: health.status,
          since: new Date(health.since).toISOString(),
          ...(health.detail === null ? {} : { detail: health.detail }),
        },
      }
    },
  )
}

/** By variable; of a secret only whether it is set. */
function configurationOf(settings: ServerSettings): Record<string, Json> {
  const values: ReadonlyMap<string, unknown> = new Map(Object.entries(settings))
  return Object.fromEntries(
    Object.entries(serverSettings).map(([key, { name, secret }]) => {
      const value = values.get(key)
      return [name, secret ? isSet(value) : shown(value)]
    }),
  )
}

const isSet = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)

/** Settings are texts, numbers, switches, and lists of texts. */
function shown(value: unknown): Json {
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value
  if (Array.isArray(value)) return value.map(String)
  return value === undefined || value === null ? null : String(value)
}
