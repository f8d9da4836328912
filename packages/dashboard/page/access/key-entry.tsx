import { OpsCoreClient, OpsCoreError } from '@opscore/sdk'
import { type FormEvent, useState } from 'react'
import { Input, Label, TextField } from 'react-aria-components'
import { Button } from '../design-system/button.tsx'
import { Notice } from '../design-system/notice.tsx'
import { Mark } from '../design-system/state/mark.tsx'

interface Props {
  url: string
  reason: string | undefined
  onEnter: (key: string) => void
}

/** Asks for a key, and lets in nobody whose key the server does not know. */
export function KeyEntry({ url, reason, onEnter }: Props) {
  const [key, setKey] = useState('')
  const [problem, setProblem] = useState(reason)
  const [isTrying, setIsTrying] = useState(false)

  async function submit(event: FormEvent) {
    event.preventDefault()
    const entered = key.trim()
    if (entered === '') return
    setIsTrying(true)
    const found = await problemWith(url, entered)
    setIsTrying(false)
    setProblem(found)
    if (found === undefined) onEnter(entered)
  }

  return (
    <main className="key-entry">
      <form onSubmit={submit}>
        <h1>
          <Mark /> Ops-Core
        </h1>
        <p className="soft">
          The page needs an API key. It stays in this tab, and is forgotten when the tab is closed.
        </p>
        <TextField name="key" type="password" value={key} onChange={setKey} autoFocus autoComplete="off">
          <Label>API key</Label>
          <Input placeholder="ops_…" spellCheck={false} />
        </TextField>
        {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
        <Button type="submit" kind="main" isPending={isTrying}>
          Open the page
        </Button>
        <p className="faint">
          <code>npm start</code> prints a link that brings the key along. It lies in <code>.opscore/api-key</code>,
          where none was configured.
        </p>
      </form>
    </main>
  )
}

async function problemWith(url: string, apiKey: string): Promise<string | undefined> {
  try {
    await new OpsCoreClient({ url, apiKey, retry: false }).agents.list({ limit: 1 })
    return undefined
  } catch (error) {
    if (!(error instanceof OpsCoreError)) throw error
    if (error.status === 401) return 'The server does not know this key.'
    if (error.status === 403) return 'This key may not read: the page needs a key with the scope "read" or "admin".'
    return error.detail
  }
}
