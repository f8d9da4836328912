/**
 * The page's build. In the repository it is made from the sources whenever they are newer; a package that somebody installs holds it
 * made, and no sources.
 */
import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { isCode } from '@opscore/host'

const PACKAGE = join(import.meta.dirname, '..')
const SOURCES = join(PACKAGE, 'page')

/** Where the built page lies, or will. */
export const PAGE_FOLDER = join(PACKAGE, 'dist')

/** As old as the newest source that the build has seen. A build without it is none. */
const STAMP = '.built'

/** What goes into the page. */
const INPUTS = [
  ...['page/**/*', 'src/*', 'package.json', '../sdk/src/client/*'],
  ...['../contract/src/**/*', '../workflow/src/**/*', '../engine/src/core/**/*', '../engine/src/testing/*'],
]

/** `absent`: there is neither a build nor what to make one from. */
export type PageState = 'fresh' | 'stale' | 'absent'

export function pageState(): PageState {
  const built = statSync(join(PAGE_FOLDER, STAMP), { throwIfNoEntry: false })?.mtimeMs
  if (!existsSync(join(SOURCES, 'index.html'))) return built === undefined ? 'absent' : 'fresh'
  return built !== undefined && newestInput() <= built ? 'fresh' : 'stale'
}

/**
 * Builds the page and puts it in place in one step, so that whoever serves it sees the old one or the new one. Rejects with what is
 * wrong with the sources, or where Vite is not installed.
 */
export async function buildPage(): Promise<void> {
  const { bundlePage } = await import('./bundle-page.ts')
  const folder = `${PAGE_FOLDER}-${process.pid}`
  const old = `${folder}-old`
  // What changes while it is read makes this build old again.
  const seen = Math.ceil(newestInput() / 1000)
  try {
    await bundlePage(SOURCES, folder)
    writeFileSync(join(folder, STAMP), '')
    utimesSync(join(folder, STAMP), seen, seen)
    if (existsSync(PAGE_FOLDER)) renameSync(PAGE_FOLDER, old)
    renameSync(folder, PAGE_FOLDER)
  } finally {
    for (const each of [folder, old]) rmSync(each, { recursive: true, force: true })
  }
}

/**
 * The same in a process of its own, for one that serves meanwhile. Where another process builds already it is left to that one. Resolves
 * with whether it was built here.
 */
export async function buildPageBeside(): Promise<boolean> {
  const lock = `${PAGE_FOLDER}.lock`
  if (!takeLock(lock)) return false
  try {
    await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'build.ts')])
    return true
  } finally {
    rmSync(lock, { force: true })
  }
}

function newestInput(): number {
  const paths = globSync(INPUTS, { cwd: PACKAGE })
  return Math.max(...paths.map((path) => statSync(join(PACKAGE, path)).mtimeMs))
}

/** A lock whose process is gone holds no more. */
function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
    if (isAlive(Number(readFileSync(lock, 'utf8')))) return false
    writeFileSync(lock, String(process.pid))
    return true
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return isCode(error, 'EPERM')
  }
}
