/** Agents and sessions as aggregates: what they are told, and how each takes part in a step of the other. */
import type { WorkflowDefinition } from '@opscore/contract'
import type { CompiledWorkflow } from '@opscore/workflow'
import type { AgentCommand } from '../core/agent/decide.ts'
import type { AgentState } from '../core/agent/state.ts'
import type { SessionCommand } from '../core/session/decide.ts'
import type { SessionState } from '../core/session/state.ts'
import type { Mailbox, Part, StepPart } from './aggregate-kind.ts'

/** A session with the definition it runs by. */
export interface RunningSession {
  session: SessionState
  workflow: CompiledWorkflow
}

/** Starting needs the definition; `keep` is an inline one, committed with the session. */
export type SessionOrder =
  | SessionCommand
  | { type: 'begin'; command: SessionCommand; workflow: CompiledWorkflow; keep: WorkflowDefinition }

export type Sessions = Mailbox<RunningSession, SessionOrder>

export type Agents = Mailbox<AgentState, AgentCommand>

export type AgentPart = Part<AgentState, AgentCommand>

export type SessionPart = Part<RunningSession, SessionOrder>

export interface Steps {
  /** The other aggregates that take part in what this one decided. */
  ofAgent(part: AgentPart): readonly StepPart[]
  ofSession(part: SessionPart): readonly StepPart[]
}
