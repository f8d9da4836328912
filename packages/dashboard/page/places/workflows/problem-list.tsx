import type { DefinitionProblem } from '@opscore/contract'
import type { StatusLook } from '../../design-system/look.ts'
import { Status } from '../../design-system/state/status.tsx'

const LOOKS: Record<DefinitionProblem['severity'], StatusLook> = {
  error: { word: 'Error', shape: 'failed', tone: 'bad' },
  warning: { word: 'Warning', shape: 'late', tone: 'warning' },
}

interface Props {
  problems: readonly DefinitionProblem[]
  onGo?: (line: number, column: number) => void
}

/** What the checker found, each with its place in the text; a click goes there. */
export function ProblemList({ problems, onGo }: Props) {
  return (
    <ul className="problems" aria-label="Problems">
      {errorsFirst(problems).map((problem) => {
        const { path, message, severity, line, column = 1 } = problem
        const place = line === undefined ? path || '/' : `${line}:${column}`
        return (
          <li key={`${place} ${message}`}>
            <Status look={LOOKS[severity]} />
            {line === undefined || onGo === undefined ? (
              <code className="faint foreign">{place}</code>
            ) : (
              <button type="button" className="text-button number" title={path} onClick={() => onGo(line, column)}>
                {place}
              </button>
            )}
            <span className="foreign">{message}</span>
          </li>
        )
      })}
    </ul>
  )
}

const errorsFirst = (problems: readonly DefinitionProblem[]): DefinitionProblem[] =>
  [...problems].sort((a, b) => a.severity.localeCompare(b.severity))
