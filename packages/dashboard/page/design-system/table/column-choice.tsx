import { Dialog, DialogTrigger, Popover } from 'react-aria-components'
import { Button } from '../button.tsx'
import type { Column } from './column.ts'
import { RowCheckbox } from './row-checkbox.tsx'

interface Props {
  columns: readonly Pick<Column<never>, 'id' | 'name'>[]
  /** The ids of those that are left out. */
  hidden: readonly string[]
  onChange: (hidden: string[]) => void
}

/** Which columns a table shows. */
export function ColumnChoice({ columns, hidden, onChange }: Props) {
  return (
    <DialogTrigger>
      <Button kind="quiet" icon="columns" aria-label="Columns" />
      <Popover placement="bottom end" className="popover">
        <Dialog aria-label="Columns" className="column-choice">
          {columns.map(({ id, name }) => (
            <div key={id} className="row">
              <RowCheckbox
                label={name}
                isSelected={!hidden.includes(id)}
                onChange={(isShown) => onChange(isShown ? hidden.filter((each) => each !== id) : [...hidden, id])}
              />
              <span aria-hidden="true">{name}</span>
            </div>
          ))}
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}
