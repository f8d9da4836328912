import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import type { CreatedKey, Scope } from '@opscore/contract'
import { CommandFailure, EXIT } from '../exit-code.ts'
import type { Surroundings } from '../program.ts'
import { type ConnectionFlags, connect } from '../steering/connection.ts'
import { readUpTo } from '../steering/pages.ts'
import { cellText, printList, printOne } from '../steering/print.ts'
import { CREATED_KEY, KEY_ROW } from '../steering/shapes.ts'
import type { Terminal } from '../terminal.ts'
import type { ReadFlags } from './session.ts'

export interface KeyCreateFlags extends ReadFlags {
  scopes: Scope[]
  agents?: string[]
  /** Milliseconds from now. */
  expiresIn?: number
  keyFile?: string
}

/**
 * Makes a key and shows it, this once: on stdout, or in a new file that only its owner can read.
 * @throws CommandFailure where it would be shown nowhere, or the file is there already; no key is made then.
 */
export async function createKey(name: string, flags: KeyCreateFlags, terminal: Terminal): Promise<void> {
  const { scopes, agents, expiresIn, keyFile, output } = flags
  if (output === 'name' && keyFile === undefined) {
    throw new CommandFailure('A name alone would lose the key.', {
      exitCode: EXIT.usage,
      hint: 'Add --key-file, or choose another format.',
    })
  }
  const { keys } = connect(flags)
  const create = () =>
    keys.create({
      name,
      scopes,
      ...(agents ? { agentIds: agents } : {}),
      ...(expiresIn === undefined ? {} : { expiresAt: new Date(Date.now() + expiresIn).toISOString() }),
    })
  if (keyFile === undefined) {
    printOne(terminal, output, await create(), CREATED_KEY)
    terminal.note('The key is shown this once: Ops-Core keeps its hash alone.')
    return
  }
  const { key: _, ...view } = await createInto(keyFile, create)
  printOne(terminal, output, view, KEY_ROW)
  terminal.note(`The key is in ${keyFile}, and nowhere else: Ops-Core keeps its hash alone.`)
}

export async function listKeys(flags: ReadFlags & { limit: number }, terminal: Terminal): Promise<void> {
  const { keys } = connect(flags)
  printList(terminal, flags.output, await readUpTo(flags.limit, (page) => keys.list(page)), KEY_ROW)
}

/** @throws CommandFailure where nobody confirms it */
export async function revokeKey(
  keyId: string,
  flags: ConnectionFlags & { yes?: true },
  { terminal, shutdown }: Pick<Surroundings, 'terminal' | 'shutdown'>,
): Promise<void> {
  const { keys } = connect(flags)
  if (!flags.yes) {
    if (!terminal.confirm) {
      throw new CommandFailure('Revoking a key cannot be undone.', { exitCode: EXIT.usage, hint: 'Add --yes.' })
    }
    const { name } = await keys.get(keyId)
    const question = `Revoke ${keyId} (${cellText(name)}) for good?`
    const sure = await terminal.confirm(question, shutdown.signal).catch((error: unknown) => {
      if (!shutdown.signal.aborted) throw error
      throw new CommandFailure('The key was not revoked.', { exitCode: EXIT.interrupted })
    })
    if (!sure) throw new CommandFailure('The key was not revoked.')
  }
  await keys.revoke(keyId)
  terminal.note(`The key is revoked: ${keyId}`)
}

/** The file is made before the key: one that cannot be written would lose it. */
async function createInto(file: string, create: () => Promise<CreatedKey>): Promise<CreatedKey> {
  const opened = openNew(file)
  try {
    const created = await create()
    writeSync(opened, `${created.key}\n`)
    return created
  } catch (error) {
    rmSync(file, { force: true })
    throw error
  } finally {
    closeSync(opened)
  }
}

function openNew(file: string): number {
  try {
    return openSync(file, 'wx', 0o600)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CommandFailure(`${file} cannot be made: ${reason}`, { exitCode: EXIT.usage, cause })
  }
}
