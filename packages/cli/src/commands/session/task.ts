import type { Json } from '@opscore/contract'
import { type ConnectionFlags, connect } from '../../steering/connection.ts'
import { printOne } from '../../steering/print.ts'
import { TASK } from '../../steering/shapes.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import type { ReadFlags } from './session.ts'

export interface AttemptFlags extends ConnectionFlags {
  attempt?: string
}

const attemptOf = ({ attempt }: AttemptFlags) => (attempt === undefined ? {} : { attemptId: attempt })

export async function getTask(taskId: string, flags: ReadFlags, terminal: Terminal): Promise<void> {
  await printOne(terminal, flags.output, await connect(flags).tasks.get(taskId), TASK)
}

export async function completeTask(
  taskId: string,
  flags: AttemptFlags & { result?: Json },
  terminal: Terminal,
): Promise<void> {
  const { result } = flags
  const said = { ...attemptOf(flags), ...(result === undefined ? {} : { result }) }
  const { message } = await connect(flags).tasks.complete(taskId, said)
  terminal.note(`${message}: ${taskId}`)
}

export async function adoptResult(taskId: string, flags: AttemptFlags, terminal: Terminal): Promise<void> {
  const { message } = await connect(flags).tasks.adopt(taskId, attemptOf(flags))
  terminal.note(`${message}: ${taskId}`)
}

export async function failTask(
  taskId: string,
  flags: AttemptFlags & { code?: string; message?: string },
  terminal: Terminal,
): Promise<void> {
  const { code, message: text } = flags
  const said = {
    ...attemptOf(flags),
    ...(code === undefined ? {} : { code }),
    ...(text === undefined ? {} : { message: text }),
  }
  const { message } = await connect(flags).tasks.fail(taskId, said)
  terminal.note(`${message}: ${taskId}`)
}
