import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../gate/step.ts'

const pages = [
  ...readdirSync(ROOT).map((name) => join(ROOT, name)),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join(ROOT, 'docs', name)),
].filter((path) => path.endsWith('.md'))

/** Relative ones, without what is within the page. */
function linksOf(page: string): string[] {
  const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '')
  return links.flatMap((link) => (/^(\w+:|#)/.test(link) ? [] : (link.split('#')[0] ?? [])))
}

test.each(pages.map((page) => relative(ROOT, page)))('what %s links to is there', (page) => {
  const path = join(ROOT, page)
  expect(linksOf(path).filter((link) => !existsSync(join(dirname(path), link)))).toEqual([])
})

test.each(readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md')))(
  'README.md links to docs/%s',
  (name) => {
    expect(linksOf(join(ROOT, 'README.md'))).toContain(`docs/${name}`)
  },
)
