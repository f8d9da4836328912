/**
 * Which store was in Redis when a process last started from a data directory: a restarted process tells by it a Redis that was
 * emptied from one that is new. Each address has a file of its own, as another Redis on purpose is no loss, and as
 * processes that share the directory then never write over what another has to say.
 */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Log } from '@opscore/engine/store'
import { nameOf, type RedisAddress } from '../link/redis-address.ts'
import { RedisUnfitError } from '../link/redis-unfit-error.ts'
import type { StoreIdentity } from '../link/store-identity.ts'

export interface StoreMemory {
  /** Its absolute path, for people. */
  readonly file: string
  /**
   * What was remembered; `null` where nothing was, or the directory is out of reach.
   * @throws RedisUnfitError where the file is there and cannot be understood
   */
  recall(): Promise<StoreIdentity | null>
  /** On disk when it resolves. Where it cannot be written, it warns: that is no reason not to serve. */
  remember(identity: StoreIdentity): Promise<void>
}

/** Digits of the address' hash in the file's name. */
const DIGITS = 12

export function createStoreMemory(parts: { dataDir: string; address: RedisAddress; log: Log }): StoreMemory {
  const { address, log } = parts
  const file = join(resolve(parts.dataDir), `redis-store-${digestOf(address)}.json`)

  async function recall(): Promise<StoreIdentity | null> {
    let text: string
    try {
      text = await readFile(file, 'utf8')
    } catch (error) {
      // It may be there by now, where another process begins in the same directory.
      if ((error instanceof Error && 'code' in error && error.code === 'ENOENT') || !existsSync(file)) return null
      throw new RedisUnfitError(`${file} cannot be read: ${reasonOf(error)}`)
    }
    const found = readIdentity(text)
    if (found) return found
    throw new RedisUnfitError(
      `${file} does not say which store was in Redis: put it back from a backup, or delete it to serve what Redis holds`,
    )
  }

  return {
    file,
    recall,
    async remember({ id, partitions }) {
      const known = await recall().catch(() => null)
      if (known?.id === id && known.partitions === partitions) return
      const text = JSON.stringify({ redis: nameOf(address), database: address.database, store: id, partitions })
      await replace(file, `${text}\n`).catch((error: unknown) => {
        log.warn(
          { file, error: reasonOf(error) },
          'Which store is in Redis cannot be remembered: a process that starts here over a Redis that was emptied takes it for a new one, unless OPSCORE_REDIS_STORE names the store',
        )
      })
    },
  }
}

/** The same for every way to write one address; login and encryption do not change where it is. */
function digestOf({ kind, endpoints, master, database }: RedisAddress): string {
  const hosts = endpoints.map(({ host, port }) => `${host.toLowerCase()}:${port}`).sort()
  const text = JSON.stringify([kind, hosts, master ?? null, database])
  return createHash('sha256').update(text).digest('hex').slice(0, DIGITS)
}

function readIdentity(text: string): StoreIdentity | null {
  try {
    const { store, partitions }: { store?: unknown; partitions?: unknown } = JSON.parse(text)
    const isCount = Number.isSafeInteger(partitions) && Number(partitions) > 0
    return typeof store === 'string' && store !== '' && isCount ? { id: store, partitions: Number(partitions) } : null
  } catch {
    return null
  }
}

/** Whoever reads it sees the old text or the new one, also after a crash. */
async function replace(file: string, text: string): Promise<void> {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const beside = `${file}.${randomUUID()}`
  try {
    await writeFile(beside, text, { flag: 'wx', flush: true })
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {})
    throw error
  }
  await flushFolder(folder)
}

/** Windows opens no folders, and needs no such flush. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => null)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
