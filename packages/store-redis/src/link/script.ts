/** The scripts that run in Redis, one to a file, by the hash that Redis knows them by. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Client, mastersOf } from './client.ts'
import { codeOf } from './failure.ts'

interface Script {
  source: string
  sha: string
}

function load(name: string): Script {
  const source = readFileSync(new URL(`../scripts/${name}.lua`, import.meta.url), 'utf8')
  return { source, sha: createHash('sha1').update(source).digest('hex') }
}

const scripts = {
  addKey: load('add-key'),
  claim: load('claim'),
  commit: load('commit'),
  deleteWorkflow: load('delete-workflow'),
  history: load('history'),
  import: load('import'),
  openKeys: load('open-keys'),
  putRecord: load('put-record'),
  putWorkflow: load('put-workflow'),
  readLog: load('read-log'),
  revokeKey: load('revoke-key'),
  sessionEvents: load('session-events'),
  trimAgents: load('trim-agents'),
  trimLog: load('trim-log'),
  trimOnce: load('trim-once'),
  trimRecords: load('trim-records'),
  trimSessions: load('trim-sessions'),
}

export type ScriptName = keyof typeof scripts

/** Makes every script known to every master, so that calls by hash find them. */
export async function loadScripts(client: Client): Promise<void> {
  const sources = Object.values(scripts).map(({ source }) => source)
  await Promise.all(mastersOf(client).flatMap((node) => sources.map((source) => node.call('SCRIPT', 'LOAD', source))))
}

/** Runs a script. One that Redis has forgotten goes along with its source, which Redis then keeps. */
export async function runScript(client: Client, name: ScriptName, keys: string[], args: string[]): Promise<unknown> {
  const { sha, source } = scripts[name]
  try {
    return await client.call('EVALSHA', [sha, keys.length, ...keys, ...args])
  } catch (error) {
    // Said before anything runs, so nothing happens twice.
    if (codeOf(error) !== 'NOSCRIPT') throw error
    return await client.call('EVAL', [source, keys.length, ...keys, ...args])
  }
}
