/** What the files under deploy/ and the compose files say, as the tests read it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { agentKitSettings } from '@opscore/agentkit'
import { logLevelSetting } from '@opscore/host'
import { serverSettings } from '@opscore/server'
import { parse } from 'yaml'

export const ROOT = join(import.meta.dirname, '../..')
export const COMPOSE_FILES = ['docker-compose.yml', 'docker-compose.real-agentkit.yml']
export const CHART = join(ROOT, 'deploy/helm/opscore')

export interface Service {
  image: string
  build?: { dockerfile: string }
  command?: string | string[]
  environment?: Record<string, string>
  deploy?: { replicas: number }
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test?: string[]; disable?: boolean }
  ports?: string[]
  stop_grace_period?: string
  networks?: string[]
  volumes?: string[]
}

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

export function servicesOf(file: string): Record<string, Service> {
  const { services }: { services: Record<string, Service> } = parse(read(file), { merge: true })
  return services
}

/** `${NAME:-value}` becomes the value, and what must be set a text: what compose does with an environment that has only that. */
export const interpolated = (text: string): string =>
  text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, _name, kind, rest) => (kind === '-' ? rest : 'a-secret'))

/** The arguments of `opscore` in a service; `undefined` where it runs something else. */
export function argumentsOf({ image, command = ['serve'] }: Service): string[] | undefined {
  if (interpolated(image) !== 'opscore:local') return undefined
  return Array.isArray(command) ? command : interpolated(command).split(' ')
}

/** Variables that the simulated agent reads; its package keeps the table to itself. */
function agentVariables(): Set<string> {
  const table = /agentSettings = defineSettings\(\{(.*?)\n\}\)/s.exec(read('packages/cli/src/config.ts'))?.[1] ?? ''
  const named = [...table.matchAll(/\('([A-Z_]+)'/g)].map(([, name]) => name ?? '')
  return new Set([...named, ...(table.includes('logLevelSetting') ? [logLevelSetting.name] : [])])
}

const namesOf = (settings: Record<string, { name: string }>) => new Set(Object.values(settings).map(({ name }) => name))

/** Variables that a command of `opscore` reads. */
export const VARIABLES: Record<string, Set<string>> = {
  serve: namesOf(serverSettings),
  agentkit: namesOf(agentKitSettings),
  agent: agentVariables(),
}

export const templates: readonly { name: string; text: string }[] = readdirSync(join(CHART, 'templates')).map(
  (name) => ({ name, text: readFileSync(join(CHART, 'templates', name), 'utf8') }),
)
