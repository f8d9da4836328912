import { Writable } from 'node:stream'
import { run } from '../src/run.ts'
import { createTerminal } from '../src/terminal/terminal.ts'

/** What writing to stdout comes to: the code of the error, where it fails. */
export type Stdout = 'EPIPE' | 'ENOSPC' | undefined

/** Runs a command in this process. Its connection is named by options: the environment is this process's own. */
export async function commandInProcess(args: string[], fails?: Stdout) {
  const stdout = collector(fails)
  const stderr = collector()
  const terminal = createTerminal({ stdin: process.stdin, stdout: stdout.stream, stderr: stderr.stream })
  const code = await run(args, {
    terminal,
    shutdown: { signal: terminal.lost, requested: new Promise(() => {}) },
    onAbandon() {},
  })
  return { code, stdout: stdout.text(), stderr: stderr.text() }
}

function collector(fails?: Stdout) {
  const chunks: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      if (fails === undefined) chunks.push(String(chunk))
      done(fails === undefined ? null : Object.assign(new Error(`${fails}: write failed`), { code: fails }))
    },
  })
  return { stream, text: () => chunks.join('') }
}
