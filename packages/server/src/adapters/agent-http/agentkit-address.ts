/** AgentKit's address for a message to an agent, from a base URL with or without a trailing `/v1`. */
export function agentKitAddress(agentKitUrl: string): (agentId: string) => string | null {
  const base = agentKitUrl.replace(/\/+$/, '').replace(/\/v1$/, '')
  return (agentId) => {
    if (!isPathSegment(agentId)) return null
    return `${base}/v1/agents/${encodeURIComponent(agentId)}/run`
  }
}

/** A URL swallows dot segments, escaped ones too, and cannot hold a lone surrogate: AgentKit has no agent by such an id. */
const isPathSegment = (agentId: string): boolean => agentId !== '.' && agentId !== '..' && agentId.isWellFormed()
