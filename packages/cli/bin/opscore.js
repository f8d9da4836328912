#!/usr/bin/env node
/**
 * Starts the CLI on Node 24 or newer. Plain JavaScript for the Node that happens to be installed: an older one runs it
 * again with the Node that is pinned as a dependency, handing on flags, signals and the exit code.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import nodeModule, { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NEEDED = 24
/** Source in the repository, JavaScript where it was packed. */
const MAIN = ['../src/main.ts', '../src/main.js']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url))
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** What Node compiled is kept beside us: a command starts in half the time, and nobody else can write there. */
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  nodeModule.enableCompileCache(COMPILED)
  await import(MAIN)
} else runAgain(pinnedNode())

function pinnedNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'))
    return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  } catch {
    return undefined
  }
}

function runAgain(node) {
  if (node === undefined) return fail('the pinned one is not installed: run npm ci')
  const child = spawn(node, [...process.execArgv, fileURLToPath(MAIN), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail(error.message))
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]))
}

function fail(reason) {
  console.error(`error: opscore needs Node ${NEEDED} or newer; this is ${process.version}, and ${reason}`)
  process.exit(1)
}
