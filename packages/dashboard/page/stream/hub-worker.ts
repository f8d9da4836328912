/** Runs beside all tabs of this origin: one stream for each server and key, however many tabs show it. */
import { createHub, type Hub, type Member } from './hub.ts'
import type { FromHub, ToHub } from './protocol.ts'

const hubs = new Map<string, Hub>()

addEventListener('connect', (event) => {
  const port = event instanceof MessageEvent ? event.ports[0] : undefined
  if (port === undefined) return
  let member: Member | undefined
  port.onmessage = ({ data }: MessageEvent<ToHub>) => {
    if (data.type === 'hello') {
      member?.leave()
      member = hubAt(data.url, data.apiKey).join((message: FromHub) => port.postMessage(message))
    } else if (data.type === 'bye') {
      member?.leave()
      member = undefined
    } else {
      member?.[data.type]()
    }
  }
})

function hubAt(url: string, apiKey: string): Hub {
  const name = JSON.stringify([url, apiKey])
  const known = hubs.get(name) ?? createHub({ url, apiKey })
  hubs.set(name, known)
  return known
}
