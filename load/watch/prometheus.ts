/** One line of Prometheus' text format. */
export interface Reading {
  name: string
  labels: Record<string, string>
  value: number
}

const LINE = /^(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<labels>[^}]*)\})? (?<value>\S+)/

export function parseMetrics(text: string): Reading[] {
  return text.split('\n').flatMap((line) => {
    const found = LINE.exec(line)?.groups
    if (!found?.name) return []
    const labels = [...(found.labels ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
      key,
      value,
    ])
    return [{ name: found.name, labels: Object.fromEntries(labels), value: Number(found.value) }]
  })
}

/** How many answers a route gave, and how long they took by the server's own clock. */
export interface RouteTimes {
  route: string
  count: number
  seconds: number
  /** Up to and with each bound in seconds; the last is infinite. */
  within: [bound: number, count: number][]
}

/** Of every route and status together, since the server's start. */
export function routeTimes(readings: readonly Reading[]): RouteTimes[] {
  const routes = new Map<string, RouteTimes>()
  const of = ({ method, route }: Record<string, string>) => {
    const name = `${method} ${route}`
    const entry = routes.get(name) ?? { route: name, count: 0, seconds: 0, within: [] }
    routes.set(name, entry)
    return entry
  }
  for (const { name, labels, value } of readings) {
    if (!name.startsWith('opscore_http_request_duration_seconds')) continue
    const entry = of(labels)
    if (name.endsWith('_count')) entry.count += value
    if (name.endsWith('_sum')) entry.seconds += value
    if (name.endsWith('_bucket')) add(entry.within, labels.le === '+Inf' ? Infinity : Number(labels.le), value)
  }
  return [...routes.values()]
}

function add(within: RouteTimes['within'], bound: number, count: number): void {
  const found = within.find(([each]) => each === bound)
  if (found) found[1] += count
  else within.push([bound, count])
}
