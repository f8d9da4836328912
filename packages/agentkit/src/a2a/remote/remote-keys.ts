import { readFileSync } from 'node:fs'
import { ConfigurationError } from '@opscore/host'
import Type from 'typebox'
import { Check } from 'typebox/value'
import { parse } from 'yaml'
import type { GuardedFetch } from '../../guarded-fetch.ts'

const RemoteKeys = Type.Record(Type.String(), Type.String({ pattern: '^[\\x21-\\x7e]+$' }))

/** Bearer keys by the origin that they are for. */
export type RemoteKeys = ReadonlyMap<string, string>

/** Reads `AGENTKIT_A2A_KEYS_FILE`: YAML or JSON, `<origin>: <key>`. Throws a `ConfigurationError`. */
export function readRemoteKeys(file: string): RemoteKeys {
  const keys = readYaml(file)
  if (!Check(RemoteKeys, keys)) throw refused(file, 'must have a key for each origin')
  const entries = Object.entries(keys).map(([url, key]) => {
    if (!URL.canParse(url)) throw refused(file, `has ${JSON.stringify(url)}, which is no origin`)
    return [new URL(url).origin, key] as const
  })
  return new Map(entries)
}

/** A key goes to its own origin, and nowhere else. */
export function withKeys(send: GuardedFetch, keys: RemoteKeys): GuardedFetch {
  return (input, init = {}) => {
    const key = keys.get(new URL(input instanceof Request ? input.url : input).origin)
    const headers = new Headers(init.headers)
    if (key !== undefined) headers.set('authorization', `Bearer ${key}`)
    return send(input, { ...init, headers })
  }
}

function readYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'), { maxAliasCount: 0 })
  } catch (error) {
    throw refused(file, `cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

function refused(file: string, why: string): ConfigurationError {
  return new ConfigurationError([`AGENTKIT_A2A_KEYS_FILE ${file} ${why}`])
}
