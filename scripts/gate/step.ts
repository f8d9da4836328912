import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'

/** One check of the gate: what it found wrong, as text to print, or nothing. */
export interface Step {
  name: string
  run(): Promise<string>
}

export const ROOT = dirname(dirname(import.meta.dirname))

/** An installed package's command, run by this Node from the repository's root. Its output is what it found where it exits non-zero. */
export function tool(name: string, packageName: string, ...args: string[]): Step {
  return {
    name,
    async run() {
      const command = [await commandOf(packageName), ...args]
      const child = spawn(process.execPath, command, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
      const ended = Promise.withResolvers<number | null>()
      child.once('error', ended.reject)
      child.once('close', ended.resolve)
      const [code, out, err] = await Promise.all([ended.promise, text(child.stdout), text(child.stderr)])
      return code === 0 ? '' : `${out}${err}\n${packageName} exited with ${code}`.trim()
    },
  }
}

/** The script behind a package's command, so that no shell and no platform's wrapper comes between. */
export async function commandOf(packageName: string): Promise<string> {
  const folder = join(ROOT, 'node_modules', packageName)
  const { bin }: { bin: string | Record<string, string> } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  )
  const script = typeof bin === 'string' ? bin : Object.values(bin)[0]
  if (!script) throw new Error(`${packageName} has no command`)
  return join(folder, script)
}

/**
 * Runs steps beside each other, prints a line for each as it ends, and in full what failed. Returns how many failed; a
 * step that throws has failed.
 */
export async function runSteps(steps: readonly Step[], print: (line: string) => void = console.log): Promise<number> {
  const failures = await Promise.all(
    steps.map(async ({ name, run }) => {
      const startedAt = performance.now()
      const found = await run().catch((error: Error) => error.stack ?? error.message)
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      print(found === '' ? `ok    ${name} (${seconds} s)` : `FAIL  ${name} (${seconds} s)\n${found}`)
      return found === '' ? 0 : 1
    }),
  )
  return failures.reduce<number>((sum, failed) => sum + failed, 0)
}
