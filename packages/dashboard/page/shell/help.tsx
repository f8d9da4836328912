import { PageDialog } from '../design-system/page-dialog.tsx'
import { PLACES } from './navigation.tsx'

const KEYS: readonly [keys: string[], what: string][] = [
  [['⌘K', 'Ctrl K', '/'], 'Find anything, and any action'],
  ...PLACES.map(({ name, key }): [string[], string] => [['g', key], `Go to ${name}`]),
  [['j', 'k'], 'Down and up through a list'],
  [['Enter'], 'Open what is chosen'],
  [['e'], 'In a session: the next task that failed'],
  [['Esc'], 'Close what lies on top'],
  [['p'], 'Pause what is shown, and go on'],
  [['+', '-', '←', '→'], 'In a timeline: closer, wider, along'],
  [['?'], 'This list'],
]

/** Everything that the keyboard does. */
export function Help({ onClose }: { onClose: () => void }) {
  return (
    <PageDialog isOpen title="Keyboard" onClose={onClose}>
      <dl className="help">
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </PageDialog>
  )
}
