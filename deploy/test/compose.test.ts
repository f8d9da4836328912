import { describe, expect, it } from 'vitest'
import {
  argumentsOf,
  COMPOSE_FILES,
  interpolated,
  read,
  type Service,
  servicesOf,
  VARIABLES,
} from './deployed-files.ts'

/** Where each command listens; the load balancer and Redis as their files say. */
const PORTS: Record<string, number> = { serve: 8000, agentkit: 8001, agent: 8080, nginx: 8000, redis: 6379 }

function portOf(service: Service): number | undefined {
  const command = argumentsOf(service)?.[0] ?? /^(nginx|redis):/.exec(service.image)?.[1] ?? ''
  return PORTS[command]
}

const asksForHealth = ({ healthcheck, build }: Service) =>
  healthcheck?.disable !== true && (healthcheck?.test !== undefined || build !== undefined)

describe.each(COMPOSE_FILES)('%s', (file) => {
  const services = servicesOf(file)
  const entries = Object.entries(services)
  const environments = entries.flatMap(([name, { environment = {} }]) =>
    Object.entries(environment).map(([variable, value]) => ({ name, variable, value })),
  )

  it('sets only variables that the command of the service reads', () => {
    const unknown = environments.filter(({ name, variable }) => {
      const [command = ''] = argumentsOf(services[name] ?? { image: '' }) ?? []
      return !VARIABLES[command]?.has(variable)
    })
    // The Python AgentKit, whose image may be put in its place, reads it.
    const forOthers = unknown.filter(({ name, variable }) => name !== 'agentkit' || variable !== 'OPSCORE_API_URL')
    expect(forOthers).toEqual([])
  })

  it('holds no secret: each comes from outside, and must', () => {
    const secrets = environments.filter(({ variable }) => /KEY$|SECRET|PASSWORD/.test(variable))
    expect(secrets.length).toBeGreaterThan(0)
    for (const { variable, value } of secrets) expect(value).toMatch(new RegExp(`^\\$\\{${variable}:\\?[^}]+\\}$`))
  })

  it('addresses name services, and ports on which these listen', () => {
    const urls = environments.flatMap(({ value }) => interpolated(value).match(/http:\/\/[^/]+/g) ?? [])
    for (const url of urls) {
      const { hostname, port } = new URL(url)
      const service = services[hostname]
      expect(service, url).toBeDefined()
      if (service) expect(Number(port), url).toBe(portOf(service))
    }
    for (const { variable, value } of environments) {
      if (variable === 'REDIS_HOST') expect(services[value]?.image).toMatch(/^redis:/)
      if (variable === 'REDIS_PORT') expect(value).toBe('6379')
      if (variable === 'AGENT_PORT') expect(value).toBe('8080')
    }
  })

  it('publishes ports on which the services listen, to this machine alone unless told otherwise', () => {
    for (const [name, service] of entries) {
      for (const published of service.ports ?? []) {
        const [address, , inside] = interpolated(published).split(':')
        expect({ name, address, inside }).toEqual({ name, address: '127.0.0.1', inside: String(portOf(service)) })
      }
    }
  })

  it('agents say where they are by their own service’s name', () => {
    const agents = entries.filter(([name]) => name.startsWith('agent-'))
    expect(agents.length).toBeGreaterThan(1)
    for (const [name, { environment }] of agents) {
      expect(environment?.AGENT_NAME).toBe(name)
      expect(environment?.AGENT_CONTACT_ENDPOINT).toBe(`http://${name}:8080/`)
    }
  })

  it('health checks ask where the service answers', () => {
    for (const [name, service] of entries) {
      const url = service.healthcheck?.test?.find((word) => word.startsWith('http'))
      if (url) expect(url, name).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${portOf(service)}/(health|ready)$`))
    }
  })

  it('waits only for services that say when they are healthy', () => {
    const awaited = entries.flatMap(([, { depends_on = {} }]) => Object.entries(depends_on))
    expect(awaited.length).toBeGreaterThan(0)
    for (const [name, { condition }] of awaited) {
      const service = services[name]
      expect(service, name).toBeDefined()
      if (service && condition === 'service_healthy') expect(asksForHealth(service), name).toBe(true)
    }
  })

  it('gives processes of ours the time that their drain takes', () => {
    for (const [name, service] of entries) {
      if (argumentsOf(service) === undefined || !service.build) continue
      const delay = Number.parseInt(service.environment?.OPSCORE_SHUTDOWN_DELAY ?? '0', 10)
      expect(Number.parseInt(service.stop_grace_period ?? '10', 10), name).toBeGreaterThan(25 + delay)
    }
  })

  it('has a Redis over which Ops-Core starts, and which writes down what it acknowledges', () => {
    const command = [services.redis?.command ?? []].flat()
    const settingOf = (option: string) => command[command.indexOf(option) + 1]
    expect(settingOf('--maxmemory-policy')).toBe('noeviction')
    expect(settingOf('--appendonly')).toBe('yes')
    expect(settingOf('--appendfsync')).toBe('everysec')
  })
})

it('.env.example has every variable that the compose files ask for, and no other', () => {
  const asked = COMPOSE_FILES.flatMap((file) => [...read(file).matchAll(/\$\{(\w+)/g)].map(([, name]) => name))
  const explained = [...read('.env.example').matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name)
  expect(new Set(explained)).toEqual(new Set(asked))
  expect(explained.length).toBe(new Set(explained).size)
})

it('.env.example names the defaults that the compose files have', () => {
  const defaults = new Map([...read('docker-compose.yml').matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, a, b]) => [a, b]))
  for (const [name, value] of defaults) expect(read('.env.example')).toContain(`#${name}=${value}\n`)
})

it('docker-compose.yml has two api, two workers and three agents behind a load balancer with the file that is tested', () => {
  const { api, worker, 'load-balancer': balancer, ...others } = servicesOf('docker-compose.yml')
  expect([api?.command, api?.deploy?.replicas]).toEqual([['serve', '--role', 'api'], 2])
  expect([worker?.command, worker?.deploy?.replicas]).toEqual([['serve', '--role', 'worker'], 2])
  // One folder, so that all of them remember which store was in Redis.
  expect([api?.volumes, worker?.volumes]).toEqual([['opscore-data:/data'], ['opscore-data:/data']])
  expect(balancer?.volumes).toEqual(['./deploy/nginx.conf:/etc/nginx/nginx.conf:ro'])
  expect(Object.keys(others).sort()).toEqual(['agent-1', 'agent-2', 'agent-3', 'agentkit', 'redis'])
})

it('the load plan’s set-up lets unsigned registrations in and lifts the limits, as its scripts need', () => {
  const { opscore } = servicesOf('docker-compose.real-agentkit.yml')
  expect(opscore?.environment).toMatchObject({
    OPSCORE_STORAGE_TYPE: 'redis',
    OPSCORE_WEBHOOK_ALLOW_UNSIGNED: 'true',
    OPSCORE_RATE_LIMIT: 'off',
  })
})
