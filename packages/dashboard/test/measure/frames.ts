import type { Page } from 'playwright-core'

/** What the page did while it was looked at: its longest frame, and its longest piece of work without a pause, in milliseconds. */
interface Smoothness {
  longestFrame: number
  framesOver50: number
  frames: number
  longestTask: number
}

/**
 * Scrolls a list a step a frame, as a wheel does. A frame is late when the machine has no processor for it too; a long task is the
 * page's own.
 */
const SCROLL = `(step) => new Promise((resolve) => {
  const list = document.querySelector('.table-scroll')
  const took = []
  let longestTask = 0
  const observer = new PerformanceObserver((seen) => {
    for (const { duration } of seen.getEntries()) longestTask = Math.max(longestTask, duration)
  })
  observer.observe({ entryTypes: ['longtask'] })
  let before = performance.now()
  const next = (now) => {
    took.push(now - before)
    before = now
    list.scrollTop += step
    if (took.length < 240) return requestAnimationFrame(next)
    observer.disconnect()
    took.shift()
    resolve({
      longestFrame: Math.max(...took), framesOver50: took.filter((each) => each > 50).length, frames: took.length, longestTask,
    })
  }
  requestAnimationFrame(next)
})`

/** Pixels a frame: as fast as a wheel turns, and as a scroll bar is torn down. */
const SPEEDS = { 'by the wheel, 120 pixels a frame': 120, 'by the bar, 400 pixels a frame': 400 }

/** Scrolls at both speeds, from the top. */
export async function scrolledText(page: Page): Promise<[string, string][]> {
  const found: [string, string][] = []
  for (const [speed, step] of Object.entries(SPEEDS)) {
    await page.evaluate("document.querySelector('.table-scroll').scrollTop = 0")
    await page.waitForTimeout(500)
    found.push([speed, smoothnessText(await page.evaluate<Smoothness>(`(${SCROLL})(${step})`))])
  }
  return found
}

const smoothnessText = ({ longestFrame, framesOver50, frames, longestTask }: Smoothness): string =>
  `longest ${Math.round(longestFrame)} ms, ${framesOver50} of ${frames} over 50 ms; longest task ${Math.round(longestTask)} ms`

/** The layout leaves its measure behind; long tasks are kept by the browser. */
const GRAPH_TIMES = `new Promise((resolve) => {
  const laidOut = performance.getEntriesByName('graph layout')[0]?.duration ?? NaN
  new PerformanceObserver((seen) => {
    resolve({ laidOut, longestTask: Math.max(0, ...seen.getEntries().map(({ duration }) => duration)) })
  }).observe({ type: 'longtask', buffered: true })
  setTimeout(() => resolve({ laidOut, longestTask: 0 }), 500)
})`

/** How long a graph was laid out, and the longest task of the page since its load; milliseconds. */
export const graphTimes = (page: Page) => page.evaluate<{ laidOut: number; longestTask: number }>(GRAPH_TIMES)
