/** What a colour stands for. */
export type Tone = 'good' | 'bad' | 'warning' | 'busy' | 'held' | 'calm'

/** How something stands, by shape: told apart without colour. */
export type StatusShape =
  | 'waiting'
  | 'sent'
  | 'working'
  | 'retrying'
  | 'paused'
  | 'done'
  | 'failed'
  | 'late'
  | 'cancelled'
  | 'skipped'
  | 'ready'
  | 'unknown'
  | 'quiet'
  | 'gone'

export interface StatusLook {
  word: string
  shape: StatusShape
  tone: Tone
}
