import { createHub, type HubAccess, type Member } from './hub.ts'
import type { FromHub, ToHub } from './protocol.ts'

/** Joins the hub that all tabs have together; where the browser knows no shared workers, this tab has one to itself. */
export function openHub(access: HubAccess, tell: (message: FromHub) => void): Member {
  if (typeof SharedWorker === 'undefined') return createHub(access).join(tell)
  const worker = new SharedWorker(new URL('./hub-worker.ts', import.meta.url), {
    type: 'module',
    name: 'opscore-events',
  })
  const say = (message: ToHub) => worker.port.postMessage(message)
  worker.port.onmessage = ({ data }: MessageEvent<FromHub>) => tell(data)
  say({ type: 'hello', ...access })
  return {
    sleep: () => say({ type: 'sleep' }),
    wake: () => say({ type: 'wake' }),
    leave() {
      say({ type: 'bye' })
      worker.port.close()
    },
  }
}
