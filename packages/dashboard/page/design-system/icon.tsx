/** Our icons: strokes on a grid of 16. An icon never stands for a word alone: who draws one names it beside it or by `label`. */
const PATHS = {
  overview: 'M2.5 2.5h4.5v5H2.5zM9 2.5h4.5v3H9zM9 8h4.5v5.5H9zM2.5 10h4.5v3.5H2.5z',
  agents:
    'M4.5 5.5h7a1.5 1.5 0 0 1 1.5 1.5v4.5a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 3 11.5V7a1.5 1.5 0 0 1 1.5-1.5zM8 5.5V2.5M6 9v.5M10 9v.5M1.5 8.5v2M14.5 8.5v2',
  sessions: 'M2.5 4h5M2.5 8h8M5.5 12h8',
  workflows: 'M4 2.5v7M4 9.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM12 2.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM12 6.5c0 3-4 2.5-6.5 4',
  events: 'M1.5 8h3l2-5 3 10 2-5h3',
  approvals: 'M3 2.5h10v11H3zM5.5 8l1.8 1.8 3.2-3.8',
  keys: 'M5 6a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM7.5 8.5h6.5M11.5 8.5V11M14 8.5v2',
  system: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 13.5 13.5',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.2v9.6l7.5-4.8z',
  retry: 'M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3',
  check: 'M3 8.5 6.5 12 13 4.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  clock: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 5v3.2l2 1.3',
  right: 'M6 3.5 10.5 8 6 12.5',
  down: 'M3.5 6 8 10.5 12.5 6',
  up: 'M3.5 10 8 5.5 12.5 10',
  left: 'M10 3.5 5.5 8 10 12.5',
  copy: 'M5.5 5.5h7.5V13H5.5zM3 10.5V3h7.5',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7',
  moon: 'M13 9.6A5.5 5.5 0 1 1 6.4 3a4.5 4.5 0 0 0 6.6 6.6z',
  screen: 'M2.5 3h11v7.5h-11zM6 13.5h4',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2.5 8h11M5 5.5 2.5 8 5 10.5M11 5.5 13.5 8 11 10.5',
  trash: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.5 9h6l.5-9',
  alert: 'M8 2.5 14 13H2zM8 6.5v3M8 11.3v.01',
  info: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 7.5v3M8 5.4v.01',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  download: 'M8 2.5v7.5M4.5 7 8 10.5 11.5 7M3 13.5h10',
  leave: 'M6.5 2.5H3v11h3.5M7 8h6.5M10.5 5 13.5 8l-3 3',
  bolt: 'M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z',
  stop: 'M4 4h8v8H4z',
  back: 'M13 8H3M7 4 3 8l4 4',
  keyboard: 'M1.5 4h13v8h-13zM4 6.5h.01M6.7 6.5h.01M9.3 6.5h.01M12 6.5h.01M5 9.5h6',
  list: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  grid: 'M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9.5 9.5h4v4h-4z',
  drain: 'M4 2.5h8l-1 5H5zM8 9v.5M8 12v1.5',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name, label }: { name: IconName; label?: string }) {
  const named =
    label === undefined ? ({ 'aria-hidden': true } as const) : ({ role: 'img', 'aria-label': label } as const)
  return (
    <svg className="icon" viewBox="0 0 16 16" {...named}>
      <path d={PATHS[name]} />
    </svg>
  )
}
