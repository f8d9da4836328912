import type { AttentionKind } from '@opscore/contract'
import type { StatusLook } from '../design-system/look.ts'

export const ATTENTION_LOOKS: Record<AttentionKind, StatusLook> = {
  session_failed: { word: 'Failed session', shape: 'failed', tone: 'bad' },
  session_stalled: { word: 'Stands still', shape: 'quiet', tone: 'warning' },
  approval_open: { word: 'Approval', shape: 'waiting', tone: 'warning' },
  agent_in_error: { word: 'Agent in error', shape: 'failed', tone: 'bad' },
  agent_unreachable: { word: 'Unreachable', shape: 'gone', tone: 'bad' },
  agent_offline: { word: 'Offline', shape: 'gone', tone: 'warning' },
  agent_hung: { word: 'Hung', shape: 'late', tone: 'bad' },
}
