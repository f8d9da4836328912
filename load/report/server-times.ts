import type { RouteTimes } from '../watch/prometheus.ts'
import type { Sample } from '../watch/sampler.ts'
import { round } from './mean-and-round.ts'

/** How long a route took by Ops-Core's own clock, from a request's arrival to its answer; milliseconds. */
export interface ServerTimes {
  route: string
  count: number
  average: number
  /** The bound of the histogram's bucket in which the 99th percentile lies. */
  p99AtMost: number
}

/** Between the first and the last of the samples; a route that was not asked then is left out. */
export function serverTimes(samples: readonly Sample[]): ServerTimes[] {
  const seen = samples.flatMap(({ opsCore }) => (opsCore ? [opsCore.routes] : []))
  const [first, last] = [seen[0], seen.at(-1)]
  if (!first || !last) return []
  return last
    .map((now) =>
      difference(
        first.find(({ route }) => route === now.route),
        now,
      ),
    )
    .filter(({ count }) => count > 0)
    .map(({ route, count, seconds, within }) => {
      const bound = within.find(([, passed]) => passed >= count * 0.99)?.[0] ?? null
      // JSON has no infinity: what lies beyond every bound is null there.
      return { route, count, average: round((1000 * seconds) / count), p99AtMost: round(1000 * (bound ?? Infinity)) }
    })
}

function difference(then: RouteTimes | undefined, now: RouteTimes): RouteTimes {
  return {
    route: now.route,
    count: now.count - (then?.count ?? 0),
    seconds: now.seconds - (then?.seconds ?? 0),
    within: now.within.map(([bound, count], index) => [bound, count - (then?.within[index]?.[1] ?? 0)]),
  }
}
