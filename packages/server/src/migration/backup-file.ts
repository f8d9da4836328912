/**
 * A backup as a file: the lines of a dump, gzipped (docs/backup.md). The first line says what they are of, the last what must have been
 * there: how many of each kind, the sum of their hashes, and the SHA-256 of everything before.
 *
 * What it guarantees
 * 1. A file under its name is whole and durable: it is written under another one, and renamed.
 * 2. Memory does not grow with it, neither where it is written nor where it is read.
 * 3. Whoever reads it to its end has read what was written: a byte that is missing or another is found.
 */
import { createHash } from 'node:crypto'
import { closeSync, createReadStream, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip, gzipSync } from 'node:zlib'
import {
  createLineSums,
  DUMP_KINDS,
  DUMP_VERSION,
  type DumpHead,
  type DumpKind,
  type DumpLine,
  MigrationError,
} from '@opscore/engine/moving'

export interface LineTally {
  kind: DumpKind
  count: number
  /** The sum of SHA-256, in hex. */
  hash: string
}

interface DumpEnd {
  kinds: LineTally[]
  sha256: string
}

/** Characters that are compressed at once: each is a part of the file that can be read alone. */
const PART = 1024 * 1024

export interface BackupWriter extends Disposable {
  put(line: DumpLine): void
  /** The file is there, whole and durable. */
  finish(): LineTally[]
}

/** @throws MigrationError where the file is there already, or cannot be written */
export function writeBackup(path: string, head: DumpHead): BackupWriter {
  const unfinished = `${path}.part`
  const file = orRefuse(path, () => openSync(unfinished, 'w', 0o600))
  const sums = createLineSums()
  const sha256 = createHash('sha256')
  let lines: string[] = []
  let size = 0
  let isOpen = true

  function write(text: string): void {
    lines.push(text)
    size += text.length
    if (size > PART) flush()
  }
  function flush(): void {
    orRefuse(path, () => writeSync(file, gzipSync(lines.join(''), { level: 6 })))
    lines = []
    size = 0
  }
  function add(text: string): void {
    const line = `${text}\n`
    sha256.update(line)
    write(line)
  }
  function close(): void {
    if (isOpen) closeSync(file)
    isOpen = false
  }

  add(JSON.stringify(head))
  return {
    put(line) {
      const text = JSON.stringify(line)
      sums.add(line[0], text)
      add(text)
    },
    finish() {
      const kinds = sums.tallies()
      write(`${JSON.stringify({ kinds, sha256: sha256.digest('hex') } satisfies DumpEnd)}\n`)
      flush()
      orRefuse(path, () => fsyncSync(file))
      close()
      orRefuse(path, () => renameSync(unfinished, path))
      return kinds
    },
    [Symbol.dispose]() {
      close()
      rmSync(unfinished, { force: true })
    },
  }
}

function orRefuse<T>(path: string, write: () => T): T {
  try {
    return write()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new MigrationError(`${path} cannot be written: ${message}.`, 'Make room, or name another file.')
  }
}

export interface BackupReader {
  readonly head: DumpHead
  /** Every line. Ends only where the file is what was written; else throws, which may be after the last line was taken. */
  lines(): AsyncGenerator<DumpLine>
  /** What was read; after the end. */
  readonly kinds: readonly LineTally[]
}

/** Opens a backup and reads its first line. @throws MigrationError where there is none, or it is of a later version */
export async function readBackup(path: string): Promise<BackupReader> {
  const texts = textsOf(path)
  const sha256 = createHash('sha256')
  const first = await texts.next()
  if (first.done) throw notWhole(path, 'it is empty')
  const head = headOf(path, first.value)
  sha256.update(`${first.value}\n`)
  let kinds: readonly LineTally[] = []
  return {
    head,
    get kinds() {
      return kinds
    },
    async *lines() {
      const sums = createLineSums()
      let number = 1
      let end: DumpEnd | null = null
      for await (const text of texts) {
        number += 1
        if (end) throw notWhole(path, `line ${number} comes after the last one`)
        const read = lineIn(path, number, text)
        if ('sha256' in read) {
          end = read
          continue
        }
        sha256.update(`${text}\n`)
        sums.add(read[0], text)
        yield read
      }
      if (!end) throw notWhole(path, `it ends after line ${number}`)
      if (end.sha256 !== sha256.digest('hex')) throw notWhole(path, 'its content is not what was written (SHA-256)')
      kinds = sums.tallies()
    },
  }
}

async function* textsOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path)
  const input = createGunzip()
  file.on('error', (error) => input.destroy(error))
  try {
    yield* createInterface({ input: file.pipe(input), crlfDelay: Infinity })
  } catch (error) {
    throw unreadable(path, error)
  } finally {
    file.destroy()
  }
}

function unreadable(path: string, error: unknown): MigrationError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return new MigrationError(`There is no ${path}.`, 'Name a file that opscore backup wrote.')
  const message = error instanceof Error ? error.message : String(error)
  return notWhole(path, message)
}

const notWhole = (path: string, what: string): MigrationError =>
  new MigrationError(`${path} is no whole backup: ${what}.`, 'Take another one; of this one nothing was restored.')

function headOf(path: string, text: string): DumpHead {
  const head: Partial<DumpHead> | null = parsed(text)
  if (head?.format !== 'opscore-dump') throw notWhole(path, 'its first line is not that of a backup of Ops-Core')
  const { version = 0, createdAt = '', head: position = 0, keyRevision = 0 } = head
  if (version > DUMP_VERSION) {
    throw new MigrationError(
      `${path} has version ${version}, and this Ops-Core reads up to ${DUMP_VERSION}.`,
      'Restore it with the Ops-Core that wrote it, or a later one.',
    )
  }
  return { format: 'opscore-dump', version, createdAt, head: position, keyRevision }
}

function lineIn(path: string, number: number, text: string): DumpLine | DumpEnd {
  const line: unknown = parsed(text)
  if (Array.isArray(line) && line.length === 2 && DUMP_KINDS.includes(line[0])) return line as DumpLine
  if (typeof line === 'object' && line !== null && 'sha256' in line && 'kinds' in line) return line as DumpEnd
  throw notWhole(path, `line ${number} is none of a backup`)
}

function parsed(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
