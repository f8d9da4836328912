import { OpsCoreClient } from '@opscore/sdk'
import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { KeyEntry } from './key-entry.tsx'
import { useKey } from './use-key.ts'

export interface OpsCore {
  client: OpsCoreClient
  /** The origin and the path that the page lives under. */
  url: string
  apiKey: string
  /** Forgets the key, and says why where it was not the person's wish. */
  leave(reason?: string): void
}

const Context = createContext<OpsCore | null>(null)

/** What is inside has a key; whoever has none is asked for one. */
export function OpsCoreAccess({ url, children }: { url: string; children: ReactNode }) {
  const { key, reason, enter, leave } = useKey()
  const apiKey = key.state === 'known' ? key.key : undefined
  const value = useMemo(
    () => (apiKey === undefined ? null : { url, apiKey, leave, client: new OpsCoreClient({ url, apiKey }) }),
    [url, apiKey, leave],
  )
  if (key.state === 'looking') return null
  if (value === null) return <KeyEntry url={url} reason={reason} onEnter={enter} />
  return <Context value={value}>{children}</Context>
}

export function useOpsCore(): OpsCore {
  const value = useContext(Context)
  if (value === null) throw new Error('There is no Ops-Core here')
  return value
}
