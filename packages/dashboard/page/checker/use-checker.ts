import { useEffect, useMemo, useState } from 'react'
import { type Checked, type Checker, createChecker } from './create-checker.ts'

/** The checker of a place; it goes with the place. */
export function useChecker(): Checker {
  const checker = useMemo(createChecker, [])
  useEffect(() => () => checker.close(), [checker])
  return checker
}

/** So long nothing more is typed before it is checked; milliseconds. */
const PAUSE = 200

/** What the checker says of a text, once one pauses in typing; of the text before until then. */
export function useChecked(checker: Checker, text: string): (Checked & { text: string }) | undefined {
  const [checked, setChecked] = useState<Checked & { text: string }>()
  useEffect(() => {
    let wanted = true
    const timer = setTimeout(() => {
      checker.check(text).then(
        (found) => wanted && setChecked({ ...found, text }),
        // Closed, or so large that it took too long: Ops-Core says what is wrong when it is stored.
        () => wanted && setChecked(undefined),
      )
    }, PAUSE)
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [checker, text])
  return checked
}
