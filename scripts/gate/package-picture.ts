/** The packages and what they import of each other, drawn from the imports: the picture in ARCHITECTURE.md cannot be out of date. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Imports, readImports } from './imports.ts'
import { ROOT, type Step } from './step.ts'

export const PICTURED_FILE = join(ROOT, 'ARCHITECTURE.md')
const BEGIN = '<!-- packages -->'
const END = '<!-- /packages -->'

/** The document with the picture as it should be. */
export async function withPicture(document: string): Promise<string> {
  const begin = document.indexOf(BEGIN)
  const end = document.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`ARCHITECTURE.md has no ${BEGIN} and ${END}`)
  const picture = pictureOf(packagesIn(await readImports()))
  return `${document.slice(0, begin)}${BEGIN}\n${picture}\n${document.slice(end)}`
}

/** By package, those that its sources import. */
export function packagesIn(imports: Imports): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const [file, targets] of imports) {
    const from = packageOf(file)
    if (from === null) continue
    const to = found.get(from) ?? new Set()
    found.set(from, to)
    for (const target of targets) {
      const other = packageOf(target)
      if (other !== null && other !== from) to.add(other)
    }
  }
  return found
}

/** `null` for tests and for what is no package. */
const packageOf = (file: string): string | null => /^packages\/([^/]+)\/(?:src|page)\//.exec(file)?.[1] ?? null

export function pictureOf(packages: ReadonlyMap<string, ReadonlySet<string>>): string {
  const arrows = [...packages].flatMap(([from, targets]) =>
    [...targets]
      .filter((to) => ![...targets].some((other) => other !== to && reaches(packages, other, to)))
      .map((to) => `  ${from} --> ${to}`),
  )
  return ['```mermaid', 'graph TD', ...arrows.sort(), '```'].join('\n')
}

function reaches(packages: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const targets = [...(packages.get(from) ?? [])]
  return targets.includes(to) || targets.some((target) => reaches(packages, target, to))
}

export const packagePicture: Step = {
  name: 'picture of the packages',
  async run() {
    const document = await readFile(PICTURED_FILE, 'utf8')
    return document === (await withPicture(document))
      ? ''
      : 'The picture in ARCHITECTURE.md is not what the imports say: node scripts/draw-packages.ts'
  },
}
