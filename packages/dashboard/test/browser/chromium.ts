import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Where Debian, and then others, lay it. */
const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Starts Chromium; where there is none it is installed first, by `apt-get`, where we may. */
export async function startChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? PATHS.find((path) => existsSync(path)) ?? install()
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
}

function install(): string {
  spawnSync('apt-get', ['update'], { stdio: 'pipe' })
  const { status } = spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], {
    stdio: 'pipe',
  })
  const found = PATHS.find((path) => existsSync(path))
  if (status === 0 && found !== undefined) return found
  throw new Error(
    'The tests of the page need Chromium, which is missing: install it (Debian: apt-get install chromium), or name it in CHROMIUM',
  )
}
