/**
 * Where the page keeps the API key: in this tab alone, and gone with it. Another tab of the same origin gets it by asking, so that a
 * link opened in a new one needs no typing.
 */

const STORED = 'opscore.key'
const CHANNEL = 'opscore.key'
const ASK_LIMIT = 250

export interface KeyHolder {
  /** The key that the address brought, that this tab has, or that another tab hands over. */
  find(): Promise<string | undefined>
  keep(key: string): void
  /** This tab forgets it, and all others too. */
  forget(): void
  /** Calls back when another tab forgets. */
  onForgotten(listener: () => void): () => void
}

type Message = { type: 'ask' } | { type: 'hand'; key: string } | { type: 'forget' }

export function createKeyHolder(): KeyHolder {
  const channel = new BroadcastChannel(CHANNEL)
  const say = (message: Message) => channel.postMessage(message)
  const kept = () => sessionStorage.getItem(STORED) ?? undefined

  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    const key = kept()
    if (data.type === 'ask' && key !== undefined) say({ type: 'hand', key })
  })

  function askOthers(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const settle = (key?: string) => {
        clearTimeout(timer)
        channel.removeEventListener('message', hear)
        resolve(key)
      }
      const hear = ({ data }: MessageEvent<Message>) => {
        if (data.type === 'hand') settle(data.key)
      }
      const timer = setTimeout(settle, ASK_LIMIT)
      channel.addEventListener('message', hear)
      say({ type: 'ask' })
    })
  }

  return {
    async find() {
      const brought = takeFromAddress()
      if (brought !== undefined) sessionStorage.setItem(STORED, brought)
      const key = kept() ?? (await askOthers())
      if (key !== undefined) sessionStorage.setItem(STORED, key)
      return key
    },
    keep: (key) => sessionStorage.setItem(STORED, key),
    forget() {
      sessionStorage.removeItem(STORED)
      say({ type: 'forget' })
    },
    onForgotten(listener) {
      const hear = ({ data }: MessageEvent<Message>) => {
        if (data.type !== 'forget') return
        sessionStorage.removeItem(STORED)
        listener()
      }
      channel.addEventListener('message', hear)
      return () => channel.removeEventListener('message', hear)
    },
  }
}

/** `#key=…` of the link that `npm start` prints. A fragment is sent to no server, and here it leaves the address and the history. */
function takeFromAddress(): string | undefined {
  const key = new URLSearchParams(location.hash.slice(1)).get('key')
  if (key === null || key === '') return undefined
  history.replaceState(history.state, '', location.pathname + location.search)
  return key
}
