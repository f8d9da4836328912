import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startTimer } from '@opscore/contract/time'
import { expect } from 'vitest'

/**
 * Starts a victim over a data directory and kills it `delay` milliseconds after its first message. Returns what it wrote to its
 * standard output, which is a file, so that not a line is lost with it.
 */
export async function killVictim(victimFile: URL, dataDir: string, delay: number): Promise<string> {
  const path = join(dataDir, 'said')
  const file = openSync(path, 'w')
  const victim = spawn(process.execPath, [fileURLToPath(victimFile), dataDir], {
    stdio: ['ignore', file, 'inherit', 'ipc'],
  })
  closeSync(file)
  victim.once('message', () => startTimer(delay, () => victim.kill('SIGKILL')))
  const [, signal] = await once(victim, 'close')
  expect(signal).toBe('SIGKILL')
  return readFileSync(path, 'utf8')
}
