import { useState } from 'react'
import { Input, Label, TextField } from 'react-aria-components'
import { Button } from '../../design-system/button.tsx'
import { PageDialog } from '../../design-system/page-dialog.tsx'
import { type Search, writeAddress } from '../../shell/address.ts'
import { useAddress } from '../../shell/use-address.ts'

interface View {
  name: string
  search: Search
}

const STORED = 'opscore.session-views'

/** What is in the address can be kept under a name, in this browser. */
export function SavedViews() {
  const { search, set } = useAddress()
  const [views, setViews] = useState(readViews)
  const [isNaming, setIsNaming] = useState(false)
  const [name, setName] = useState('')
  const here = writeAddress(search)
  const keep = (next: View[]) => {
    localStorage.setItem(STORED, JSON.stringify(next))
    setViews(next)
  }
  const isKept = views.some((view) => writeAddress(view.search) === here)
  return (
    <>
      {views.map((view) => (
        <span key={view.name} className="saved-view" data-here={writeAddress(view.search) === here ? '' : undefined}>
          <button type="button" onClick={() => set({ ...NOTHING, ...view.search }, true)}>
            {view.name}
          </button>
          <Button
            kind="quiet"
            icon="cross"
            aria-label={`Forget the view ${view.name}`}
            onPress={() => keep(views.filter((each) => each !== view))}
          />
        </span>
      ))}
      {here === '' || isKept ? null : (
        <Button kind="quiet" icon="plus" onPress={() => setIsNaming(true)}>
          Keep this view
        </Button>
      )}
      <PageDialog isOpen={isNaming} title="Keep this view" onClose={() => setIsNaming(false)}>
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault()
            keep([...views.filter((view) => view.name !== name.trim()), { name: name.trim(), search }])
            setIsNaming(false)
            setName('')
          }}
        >
          <TextField className="field" value={name} onChange={setName} autoFocus isRequired maxLength={60}>
            <Label>Its name, in this browser</Label>
            <Input />
          </TextField>
          <div className="row dialog-foot">
            <Button kind="main" type="submit" isDisabled={name.trim() === ''}>
              Keep it
            </Button>
          </div>
        </form>
      </PageDialog>
    </>
  )
}

const NOTHING: Search = { status: undefined, workflow: undefined, agent: undefined, range: undefined, hide: undefined }

function readViews(): View[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED) ?? '[]')
    return Array.isArray(stored) ? stored.filter(isView) : []
  } catch {
    return []
  }
}

function isView(value: unknown): value is View {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'search' in value
  )
}
