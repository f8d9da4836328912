/** A reader of server-sent events that a test can wait on. */
export interface EventReader extends AsyncDisposable {
  status: number
  headers: Headers
  /** The next block that is no comment, as its fields. */
  next(): Promise<Record<string, string>>
  /** Resolves when the server has ended the stream: with how. */
  ended(): Promise<'ended' | 'broken'>
}

export async function readEvents(
  url: string,
  { key, query = '', headers = {} }: { key: string; query?: string; headers?: Record<string, string> },
): Promise<EventReader> {
  const controller = new AbortController()
  const response = await fetch(`${url}/v1/opscore/event${query}`, {
    headers: { authorization: `Bearer ${key}`, ...headers },
    signal: controller.signal,
  })
  const chunks = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''

  async function block(): Promise<string | undefined> {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const found = text.slice(0, end)
        text = text.slice(end + 2)
        return found
      }
      const { done, value } = (await chunks?.read()) ?? { done: true, value: undefined }
      if (done) return undefined
      text += value
    }
  }

  return {
    status: response.status,
    headers: response.headers,
    async next() {
      for (;;) {
        const found = await block()
        if (found === undefined) throw new Error('The stream has ended')
        if (found.startsWith(':')) continue
        return Object.fromEntries(found.split('\n').map((line) => line.split(/: (.*)/s, 2)))
      }
    },
    async ended() {
      try {
        while ((await block()) !== undefined);
        return 'ended'
      } catch {
        return 'broken'
      }
    },
    async [Symbol.asyncDispose]() {
      controller.abort()
    },
  }
}
