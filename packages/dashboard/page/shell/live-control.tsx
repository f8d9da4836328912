import { Button } from '../design-system/button.tsx'
import { Since } from '../design-system/time.tsx'
import { useLiveState, useLiveStream } from '../stream/use-live.tsx'

/** Says whether what is seen is what is, and stops it from moving while somebody reads. */
export function LiveControl() {
  const stream = useLiveStream()
  const { link, isPaused, held } = useLiveState()
  return (
    <div className="live" data-state={isPaused ? 'paused' : link.state}>
      <span className="live-dot" aria-hidden="true" />
      <span className="grow" role="status">
        {isPaused ? (
          <>Paused{held > 0 ? <span className="faint number"> · {held.toLocaleString('en')} held</span> : null}</>
        ) : link.state === 'live' ? (
          'Live'
        ) : link.state === 'refused' ? (
          <span title={link.detail}>No live events</span>
        ) : (
          <>
            Connecting <Since time={link.since} />
          </>
        )}
      </span>
      <Button
        kind="quiet"
        icon={isPaused ? 'play' : 'pause'}
        aria-label={isPaused ? 'Go on' : 'Pause what is shown'}
        onPress={() => stream.setPaused(!isPaused)}
      />
    </div>
  )
}
