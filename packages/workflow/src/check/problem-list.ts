import type { DefinitionProblem } from '@opscore/contract'

/** Of each severity: a hostile definition must not make an answer that is larger than itself. */
const MAX_LISTED = 100

/** A sentence, or what makes it: asked only where the problem is listed, since suggestions cost time. */
type Sentence = string | (() => string)

/** Collects what the checker finds. `path` is a JSON pointer. */
export interface ProblemList {
  error(path: string, sentence: Sentence): void
  warn(path: string, sentence: Sentence): void
  hasErrors(): boolean
  /** In the order found, up to 100 of each severity and then how many more there are. */
  all(): DefinitionProblem[]
}

export function createProblemList(): ProblemList {
  const problems: DefinitionProblem[] = []
  const counts = { error: 0, warning: 0 }

  function add(severity: 'error' | 'warning', path: string, sentence: Sentence): void {
    counts[severity] += 1
    if (counts[severity] > MAX_LISTED) return
    problems.push({ path, message: typeof sentence === 'string' ? sentence : sentence(), severity })
  }

  return {
    error: (path, sentence) => add('error', path, sentence),
    warn: (path, sentence) => add('warning', path, sentence),
    hasErrors: () => counts.error > 0,
    all() {
      const listed = [...problems]
      for (const severity of ['error', 'warning'] as const) {
        const more = counts[severity] - MAX_LISTED
        if (more > 0) listed.push({ path: '', message: `There are ${more} more ${severity}s`, severity })
      }
      return listed
    },
  }
}

/** The pointer of a member: RFC 6901. */
export function pointer(path: string, key: string | number): string {
  return `${path}/${typeof key === 'number' ? key : key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}
