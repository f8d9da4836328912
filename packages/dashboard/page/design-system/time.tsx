import { useNow } from './charts/ticker.tsx'

/** "4 s", "12 min", "3 h", "5 d": the two largest units, where the second says something. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 1) return `${Math.round(Math.max(0, ms))} ms`
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.floor(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return two(minutes, 'min', Math.floor(seconds % 60), 's')
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return two(hours, 'h', minutes % 60, 'min')
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

const two = (large: number, largeUnit: string, small: number, smallUnit: string) =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

/** The time of day, with the day where it is another one. */
function clockText(time: number, now: number): string {
  const isToday = new Date(time).toDateString() === new Date(now).toDateString()
  return isToday ? CLOCK.format(time) : `${DAY.format(time)} ${CLOCK.format(time)}`
}

const momentOf = (time: number | string): number => (typeof time === 'number' ? time : Date.parse(time))

/** How long it has been, with `ago` behind it where it is of something over; the exact time is its title. It ticks. */
export function Since({ time, isPast }: { time: number | string; isPast?: boolean }) {
  const at = momentOf(time)
  const now = useNow()
  return (
    <time dateTime={new Date(at).toISOString()} title={new Date(at).toISOString()} className="number">
      {now - at < 1000 ? 'now' : `${coarse(now - at)}${isPast ? ' ago' : ''}`}
    </time>
  )
}

/** Whole seconds: tenths of what ticks only flicker. */
const coarse = (ms: number): string => spanText(Math.floor(ms / 1000) * 1000).replace('.0 s', ' s')

/** From one moment to another, or to the present. */
export function Elapsed({ from, to }: { from: string; to: string | null }) {
  return to === null ? (
    <Since time={from} />
  ) : (
    <span className="number">{spanText(Date.parse(to) - Date.parse(from))}</span>
  )
}

export function Clock({ time }: { time: string }) {
  const at = Date.parse(time)
  return (
    <time dateTime={time} title={time} className="number">
      {clockText(at, Date.now())}
    </time>
  )
}

/** How long it still takes. */
export function Until({ time }: { time: string }) {
  const left = Date.parse(time) - useNow()
  return (
    <time dateTime={time} title={time} className="number">
      {left <= 0 ? 'due' : `${coarse(left + 999)} left`}
    </time>
  )
}
