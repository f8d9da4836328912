import { fileURLToPath } from 'node:url'
import { agentKitSettings } from '@opscore/agentkit'
import { describeSettings } from '@opscore/host'
import { serverSettings } from '@opscore/server'

export const CONFIGURATION_FILE = fileURLToPath(new URL('../../docs/configuration.md', import.meta.url))

/** Every variable that a process of ours reads, with its type, default and meaning. */
export function configurationDocument(): string {
  return `# Configuration

Read from the environment at start, checked whole: every problem is said at once, and nothing starts with a bad value. Options of
the command line go before the environment. Secrets are never printed. Durations
are written as everywhere ([durations.md](durations.md)). Written by \`node scripts/write-configuration.ts\`.

## Ops-Core: \`opscore serve\`

${table(describeSettings(serverSettings))}

## AgentKit: \`opscore agentkit\`

${table(describeSettings(agentKitSettings))}
`
}

function table(settings: ReturnType<typeof describeSettings>): string {
  const rows = settings.map(({ name, type, default: value, doc, secret }) => {
    const shown = value === '' || value === undefined ? '' : `\`${value}\``
    return `| \`${name}\` | ${type.replaceAll('|', '\\|')} | ${shown} | ${doc}${secret ? ' (secret)' : ''} |`
  })
  return ['| variable | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
}
