/**
 * A wake queue that outlives its processes, as one in Redis does: jobs by id, handed to whichever process is up, and to
 * another one where that dies or stands still past its lease. What is due beyond the horizon it does not take.
 */
import type { WakeUp } from '../../src/ports/store.ts'
import { type Round, SHARED_HORIZON, type WakeQueue } from '../../src/ports/wake-queue.ts'
import type { Dice, VirtualClock } from './virtual-world.ts'

/** How long a process may say nothing of a job before another one gets it, and how soon one that failed comes again. */
const LEASE = 30_000
const RETRY = 1_000

/** A process as its queue sees it. */
export interface QueueUser {
  /** It runs: it neither has died nor stands still. */
  isUp(): boolean
  /** Its own clock. */
  now(): number
}

interface Job {
  wake: WakeUp
  id: string
}

interface Worker {
  user: QueueUser
  handler: (wake: WakeUp) => Promise<void>
}

export interface QueueBroker {
  /** The queue as one process has it. */
  for(user: QueueUser): WakeQueue
  /** Everything that waits is lost. */
  empty(): void
}

export function createQueueBroker(parts: {
  clock: VirtualClock
  dice: Dice
  /** While they are on, what is scheduled gets lost or comes late now and then. */
  faults: { on: boolean }
}): QueueBroker {
  const { clock, dice, faults } = parts
  const jobs = new Map<string, Job>()
  /** The first job of each aggregate that is not due yet. */
  const timers = new Map<string, { at: number; job: Job }>()
  const workers = new Set<Worker>()
  const rounds = new Map<string, Map<QueueUser, Round>>()

  const later = (ms: number, run: () => void) => void clock.at(clock.now() + ms, run)
  const isKnown = (job: Job) => jobs.get(job.id) === job

  function add(user: QueueUser, wake: WakeUp): void {
    const wait = wake.at - user.now()
    const aggregate = `${wake.kind}:${wake.id}`
    const earlier = timers.get(aggregate)
    if (wait > SHARED_HORIZON || (wait > 0 && earlier && isKnown(earlier.job) && earlier.at <= wake.at)) return
    const id = wait > 0 ? `${aggregate}:${wake.version}:${wake.at}` : `${aggregate}:${wake.version}`
    if (jobs.has(id)) return
    const job = { wake, id }
    jobs.set(id, job)
    if (wait > 0) timers.set(aggregate, { at: wake.at, job })
    later(Math.max(0, wait) + dice.between(0, faults.on && dice.chance(0.05) ? 5_000 : 5), () => hand(job))
  }

  function hand(job: Job): void {
    if (!isKnown(job)) return
    const timer = timers.get(`${job.wake.kind}:${job.wake.id}`)
    if (timer?.job === job) timers.delete(`${job.wake.kind}:${job.wake.id}`)
    const worker = anyone([...workers], ({ user }) => user)
    if (!worker) return later(RETRY, () => hand(job))
    const lease = watch(job, worker.user)
    worker.handler(job.wake).then(
      () => {
        lease.over = true
        if (isKnown(job)) jobs.delete(job.id)
      },
      () => {
        lease.over = true
        later(RETRY, () => hand(job))
      },
    )
  }

  /** A process that runs renews its lease; where it does not, another one gets the job. */
  function watch(job: Job, user: QueueUser): { over: boolean } {
    const lease = { over: false }
    const look = () => {
      if (lease.over || !isKnown(job)) return
      if (user.isUp()) later(LEASE, look)
      else hand(job)
    }
    later(LEASE, look)
    return lease
  }

  function anyone<T>(all: T[], userOf: (one: T) => QueueUser): T | null {
    const up = all.filter((one) => userOf(one).isUp())
    return up.length === 0 ? null : dice.pick(up)
  }

  function turn(runners: Map<QueueUser, Round>, interval: number): void {
    const user = anyone([...runners.keys()], (one) => one)
    if (user) void runners.get(user)?.run()
    later(interval, () => turn(runners, interval))
  }

  return {
    for: (user) => {
      const own = new Set<Worker>()
      return {
        horizon: SHARED_HORIZON,
        schedule(wake) {
          if (user.isUp() && !(faults.on && dice.chance(0.02))) add(user, wake)
        },
        // A job that is not wanted any more finds nothing to do.
        cancel() {},
        start(handler) {
          const worker = { user, handler }
          workers.add(worker)
          own.add(worker)
        },
        every(round) {
          const runners = rounds.get(round.name) ?? new Map<QueueUser, Round>()
          if (!rounds.has(round.name)) later(round.interval, () => turn(runners, round.interval))
          rounds.set(round.name, runners.set(user, round))
        },
        async close() {
          for (const worker of own) workers.delete(worker)
          for (const runners of rounds.values()) runners.delete(user)
        },
      }
    },
    empty: () => jobs.clear(),
  }
}
