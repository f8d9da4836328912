import { type ReactNode, useEffect } from 'react'

interface Props {
  /** In the tab of the browser and, unless `heading` says more, above the place. */
  title: string
  heading?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** The frame of a place: its name, what can be done in it, and what it shows. */
export function Place({ title, heading, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Ops-Core`
  }, [title])
  return (
    <main className="place" id="place" tabIndex={-1}>
      <header className="place-head">
        <div className="grow">{heading ?? <h1>{title}</h1>}</div>
        {actions === undefined ? null : <div className="row place-actions">{actions}</div>}
      </header>
      {children}
    </main>
  )
}
