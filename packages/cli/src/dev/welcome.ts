import type { Terminal } from '../terminal/terminal.ts'
import { paint } from '../terminal/text.ts'
import type { Fleet } from './fleet.ts'

export interface Welcome {
  fleet: Fleet
  sessionId: string
  /** Where the page is; the link brings the key along. */
  page: string
  terminal: Terminal
}

/** Says where everything is, and gives one command to try that works when it is pasted. */
export function welcome({ fleet, sessionId, page, terminal }: Welcome): void {
  const { opsCoreUrl, agentKitUrl, apiKeyFile } = fleet
  const { out } = terminal
  const key = apiKeyFile === undefined ? '$OPSCORE_API_KEY' : `$(cat ${quoted(apiKeyFile)})`
  out('')
  out(['  Page      ', paint.cyan(page)])
  out(['  Ops-Core  ', paint.cyan(opsCoreUrl), '   API page ', paint.cyan(`${opsCoreUrl}/docs`)])
  out(['  AgentKit  ', paint.cyan(agentKitUrl)])
  out(`  API key   ${apiKeyFile ?? 'the one in OPSCORE_API_KEY'}`)
  out('')
  out('Try it:')
  out(`  curl -H "Authorization: Bearer ${key}" \\`)
  out(`    ${opsCoreUrl}/v1/opscore/session/${sessionId}`)
  out('')
  out('Ctrl-C stops it; everything is there again at the next start.')
}

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
