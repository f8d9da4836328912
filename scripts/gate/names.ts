/** Names say what is inside, and folders show the way of the data (CONTRIBUTING.md). */
import { sourceFiles } from './source-files.ts'
import type { Step } from './step.ts'

const EMPTY_WORDS = new Set('util utils helper helpers common shared manager service impl misc types'.split(' '))
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/
/** Folders below `src`, at most. */
const DEPTH = 3

/** What is wrong with a file's path; `null` where nothing is. */
export function badName(path: string): string | null {
  const segments = path.split('/')
  const stems = segments.map((segment, index) => (index < segments.length - 1 ? segment : stemOf(segment)))
  const empty = stems.find((stem) => stem.split('-').some((word) => EMPTY_WORDS.has(word)))
  if (empty) return `${path}: "${empty}" says nothing about what is inside`
  const odd = stems.find((stem) => !KEBAB_CASE.test(stem))
  if (odd) return `${path}: "${odd}" is not kebab-case`
  if (stems.at(-1) === 'index' && !/^packages\/[^/]+\/src\/index\.ts$/.test(path)) {
    return `${path}: only a package's entry is called index.ts`
  }
  const below = segments.length - 1 - (segments.indexOf('src') + 1)
  if (segments.includes('src') && below > DEPTH) return `${path}: more than ${DEPTH} folders below src`
  return null
}

const stemOf = (file: string): string => file.replace(/(\.(test|config))?\.tsx?$/, '')

export const names: Step = {
  name: 'names of files and folders',
  async run() {
    const paths = await sourceFiles()
    return paths.flatMap((path) => badName(path) ?? []).join('\n')
  },
}
