import { useEffect, useState } from 'react'

/** How many of many things are drawn yet: a part more with each frame, so that what one does meanwhile is not held up. Begins anew with another `of`. */
export function useGrowing(of: object | undefined, total: number, part: number): number {
  const [grown, setGrown] = useState<{ of: object | undefined; count: number }>({ of, count: part })
  const count = grown.of === of ? grown.count : part
  useEffect(() => {
    if (count >= total) return
    const frame = requestAnimationFrame(() => setGrown({ of, count: count + part }))
    return () => cancelAnimationFrame(frame)
  }, [of, count, total, part])
  return Math.min(count, total)
}
