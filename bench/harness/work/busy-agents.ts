import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'

/** One endpoint for agents that take a task and then say nothing. */
export interface BusyAgents extends AsyncDisposable {
  url: string
  /** Resolves when a task comes that none has come before: its attempt's id. */
  nextTask(): Promise<string>
  /** Attempts that were taken, the first of each. */
  taken: ReadonlySet<string>
}

export async function startBusyAgents(): Promise<BusyAgents> {
  const taken = new Set<string>()
  let hear = (_attemptId: string) => {}
  const server = createServer((request, response) => {
    response.writeHead(202, { 'content-type': 'application/json' })
    void json(request).then((message) => {
      response.end('{"status":"accepted"}')
      if (typeof message !== 'object' || message === null || !('opscore_task_id' in message)) return
      const attemptId = String(message.opscore_task_id)
      if (taken.has(attemptId)) return
      taken.add(attemptId)
      hear(attemptId)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The agents do not listen')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    taken,
    nextTask: () =>
      new Promise((resolve) => {
        hear = resolve
      }),
    async [Symbol.asyncDispose]() {
      server.close().closeAllConnections()
    },
  }
}
