import { readFile } from 'node:fs/promises'

/** What this machine knows of names beside its name servers. */
export interface SystemNames {
  /** Lower-case name to addresses, from the hosts file. */
  hosts: ReadonlyMap<string, readonly string[]>
  /** Domains that short names are tried under; without them a Kubernetes service's short name resolves nowhere. */
  search: readonly string[]
  /** A name with fewer dots is tried under the search domains first. */
  ndots: number
}

const HOSTS_FILE = process.platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts'

/** Reads the hosts file and resolv.conf; one that is missing counts as empty. */
export async function readSystemNames(): Promise<SystemNames> {
  const [hosts, resolver] = await Promise.all([readText(HOSTS_FILE), readText('/etc/resolv.conf')])
  return { hosts: parseHosts(hosts), ...parseResolverFile(resolver) }
}

export function parseHosts(text: string): Map<string, string[]> {
  const hosts = new Map<string, string[]>()
  for (const [address, ...names] of meaningfulLines(text)) {
    if (address === undefined) continue
    for (const name of names) hosts.set(name.toLowerCase(), [...(hosts.get(name.toLowerCase()) ?? []), address])
  }
  return hosts
}

/** The last `search` or `domain` line counts, as resolv.conf(5) has it. */
export function parseResolverFile(text: string): Pick<SystemNames, 'search' | 'ndots'> {
  let search: string[] = []
  let ndots = 1
  for (const [keyword, ...values] of meaningfulLines(text)) {
    if (keyword === 'search' || keyword === 'domain') search = values.filter((domain) => domain !== '.')
    const option = keyword === 'options' ? values.find((value) => /^ndots:\d{1,2}$/.test(value)) : undefined
    if (option !== undefined) ndots = Math.min(15, Number(option.slice('ndots:'.length)))
  }
  return { search: search.slice(0, 6).map((domain) => domain.replace(/\.$/, '')), ndots }
}

function meaningfulLines(text: string): string[][] {
  return text
    .split(/\r?\n/)
    .map((line) => (line.split(/[#;]/, 1)[0] ?? '').trim().split(/\s+/))
    .filter((words) => words[0] !== '')
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return ''
  }
}
