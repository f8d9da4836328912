import { CommandFailure, EXIT } from './exit-code.ts'

/**
 * The URL of a server as it was configured. What is none is not repeated where it may hold a password.
 * @throws CommandFailure where it is none; `name` says where it came from
 */
export function serverUrl(text: string, name: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const problem = problemOf(url)
  if (problem === undefined) return text
  const shown = text.includes('@') ? '' : `: ${JSON.stringify(text)}`
  throw new CommandFailure(`${name} ${problem}${shown}`, { exitCode: EXIT.usage })
}

function problemOf(url: URL | undefined): string | undefined {
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return 'must be an http or https URL'
  if (url.username !== '' || url.password !== '') return 'must hold no user and password'
  return url.search === '' && url.hash === '' ? undefined : 'must end before ? and #'
}
