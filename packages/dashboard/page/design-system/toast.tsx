import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'
import type { Tone } from './look.ts'

interface Toast {
  id: number
  tone: Tone
  text: ReactNode
}

type Say = (tone: Tone, text: ReactNode) => void

const Context = createContext<Say>(() => {})

/** Good news goes by itself; bad news waits to be read. */
const GOOD_STAYS = 5_000

/** Says what became of an action, wherever it was begun. */
export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([])
  const remove = useCallback((id: number) => setToasts((all) => all.filter((each) => each.id !== id)), [])
  const say = useMemo<Say>(() => {
    let last = 0
    return (tone, text) => {
      last += 1
      const id = last
      setToasts((all) => [...all.slice(-3), { id, tone, text }])
      if (tone !== 'bad') setTimeout(() => remove(id), GOOD_STAYS)
    }
  }, [remove])
  return (
    <Context value={say}>
      {children}
      <section className="toasts" aria-label="What became of actions" aria-live="polite">
        {toasts.map(({ id, tone, text }) => (
          <div key={id} className="toast" data-tone={tone}>
            <Icon name={tone === 'bad' ? 'alert' : 'check'} />
            <div className="grow foreign">{text}</div>
            <Button kind="quiet" icon="cross" aria-label="Put away" onPress={() => remove(id)} />
          </div>
        ))}
      </section>
    </Context>
  )
}

export const useToast = (): Say => useContext(Context)
