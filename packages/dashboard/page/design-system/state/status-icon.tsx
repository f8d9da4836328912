import type { StatusShape } from '../look.ts'

/** What is inside the circle, as strokes; `ring` says how the circle itself is drawn. */
const SHAPES: Record<StatusShape, { ring?: 'dashed' | 'part' | 'full'; inner?: string; dot?: true }> = {
  waiting: { ring: 'dashed' },
  sent: { inner: 'M5.5 8h5M8.5 6l2 2-2 2' },
  working: { ring: 'part', dot: true },
  retrying: { inner: 'M8 5.2V8l1.8 1.2' },
  paused: { inner: 'M6.6 6v4M9.4 6v4' },
  done: { ring: 'full', inner: 'M5.3 8.2 7.2 10l3.5-3.8' },
  failed: { ring: 'full', inner: 'M6 6l4 4M10 6l-4 4' },
  late: { ring: 'full', inner: 'M8 4.8V8l2 1.5' },
  cancelled: { inner: 'M4.5 11.5l7-7' },
  skipped: { inner: 'M5.5 8h5' },
  ready: { dot: true },
  unknown: { inner: 'M6.5 6.5a1.5 1.5 0 1 1 2 1.5c-.4.2-.5.5-.5 1M8 11v.01' },
  quiet: { ring: 'dashed', dot: true },
  gone: { inner: 'M6 6l4 4M10 6l-4 4' },
}

export function StatusIcon({ shape }: { shape: StatusShape }) {
  const { ring, inner, dot } = SHAPES[shape]
  return (
    <svg className="status-icon" data-shape={shape} data-ring={ring} viewBox="0 0 16 16" aria-hidden="true">
      <circle className="ring" cx="8" cy="8" r="6" />
      {inner === undefined ? null : <path d={inner} />}
      {dot ? <circle className="dot" cx="8" cy="8" r="2.5" /> : null}
    </svg>
  )
}
