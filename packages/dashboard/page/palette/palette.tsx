import './palette.css'
import type { SearchHit } from '@opscore/contract'
import { useQuery } from '@tanstack/react-query'
import { type NavigateOptions, useNavigate } from '@tanstack/react-router'
import { Command } from 'cmdk'
import { useDeferredValue, useState } from 'react'
import { Dialog, Modal, ModalOverlay } from 'react-aria-components'
import { useOpsCore } from '../access/ops-core.tsx'
import { Icon, type IconName } from '../design-system/icon.tsx'
import { PLACES } from '../shell/navigation.tsx'
import { applyTheme, THEMES } from '../shell/theme.ts'
import { useLiveState, useLiveStream } from '../stream/use-live.tsx'

interface Props {
  onClose: () => void
  onHelp: () => void
}

/** Finds anything by id, by the beginning of one, or by name; and every action that belongs to no one thing. */
export function Palette({ onClose, onHelp }: Props) {
  const [text, setText] = useState('')
  const sought = useDeferredValue(text.trim())
  const { client, leave } = useOpsCore()
  const navigate = useNavigate()
  const stream = useLiveStream()
  const { isPaused } = useLiveState()
  const hits = useQuery({
    queryKey: ['search', sought],
    queryFn: ({ signal }) => client.fleet.search(sought, { signal, limit: 20 }),
    enabled: sought !== '',
    staleTime: 2_000,
    placeholderData: (before) => before,
  })
  const items = sought === '' ? [] : (hits.data?.items ?? [])

  function run(action: () => void) {
    onClose()
    action()
  }
  const actions: { name: string; icon: IconName; act: () => void }[] = [
    {
      name: isPaused ? 'Go on showing what happens' : 'Pause what is shown',
      icon: isPaused ? 'play' : 'pause',
      act: () => stream.setPaused(!isPaused),
    },
    ...THEMES.map((theme) => ({ name: `Colours: ${theme}`, icon: THEME_ICONS[theme], act: () => applyTheme(theme) })),
    { name: 'Show the keys of the keyboard', icon: 'info', act: onHelp },
    { name: 'Forget the API key', icon: 'leave', act: () => leave() },
  ]
  return (
    <ModalOverlay className="overlay overlay-top" isDismissable isOpen onOpenChange={(open) => open || onClose()}>
      <Modal className="modal palette">
        <Dialog aria-label="Find anything" className="palette-dialog">
          <Command label="Find anything" loop>
            <Command.Input
              autoFocus
              value={text}
              onValueChange={setText}
              placeholder="An id, the beginning of one, a name, or what to do"
            />
            <Command.List>
              <Command.Empty>{hits.isFetching ? 'Looking …' : 'Nothing is called so.'}</Command.Empty>
              {items.length === 0 ? null : (
                <Command.Group heading="Found">
                  {items.map((hit) => (
                    // The server has chosen already; the words make sure that the list keeps it.
                    <Command.Item
                      key={`${hit.type} ${hit.id}`}
                      value={`${hit.type} ${hit.id}`}
                      keywords={[sought, hit.name]}
                      onSelect={() => run(() => void navigate(placeOf(hit)))}
                    >
                      <Icon name={HIT_ICONS[hit.type]} />
                      <span className="clip foreign">{hit.name}</span>
                      <code className="faint clip foreign grow">{hit.id}</code>
                      <span className="faint foreign">{hit.status}</span>
                    </Command.Item>
                  ))}
                </Command.Group>
              )}
              <Command.Group heading="Places">
                {PLACES.map(({ to, name, icon, key }) => (
                  <Command.Item key={name} onSelect={() => run(() => void navigate({ to }))}>
                    <Icon name={icon} />
                    <span className="grow">{name}</span>
                    <kbd>g</kbd> <kbd>{key}</kbd>
                  </Command.Item>
                ))}
              </Command.Group>
              <Command.Group heading="Actions">
                {actions.map(({ name, icon, act }) => (
                  <Command.Item key={name} onSelect={() => run(act)}>
                    <Icon name={icon} />
                    {name}
                  </Command.Item>
                ))}
              </Command.Group>
            </Command.List>
          </Command>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

const THEME_ICONS = { system: 'screen', light: 'sun', dark: 'moon' } as const
const HIT_ICONS: Record<SearchHit['type'], IconName> = {
  agent: 'agents',
  session: 'sessions',
  workflow: 'workflows',
  task: 'list',
}

function placeOf({ type, id }: SearchHit): NavigateOptions {
  if (type === 'agent') return { to: '/agents/$agentId', params: { agentId: id } }
  if (type === 'workflow') return { to: '/workflows/$workflowId', params: { workflowId: id } }
  if (type === 'session') return { to: '/sessions/$sessionId', params: { sessionId: id } }
  return { to: '/sessions/$sessionId', params: { sessionId: id.slice(0, id.lastIndexOf('.')) }, search: { task: id } }
}
