/** Ctrl-C, at the moment when everything runs. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { wait } from '@opscore/contract/time'
import { expect, test } from 'vitest'
import { runLoad } from '../run-load.ts'

test('Ctrl-C leaves no process running and no data', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'opscore-load-stop-'))
  const underLoad = new AbortController()
  const ended = runLoad(['3', '--storage', 'redis', '--scale', '0.1', '--output', folder], {
    onStart: (child) => {
      child.once('exit', () => underLoad.abort())
      void untilUnderLoad(folder, underLoad.signal).then(() => {
        expect(processesOf(folder).length).toBeGreaterThanOrEqual(6)
        child.kill('SIGINT')
      })
    },
  })
  expect(await ended).toMatchObject({ code: 130, stdout: '' })
  expect(processesOf(folder)).toEqual([])
  expect(existsSync(join(folder, 'data'))).toBe(false)
  rmSync(folder, { recursive: true, force: true })
})

/** Locust has written down that there are users. */
async function untilUnderLoad(folder: string, signal: AbortSignal): Promise<void> {
  while (!existsSync(join(folder, 'users.jsonl'))) await wait(50, { signal })
}

/** Processes that name the folder in their arguments, or work in it, or have their log there. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        const open = [`/proc/${pid}/cwd`, `/proc/${pid}/fd/1`].map((link) => readlinkSync(link))
        const belongs = [args, ...open].some((each) => each.includes(folder))
        return belongs && !args.includes('load/run.ts') ? [args] : []
      } catch {
        return []
      }
    })
}
