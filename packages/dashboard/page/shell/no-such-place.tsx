import { Link } from '@tanstack/react-router'
import { EmptyState } from '../design-system/empty-state.tsx'

export function NoSuchPlace() {
  return (
    <EmptyState icon="search" title="There is nothing at this address">
      <Link to="/" className="link">
        To the overview
      </Link>
    </EmptyState>
  )
}
