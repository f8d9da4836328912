import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@opscore/host'
import { loadBalancerFile } from './load-balancer-file.ts'
import { agentMember, local, redisMember } from './members.ts'
import type { Member } from './start-members.ts'

export interface Addresses {
  /** nginx, in front of the api processes. */
  url: string
  agentKitUrl: string
  redisUrl: string
  apis: readonly string[]
  workers: readonly string[]
  apiKey: string
}

export interface Plan {
  addresses: Addresses
  /** Who is started together, in the order in which they need each other. */
  stages: readonly (readonly Member[])[]
}

/** As in docker-compose.yml: the sample's two steps go to different agents, and one can stand in for either. */
const CAPABILITIES = ['test_capability', 'another_capability', 'test_capability,another_capability']

/** The services of docker-compose.yml with addresses of this machine. Writes nginx' file and the key into the folder. */
export async function planTopology(folder: string): Promise<Plan> {
  const ports = new Set<number>()
  while (ports.size < 7 + CAPABILITIES.length) ports.add(await freePort({ except: ports }))
  const [redis = 0, port = 0, agentKit = 0, ...others] = ports
  const [apis, workers, agents] = [others.slice(0, 2), others.slice(2, 4), others.slice(4)]
  const addresses: Addresses = {
    url: local(port),
    agentKitUrl: local(agentKit),
    redisUrl: `redis://127.0.0.1:${redis}`,
    apis: apis.map(local),
    workers: workers.map(local),
    apiKey: randomBytes(32).toString('hex'),
  }
  writeFileSync(join(folder, 'api-key'), `${addresses.apiKey}\n`, { mode: 0o600 })
  writeFileSync(join(folder, 'nginx.conf'), loadBalancerFile({ port, apis, folder }))
  const env = settings(addresses)
  const serve = (role: 'api' | 'worker', ports: readonly number[]) =>
    ports.map((each, index) => ({
      name: `${role}-${index + 1}`,
      args: ['serve', '--role', role, '--port', String(each), '--data-dir', folder],
      env: env.opsCore,
    }))
  return {
    addresses,
    stages: [
      [redisMember(redis, folder)],
      [...serve('api', apis), ...serve('worker', workers)],
      [loadBalancerMember(addresses.url, folder)],
      [{ name: 'agentkit', args: ['agentkit', '--port', String(agentKit), '--data-dir', folder], env: env.agentKit }],
      agents.map((each, index) =>
        agentMember({
          name: `agent-${index + 1}`,
          port: each,
          capabilities: CAPABILITIES[index] ?? '',
          env: env.agent,
        }),
      ),
    ],
  }
}

/** All that matters is said here: what the shell that starts us has set for another Ops-Core must not reach this one. */
function settings({ url, agentKitUrl, redisUrl, apiKey }: Addresses) {
  const webhook = { OPSCORE_WEBHOOK_SECRET: randomBytes(32).toString('hex') }
  const agentKitKey = { AGENTKIT_API_KEY: randomBytes(32).toString('hex') }
  const urls = { OPSCORE_API_URL: url, AGENTKIT_API_URL: agentKitUrl }
  return {
    opsCore: {
      OPSCORE_HOST: '127.0.0.1',
      OPSCORE_STORAGE_TYPE: 'redis',
      OPSCORE_REDIS_URL: redisUrl,
      OPSCORE_API_KEY: apiKey,
      AGENTKIT_API_URL: agentKitUrl,
      ...webhook,
      ...agentKitKey,
    },
    agentKit: {
      AGENTKIT_HOST: '127.0.0.1',
      OPSCORE_WEBHOOK_URL: `${url}/v1/opscore/internal/agent/notify`,
      ...webhook,
      ...agentKitKey,
    },
    agent: { OPSCORE_API_KEY: apiKey, ...urls },
  }
}

/** Through nginx, so that at least one api process behind it is ready too. */
function loadBalancerMember(url: string, folder: string): Member {
  // Started by root its workers would be another user, who may not enter a temporary folder.
  const user = process.getuid?.() === 0 ? 'user root root; ' : ''
  return {
    name: 'load-balancer',
    program: 'nginx',
    args: ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf'), '-g', `${user}daemon off;`],
    isReady: () =>
      fetch(`${url}/ready`).then(
        (answer) => answer.ok,
        () => false,
      ),
  }
}
