import type { ErrorComponentProps } from '@tanstack/react-router'
import { Button } from '../design-system/button.tsx'
import { EmptyState } from '../design-system/empty-state.tsx'

/** A place that cannot be drawn says so in its own frame: the rest of the page goes on. */
export function PlaceFailed({ error }: ErrorComponentProps) {
  return (
    <EmptyState icon="alert" tone="bad" title="This place cannot be shown">
      <p className="foreign">{error instanceof Error ? error.message : String(error)}</p>
      <p>A newer page may have been installed since this one was opened.</p>
      <Button onPress={() => location.reload()} icon="retry">
        Load the page again
      </Button>
    </EmptyState>
  )
}
