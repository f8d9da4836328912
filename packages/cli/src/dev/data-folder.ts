import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { freePort, isCode } from '@opscore/host'

export interface DataFolder {
  /** Absolute. */
  path: string
  logFile(name: string): string
  /** What AgentKit signs its webhook with: made up once, readable by its owner alone. */
  webhookSecret(): string
  /** Ports for agents that keep theirs over restarts, so that they come back under their endpoints. */
  agentPorts(names: readonly string[]): Promise<Map<string, number>>
}

/** Opens the folder of `opscore dev`, making it where it is not there. */
export function openDataFolder(folder: string): DataFolder {
  const path = resolve(folder)
  mkdirSync(join(path, 'logs'), { recursive: true, mode: 0o700 })
  return {
    path,
    logFile: (name) => join(path, 'logs', `${name}.log`),
    webhookSecret: () => keptSecret(join(path, 'webhook-secret')),
    agentPorts: (names) => keptPorts(join(path, 'agent-ports.json'), names),
  }
}

function keptSecret(file: string): string {
  const secret = randomBytes(32).toString('hex')
  try {
    writeFileSync(file, secret, { mode: 0o600, flag: 'wx' })
    return secret
  } catch (error) {
    if (isCode(error, 'EEXIST')) return readFileSync(file, 'utf8').trim()
    throw error
  }
}

async function keptPorts(file: string, names: readonly string[]): Promise<Map<string, number>> {
  const ports = readPorts(file)
  for (const name of names) {
    if (!ports.has(name)) ports.set(name, await freePort({ lasting: true, except: new Set(ports.values()) }))
  }
  writeFileSync(`${file}.new`, `${JSON.stringify(Object.fromEntries(ports), null, 2)}\n`)
  renameSync(`${file}.new`, file)
  return ports
}

function readPorts(file: string): Map<string, number> {
  try {
    const kept: Record<string, unknown> = JSON.parse(readFileSync(file, 'utf8'))
    return new Map(Object.entries(kept).filter((entry): entry is [string, number] => Number.isInteger(entry[1])))
  } catch {
    return new Map()
  }
}
