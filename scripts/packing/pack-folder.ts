import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

export interface Tarball {
  /** Its path. */
  path: string
  /** What it holds, as paths within the package. */
  files: string[]
}

/** Packs a staged package, by npm, into `destination`. */
export function packFolder(folder: string, destination: string): Tarball {
  const args = ['pack', '--json', '--pack-destination', destination, folder]
  const { status, stdout, stderr, error } = spawnSync('npm', args, { encoding: 'utf8' })
  if (status !== 0) throw error ?? new Error(`npm pack ${folder}: ${stderr}`)
  const packed: { filename: string; files: { path: string }[] }[] = JSON.parse(stdout)
  const [first] = packed
  if (!first) throw new Error(`npm pack ${folder} packed nothing`)
  return { path: join(destination, first.filename), files: first.files.map(({ path }) => path) }
}
