import { useMemo, useState } from 'react'
import { type DiffLine, type DiffPart, diffParts, lineDiff } from './line-diff.ts'

const SIGNS = { same: ' ', gone: '−', new: '+' } as const
const WORDS = { same: undefined, gone: 'Gone', new: 'New' } as const

/** Two texts, with what went and what came; what is alike is folded until it is opened. */
export function Difference({ before, after }: { before: string; after: string }) {
  const lines = useMemo(() => lineDiff(before, after), [before, after])
  const parts = useMemo(() => diffParts(lines), [lines])
  const [gone, fresh] = [count(lines, 'gone'), count(lines, 'new')]
  return (
    <>
      <p className="in-place faint number">{gone + fresh === 0 ? 'Nothing differs.' : `${fresh} new, ${gone} gone`}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard. */}
      <section className="difference foreign" tabIndex={0} aria-label="Differences">
        {parts.map((part) => (
          <Part key={`${part.lines[0]?.before} ${part.lines[0]?.after}`} part={part} />
        ))}
      </section>
    </>
  )
}

const count = (lines: readonly DiffLine[], kind: DiffLine['kind']): number =>
  lines.filter((line) => line.kind === kind).length

function Part({ part: { lines, isFolded } }: { part: DiffPart }) {
  const [isOpen, setIsOpen] = useState(false)
  if (isFolded && !isOpen) {
    return (
      <button type="button" className="difference-fold number" onClick={() => setIsOpen(true)}>
        {lines.length} alike
      </button>
    )
  }
  return lines.map(({ kind, text, before, after }) => (
    <div key={`${before} ${after}`} className="difference-line" data-kind={kind}>
      <span className="number faint">{before}</span>
      <span className="number faint">{after}</span>
      <span>
        {SIGNS[kind]}
        {WORDS[kind] === undefined ? null : <span className="unseen">{WORDS[kind]}: </span>}
      </span>
      <code>{text}</code>
    </div>
  ))
}
