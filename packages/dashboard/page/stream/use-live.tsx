import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { useOpsCore } from '../access/ops-core.tsx'
import { createLiveStream, type Heard, type LiveState, type LiveStream } from './live-stream.ts'

const Context = createContext<LiveStream | null>(null)

/** The stream of whoever is inside. A key that holds no more leads back to where one is asked for. */
export function Live({ children }: { children: ReactNode }) {
  const { url, apiKey, leave } = useOpsCore()
  const stream = useMemo(() => createLiveStream({ url, apiKey }), [url, apiKey])
  useEffect(() => {
    const stopWatching = stream.watch(() => {
      const { link } = stream.state()
      if (link.state === 'refused' && link.status === 401)
        leave('The key holds no more: it was revoked, or has expired.')
    })
    const stop = stream.start()
    return () => {
      stopWatching()
      stop()
    }
  }, [stream, leave])
  return <Context value={stream}>{children}</Context>
}

export function useLiveStream(): LiveStream {
  const stream = useContext(Context)
  if (stream === null) throw new Error('There is no stream here')
  return stream
}

export function useLiveState(): LiveState {
  const stream = useLiveStream()
  return useSyncExternalStore(stream.watch, stream.state)
}

/** Calls the newest `listener` with what happens while the component is there. */
export function useHeard(listener: (heard: Heard) => void): void {
  const stream = useLiveStream()
  const newest = useRef(listener)
  useEffect(() => {
    newest.current = listener
  })
  useEffect(() => stream.hear((heard) => newest.current(heard)), [stream])
}
