import { expect, test } from 'vitest'
import { parseMetrics, routeTimes } from '../watch/prometheus.ts'

const TEXT = `# HELP opscore_agents Agents that are registered
# TYPE opscore_agents gauge
opscore_agents 12
opscore_event_loop_delay_seconds{quantile="0.99"} 0.0035
opscore_http_request_duration_seconds_bucket{method="POST",route="/a/:id",status="202",le="0.001"} 3
opscore_http_request_duration_seconds_bucket{method="POST",route="/a/:id",status="202",le="+Inf"} 5
opscore_http_request_duration_seconds_sum{method="POST",route="/a/:id",status="202"} 0.5
opscore_http_request_duration_seconds_count{method="POST",route="/a/:id",status="202"} 5
opscore_http_request_duration_seconds_bucket{method="POST",route="/a/:id",status="404",le="0.001"} 1
opscore_http_request_duration_seconds_bucket{method="POST",route="/a/:id",status="404",le="+Inf"} 1
opscore_http_request_duration_seconds_sum{method="POST",route="/a/:id",status="404"} 0.25
opscore_http_request_duration_seconds_count{method="POST",route="/a/:id",status="404"} 1
`

test('a metric is its name, its labels and its value', () => {
  expect(parseMetrics(TEXT).slice(0, 2)).toEqual([
    { name: 'opscore_agents', labels: {}, value: 12 },
    { name: 'opscore_event_loop_delay_seconds', labels: { quantile: '0.99' }, value: 0.0035 },
  ])
})

test('a route’s times are those of all its answers', () => {
  expect(routeTimes(parseMetrics(TEXT))).toEqual([
    {
      route: 'POST /a/:id',
      count: 6,
      seconds: 0.75,
      within: [
        [0.001, 4],
        [Number.POSITIVE_INFINITY, 6],
      ],
    },
  ])
})
