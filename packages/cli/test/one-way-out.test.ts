import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const SOURCE = fileURLToPath(new URL('../src/', import.meta.url))

/** Every way to write to the streams of this process. */
const WRITES =
  /\bprocess\s*\??\.\s*std(?:out|err)\b|\bconsole\s*\.|\bstd(?:out|err)\b[^\n]*\bfrom 'node:process'|write(?:File)?Sync\([12]\b/

const writes = (file: string) => WRITES.test(readFileSync(`${SOURCE}${file}`, 'utf8'))

test('no file but the terminal writes to stdout or stderr', () => {
  const files = globSync('**/*.ts', { cwd: SOURCE })
  expect(files.length).toBeGreaterThan(30)
  expect(files.filter((file) => file !== join('terminal', 'terminal.ts')).filter(writes)).toEqual([])
})
