/** What a command finds around it. */
import type { Shutdown } from './shutdown.ts'
import type { Terminal } from './terminal/terminal.ts'

export interface Surroundings {
  terminal: Terminal
  shutdown: Shutdown
  /** What to do when a person does not want to wait for the drain. */
  onAbandon(action: () => void): void
}
