import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { GroupCommit } from './group-commit.ts'
import type { Contents, Settled, Write, WriteName, Writes } from './records.ts'
import type { WriterReply } from './writer-thread.ts'

export interface Store {
  /** Resolves once the write is on disk. Rejects with an `ApiError` where it is not there. */
  write<K extends WriteName>(name: K, argument: Writes[K]['argument']): Promise<Writes[K]['outcome']>
  /** Takes a row out of the outbox, along with a commit to come: losing it sends the row once more, which is allowed. */
  settle(kind: keyof Settled, id: number): void
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Opens the database of `directory` in a thread of its own, where a slow disk holds up nobody but those who wait for it.
 * Resolves with what lies there beside it, which nobody need keep. Throws where it cannot be opened. `onLost` is called once where the disk or the file failed in a way that leaves
 * unknown what is on it.
 */
export async function openStore({
  directory,
  onLost,
}: {
  directory: string
  onLost: (error: Error) => void
}): Promise<{ store: Store; contents: Contents }> {
  const { worker, contents } = await startWriter(directory)
  const commits = new GroupCommit({ send: (batch) => worker.postMessage(batch), onLost })
  worker.on('message', (reply: WriterReply) => {
    if (reply.kind === 'committed' || reply.kind === 'rolled-back') commits.receive(reply)
  })
  worker.on('error', (error) => commits.fail(error instanceof Error ? error : new Error(String(error))))

  const store: Store = {
    write<K extends WriteName>(name: K, argument: Writes[K]['argument']) {
      // Sound by WriteOperations: under each name stands the operation that takes this argument and has this outcome.
      const write = { name, argument } as Write<K>
      return commits.write(write as Write) as Promise<Writes[K]['outcome']>
    },
    settle: (kind, id) => commits.settle(kind, id),
    async [Symbol.asyncDispose]() {
      await commits.finish()
      const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
      worker.postMessage('close')
      await exited
    },
  }
  return { store, contents }
}

async function startWriter(directory: string): Promise<{ worker: Worker; contents: Contents }> {
  // The thread's file ends as this one does: .ts from source, .js where it was packed.
  const file = new URL(`./writer-thread${extname(import.meta.url)}`, import.meta.url)
  const worker = new Worker(file, { workerData: { directory } })
  const reply = await new Promise<WriterReply>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  worker.removeAllListeners('error')
  if (reply.kind === 'opened') return { worker, contents: reply.contents }
  await worker.terminate()
  throw new Error(reply.kind === 'not-opened' ? reply.message : 'The database did not open')
}
