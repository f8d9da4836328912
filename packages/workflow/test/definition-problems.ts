import { checkDefinition } from '../src/check/check-definition.ts'

/** The least definition around these tasks. */
export function definition(tasks: object[], rest: object = {}): object {
  return { id: 'w', tasks, ...rest }
}

/** `<severity> <path> <message>` of each problem. */
export function problemsOf(value: unknown): string[] {
  return checkDefinition(value).problems.map(({ severity, path, message }) => `${severity} ${path} ${message}`)
}
