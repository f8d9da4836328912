import { effectIdOf, type PendingEffect } from '@opscore/engine'

/** What the victim of a crash commits to. */
export const AGENTS = Array.from({ length: 24 }, (_, i) => `agent-${i}`)

/** The one effect that an agent's commit of this version asks for; the next commit marks it done. */
export function effectOf(agentId: string, version: number): PendingEffect {
  const effect = { type: 'release', agentId, attemptId: String(version), reason: 'over', until: 0 } as const
  return { id: effectIdOf({ kind: 'agent', id: agentId }, version, 0), effect, at: 0 }
}
