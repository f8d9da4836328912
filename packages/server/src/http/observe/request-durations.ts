/** Upper bounds of the histogram's buckets, in milliseconds. */
const BOUNDS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500] as const

const NAME = 'opscore_http_request_duration_seconds'

interface Series {
  method: string
  route: string
  status: number
  /** Those within each bound and above the one before; the last is everything beyond. */
  counts: number[]
  sum: number
}

export interface RequestDurations {
  /** Returns what counts one request of this route, by its status and milliseconds; the same for the same route. */
  measure(method: string, route: string): (status: number, milliseconds: number) => void
  /** The histogram in Prometheus' text format. */
  text(): string
}

/**
 * A histogram of requests by route and status. Its own, since every request passes here: prom-client sorts and joins
 * labels with each observation, which took 2 % of the busiest route's time.
 */
export function createRequestDurations(): RequestDurations {
  const all: Series[] = []
  const routes = new Map<string, Map<number, Series>>()
  return {
    measure(method, route) {
      const name = `${method} ${route}`
      const byStatus = routes.get(name) ?? new Map<number, Series>()
      routes.set(name, byStatus)
      return (status, milliseconds) => {
        let series = byStatus.get(status)
        if (series === undefined) {
          series = { method, route, status, counts: new Array(BOUNDS.length + 1).fill(0), sum: 0 }
          byStatus.set(status, series)
          all.push(series)
        }
        let bucket = 0
        while (milliseconds > (BOUNDS[bucket] ?? Number.POSITIVE_INFINITY)) bucket += 1
        series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
        series.sum += milliseconds
      }
    },
    text: () =>
      [`# HELP ${NAME} From a request to its answer, by route and status`, `# TYPE ${NAME} histogram`]
        .concat(all.flatMap(linesOf))
        .join('\n')
        .concat('\n'),
  }
}

function linesOf({ method, route, status, counts, sum }: Series): string[] {
  const labels = `method="${method}",route="${route}",status="${status}"`
  let total = 0
  const buckets = counts.map((count, index) => {
    const bound = BOUNDS[index]
    total += count
    return `${NAME}_bucket{${labels},le="${bound === undefined ? '+Inf' : bound / 1000}"} ${total}`
  })
  return [...buckets, `${NAME}_sum{${labels}} ${sum / 1000}`, `${NAME}_count{${labels}} ${total}`]
}
