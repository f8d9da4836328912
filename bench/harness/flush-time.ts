import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const FLUSHES = 200
const PAGE = Buffer.alloc(4_096, 1)

/** How long the disk takes to make one appended page durable, in milliseconds: what no durable answer can be faster than. */
export function flushTimes(directory: string): number[] {
  const path = join(directory, 'flush-time')
  const file = openSync(path, 'w')
  try {
    return Array.from({ length: FLUSHES }, () => {
      const start = performance.now()
      writeSync(file, PAGE)
      fdatasyncSync(file)
      return performance.now() - start
    })
  } finally {
    closeSync(file)
    rmSync(path)
  }
}
