import type { Json } from '@opscore/contract'
import { useMemo, useState } from 'react'
import { Button } from '../design-system/button.tsx'
import { copyText } from './copy-text.ts'

interface Props {
  name: string
  value: Json
  /** What a download is called. */
  fileName: string
}

/** What is drawn at first, in characters: a payload may have 256 KiB, and text is costly to lay out. */
const PREVIEW = 8_000

/** JSON as it is, to read, to copy and to take along. Of a large one the beginning is drawn until more is asked for. */
export function Payload({ name, value, fileName }: Props) {
  const text = useMemo(() => JSON.stringify(value, null, 2), [value])
  const [isWhole, setIsWhole] = useState(false)
  const isCut = !isWhole && text.length > PREVIEW
  return (
    <section className="payload" aria-label={name}>
      <header className="row">
        <span className="payload-name grow">{name}</span>
        <span className="faint number">{sizeText(text.length)}</span>
        <Button kind="quiet" icon="copy" aria-label={`Copy ${name}`} onPress={() => void copyText(text)} />
        <Button kind="quiet" icon="download" aria-label={`Download ${name}`} onPress={() => download(text, fileName)} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard. */}
      <pre className="block payload-text foreign" tabIndex={0}>
        {isCut ? text.slice(0, PREVIEW) : <Coloured text={text} />}
      </pre>
      {isCut ? <Button onPress={() => setIsWhole(true)}>Show all {sizeText(text.length)}</Button> : null}
    </section>
  )
}

/** Beyond this colour is not worth what it costs. */
const COLOUR_LIMIT = 20_000

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|-?\b\d[\d.eE+-]*/g

function Coloured({ text }: { text: string }) {
  if (text.length > COLOUR_LIMIT) return text
  const parts: React.ReactNode[] = []
  let at = 0
  for (const match of text.matchAll(TOKEN)) {
    const [token, quoted, colon] = match
    parts.push(text.slice(at, match.index))
    const kind = quoted === undefined ? 'atom' : colon === undefined ? 'text' : 'key'
    parts.push(
      <span key={match.index} data-token={kind}>
        {token}
      </span>,
    )
    at = match.index + token.length
  }
  parts.push(text.slice(at))
  return parts
}

function sizeText(length: number): string {
  return length < 1_024 ? `${length} B` : `${(length / 1_024).toFixed(1)} KiB`
}

function download(text: string, fileName: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  link.click()
  URL.revokeObjectURL(address)
}
