import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@opscore/host'
import { OpsCoreClient } from '@opscore/sdk'
import { buildPage, pageState } from '../../src/index.ts'
import { startServeProcess } from '../demo/serve-process.ts'

export interface BenchServer extends AsyncDisposable {
  url: string
  apiKey: string
  client: OpsCoreClient
  /** What its process holds in memory, in bytes, and the CPU that it has used, in milliseconds. */
  used(): { memory: number; cpu: number }
  /** A gauge or counter of `/metrics`. */
  metric(name: string): Promise<number>
}

/** Ops-Core over SQLite in a process and a folder of its own, so that what is measured here does not hold it up. */
export async function startBenchServer(): Promise<BenchServer> {
  if (pageState() === 'stale') await buildPage()
  const dataDir = await mkdtemp(join(tmpdir(), 'opscore-bench-page-'))
  const port = await freePort()
  const apiKey = 'the-key-of-the-page'
  const environment = { OPSCORE_RATE_LIMIT: 'off' }
  const child = await startServeProcess({ port, dataDir, apiKey, environment })
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    apiKey,
    client: new OpsCoreClient({ url, apiKey }),
    used() {
      const [, fields = ''] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')
      const [, , , , , , , , , , , user, system] = fields.split(' ').map(Number)
      const pages = Number(readFileSync(`/proc/${child.pid}/statm`, 'utf8').split(' ')[1])
      return { memory: pages * 4_096, cpu: ((user ?? 0) + (system ?? 0)) * 10 }
    },
    async metric(name) {
      const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${apiKey}` } })
      const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(await answer.text())
      return Number(found?.[1])
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await new Promise((resolve) => child.once('exit', resolve))
      await rm(dataDir, { recursive: true })
    },
  }
}
