import type { Terminal } from '../terminal.ts'
import { paint } from '../text.ts'
import type { Fleet } from './fleet.ts'

/** Says where everything is, and gives one command to try that works when it is pasted. */
export function welcome({ fleet, sessionId, terminal }: { fleet: Fleet; sessionId: string; terminal: Terminal }): void {
  const { opsCoreUrl, agentKitUrl, apiKeyFile } = fleet
  const { out } = terminal
  const key = apiKeyFile === undefined ? '$OPSCORE_API_KEY' : `$(cat ${quoted(apiKeyFile)})`
  out('')
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
