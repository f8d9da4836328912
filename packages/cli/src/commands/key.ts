import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs'
import type { CreatedKey, Scope } from '@opscore/contract'
import type { OpsCoreClient } from '@opscore/sdk'
import { CommandFailure, EXIT } from '../exit-code.ts'
import { reasonOf } from '../failure.ts'
import { type ConnectionFlags, connect } from '../steering/connection.ts'
import { readUpTo } from '../steering/pages.ts'
import { printList, printOne } from '../steering/print.ts'
import { CREATED_KEY, KEY_ROW } from '../steering/shapes.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { visible } from '../terminal/text.ts'
import type { ReadFlags } from './session/session.ts'

type KeyCalls = OpsCoreClient['keys']

export interface KeyCreateFlags extends ReadFlags {
  scopes: Scope[]
  agents?: string[]
  /** Milliseconds from now. */
  expiresIn?: number
  keyFile?: string
}

/**
 * Makes a key and shows it, this once: on stdout, or in a new file that only its owner can read.
 * @throws CommandFailure where it would be shown nowhere, or the file is there already: no key is made then. Where it could not
 * be shown after all: it is revoked then.
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
    const created = await create()
    await showOrRevoke(keys, created, async () => {
      await printOne(terminal, output, created, CREATED_KEY)
      const lost = await terminal.flushed()
      if (lost) throw lost
    })
    terminal.note('The key is shown this once: Ops-Core keeps its hash alone.')
    return
  }
  const { key: _, ...view } = await createInto(keyFile, keys, create)
  await printOne(terminal, output, view, KEY_ROW)
  terminal.note(`The key is in ${keyFile}, and nowhere else: Ops-Core keeps its hash alone.`)
}

export async function listKeys(flags: ReadFlags & { limit: number }, terminal: Terminal): Promise<void> {
  const { keys } = connect(flags)
  await printList(terminal, flags.output, await readUpTo(flags.limit, (page) => keys.list(page)), KEY_ROW)
}

/** @throws CommandFailure where nobody confirms it */
export async function revokeKey(
  keyId: string,
  flags: ConnectionFlags & { yes?: true },
  { terminal, shutdown }: Pick<Surroundings, 'terminal' | 'shutdown'>,
): Promise<void> {
  const { yes = false } = flags
  const { confirm } = terminal
  if (!yes && !confirm) {
    throw new CommandFailure('Revoking a key cannot be undone.', { exitCode: EXIT.usage, hint: 'Add --yes.' })
  }
  const { keys } = connect(flags)
  if (!yes && confirm) {
    const { name } = await keys.get(keyId)
    const question = `Revoke ${keyId} (${visible(name)}) for good?`
    const sure = await confirm(question, shutdown.signal).catch((error: unknown) => {
      if (!shutdown.signal.aborted) throw error
      throw new CommandFailure('The key was not revoked.', { exitCode: EXIT.interrupted })
    })
    if (!sure) throw new CommandFailure('The key was not revoked.')
  }
  await keys.revoke(keyId)
  terminal.note(`The key is revoked: ${keyId}`)
}

/** The file is made before the key: one that cannot be made would lose it. */
async function createInto(file: string, keys: KeyCalls, create: () => Promise<CreatedKey>): Promise<CreatedKey> {
  const opened = openNew(file)
  try {
    const created = await create()
    await showOrRevoke(keys, created, () => {
      writeFileSync(opened, `${created.key}\n`)
      fsyncSync(opened)
    })
    return created
  } catch (error) {
    rmSync(file, { force: true })
    throw error
  } finally {
    closeSync(opened)
  }
}

/** A key that nobody has seen would hold for ever, and nobody would know what it is. */
async function showOrRevoke(keys: KeyCalls, { keyId }: CreatedKey, show: () => void | Promise<void>): Promise<void> {
  try {
    await show()
  } catch (cause) {
    const why = `The key could not be shown (${reasonOf(cause)})`
    await keys.revoke(keyId).catch((error: unknown) => {
      throw new CommandFailure(`${why}, nor could it be revoked: ${reasonOf(error)}`, {
        hint: `Revoke it: opscore key revoke ${keyId}`,
        cause,
      })
    })
    throw new CommandFailure(`${why}. It is revoked: ${keyId}`, { cause })
  }
}

function openNew(file: string): number {
  try {
    return openSync(file, 'wx', 0o600)
  } catch (cause) {
    throw new CommandFailure(`${file} cannot be made: ${reasonOf(cause)}`, { exitCode: EXIT.usage, cause })
  }
}
