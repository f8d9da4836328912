import type { Json } from '@opscore/contract'
import { type ConnectionFlags, connect } from '../../steering/connection.ts'
import type { Terminal } from '../../terminal/terminal.ts'

export interface SignalFlags extends ConnectionFlags {
  payload?: Json
  id?: string
}

export async function sendSignal(
  sessionId: string,
  name: string,
  { payload, id, ...flags }: SignalFlags,
  terminal: Terminal,
): Promise<void> {
  const { message } = await connect(flags).sessions.signal(sessionId, {
    name,
    ...(payload === undefined ? {} : { payload }),
    ...(id === undefined ? {} : { id }),
  })
  terminal.note(`${message}: ${sessionId}`)
}
