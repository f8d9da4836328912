import { useState } from 'react'
import { Button } from '../design-system/button.tsx'
import { copyText } from './copy-text.ts'

/** An id that can be taken along. Long ones show their end, which is what tells them apart. */
export function Copyable({ text, short }: { text: string; short?: boolean }) {
  const [isCopied, setIsCopied] = useState(false)
  async function copy() {
    await copyText(text)
    setIsCopied(true)
    setTimeout(() => setIsCopied(false), 1_500)
  }
  return (
    <span className="copyable">
      <code className="foreign clip" title={text}>
        {short ? shortId(text) : text}
      </code>
      <Button
        kind="quiet"
        icon={isCopied ? 'check' : 'copy'}
        aria-label={isCopied ? 'Copied' : `Copy ${text}`}
        onPress={copy}
      />
    </span>
  )
}

/** The last part of a long id: those that were made together begin alike. */
export function shortId(id: string): string {
  return id.length > 20 ? `…${id.slice(-12)}` : id
}
