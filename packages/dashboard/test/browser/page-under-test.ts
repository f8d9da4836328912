/** The page in a browser, with everything noted that must never happen. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Servers } from '../demo/start-servers.ts'

export interface PageUnderTest extends AsyncDisposable {
  page: Page
  /** Goes to an address of the page, and waits until its place is there. */
  visit(address: string): Promise<void>
  /** Broken policies, errors and failed requests so far. */
  troubles: readonly string[]
  /** How far what is drawn reaches beyond the window, in pixels. */
  overflow(): Promise<number>
}

export async function openPage(
  browser: Browser,
  { opsCoreUrl, apiKey }: Pick<Servers, 'opsCoreUrl' | 'apiKey'>,
  options: BrowserContextOptions = {},
): Promise<PageUnderTest> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text())
  })
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', (event) => console.error('policy', event.violatedDirective, event.blockedURI))`,
  )
  await page.goto(`${opsCoreUrl}/#key=${apiKey}`)
  await page.locator('main#place').waitFor()
  return {
    page,
    troubles,
    async visit(address) {
      await page.goto(`${opsCoreUrl}${address}`)
      await page.locator('main#place').waitFor()
    },
    overflow: () => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
    [Symbol.asyncDispose]: () => context.close(),
  }
}
