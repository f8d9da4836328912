import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A fresh directory that goes with the test. */
export function dataDirOfTest(): string {
  const dir = mkdtempSync(join(tmpdir(), 'opscore-store-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}
