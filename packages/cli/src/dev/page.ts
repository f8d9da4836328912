import { buildPage, buildPageBeside, pageState } from '@opscore/dashboard'
import type { Log } from '@opscore/host'
import type { Terminal } from '../terminal/terminal.ts'
import { paint } from '../terminal/text.ts'

/** Builds the page where its sources are newer than its build. Without a page everything else works: what is wrong is told, and that is all. */
export async function preparePage(terminal: Terminal): Promise<void> {
  if (pageState() !== 'stale') return
  terminal.note('Building the page, as its sources are newer than its build …')
  try {
    await buildPage()
  } catch (error) {
    terminal.note([paint.yellow('warning:'), ` the page was not built: ${reasonOf(error)}`])
  }
}

/** The same beside a server that works already; the page is there when it is built. */
export function buildPageMeanwhile(log: Log): void {
  if (pageState() !== 'stale') return
  log.info({}, 'The page is being built, as its sources are newer than its build')
  buildPageBeside().then(
    (isBuilt) => isBuilt && log.info({}, 'The page is built'),
    (error: unknown) => log.warn({ reason: reasonOf(error) }, 'the page was not built'),
  )
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
