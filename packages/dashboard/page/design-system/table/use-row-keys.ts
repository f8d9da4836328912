import { type RefObject, useEffect } from 'react'
import { tinykeys } from 'tinykeys'

/** `j` and `k` go down and up through the rows' links; `Enter` is the link's own. */
export function useRowKeys(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  show: (index: number) => void,
): void {
  useEffect(() => {
    /** The row that is to be focused once it is drawn. */
    let aimed: number | undefined

    function move(step: number, event: KeyboardEvent): void {
      if (count === 0 || isTyping(event.target)) return
      event.preventDefault()
      const at = aimed ?? rowOf(document.activeElement)
      const next = at === undefined ? firstInSight(scroller.current) : Math.min(count - 1, Math.max(0, at + step))
      show(next)
      // At once where it can be, so that the next key finds it there, however fast it comes.
      aimed = focus(next) ? undefined : next
      if (aimed === next) requestAnimationFrame(() => aim(next))
    }

    function aim(index: number): void {
      if (aimed !== index) return
      aimed = undefined
      focus(index)
    }

    function focus(index: number): boolean {
      const row = scroller.current?.querySelector<HTMLElement>(
        `[data-index="${index}"] a, [data-index="${index}"] button`,
      )
      row?.focus()
      return row !== null && row !== undefined
    }

    return tinykeys(window, { j: (event) => move(1, event), k: (event) => move(-1, event) })
  }, [scroller, count, show])
}

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]') !== null
  )
}

function rowOf(element: Element | null): number | undefined {
  const row = element?.closest<HTMLElement>('[data-index]')
  return row?.dataset.index === undefined ? undefined : Number(row.dataset.index)
}

function firstInSight(scroller: HTMLElement | null): number {
  return scroller === null ? 0 : Math.ceil(scroller.scrollTop / 36)
}
