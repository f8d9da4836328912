import type { FastifyInstance } from 'fastify'
import { Counter, Gauge, Registry } from 'prom-client'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import type { EventLoop } from '../limits/event-loop.ts'
import type { RequestDurations } from './request-durations.ts'

export interface Measured extends ApiContext {
  eventLoop: EventLoop
  streams: ReadonlySet<unknown>
}

/** Prometheus metrics of this server alone; must be added before the routes that it counts. */
export function addMetrics(app: FastifyInstance, context: Measured): void {
  const registry = new Registry()
  measureRequests(app, context.requests)
  measureProcess(registry, context)
  const updateEngine = measureEngine(registry, context)

  app.get(
    '/metrics',
    guarded(context.guard, {
      id: 'getMetrics',
      tag: 'server',
      summary: 'Metrics in the format of Prometheus',
      rule: { scope: 'metrics', demand: 'lookup' },
      answers: { 200: { description: 'Metrics', content: { 'text/plain': { schema: { type: 'string' } } } } },
    }),
    async (_request, reply) => {
      await updateEngine()
      return reply.type(registry.contentType).send(`${await registry.metrics()}\n${context.requests.text()}`)
    },
  )
}

/** A request counts when its answer is ready; event streams do not, they have a gauge. */
function measureRequests(app: FastifyInstance, durations: RequestDurations): void {
  app.addHook('onRoute', (route) => {
    const count = durations.measure(String(route.method), route.url)
    route.onSend = [
      ...[route.onSend ?? []].flat(),
      (request, reply, payload, done) => {
        count(reply.statusCode, performance.now() - request.arrivedAt)
        done(null, payload)
      },
    ]
  })
}

function measureProcess(registry: Registry, { eventLoop, streams }: Measured): void {
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  gauge('process_resident_memory_bytes', 'Resident memory', () => process.memoryUsage.rss())
  gauge('nodejs_heap_size_used_bytes', 'JavaScript heap in use', () => process.memoryUsage().heapUsed)
  gauge('process_start_time_seconds', 'When the process started', () => Date.now() / 1000 - process.uptime())
  gauge('opscore_event_streams', 'Event streams that are open', () => streams.size)
  new Gauge({
    name: 'opscore_event_loop_delay_seconds',
    help: 'Event-loop delay over the last two seconds',
    labelNames: ['quantile'],
    registers,
    collect() {
      this.set({ quantile: '0.5' }, eventLoop.delay.p50)
      this.set({ quantile: '0.99' }, eventLoop.delay.p99)
      this.set({ quantile: '1' }, eventLoop.delay.max)
    },
  })
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time, user and system',
    registers,
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc((user + system) / 1e6)
    },
  })
}

/** Returns what brings them up to date. */
function measureEngine(registry: Registry, { engine }: Measured): () => Promise<void> {
  const registers = [registry]
  const agents = new Gauge({ name: 'opscore_agents', help: 'Agents that are registered', registers })
  const sessions = new Gauge({ name: 'opscore_open_sessions', help: 'Sessions that have not ended', registers })
  const events = new Gauge({ name: 'opscore_events', help: 'Events in the log', registers })
  return async () => {
    const gauges = await engine.gauges()
    agents.set(gauges.agents)
    sessions.set(gauges.openSessions)
    events.set(gauges.events)
  }
}
