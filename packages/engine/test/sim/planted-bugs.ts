/**
 * Bugs that the simulation must catch. None is in the shipped source: each is a change of one place in one file, made
 * as the file is loaded, in a process of the simulation that was asked for it by name.
 */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

export interface PlantedBug {
  name: string
  what: string
  /** Below packages/engine/src. */
  file: string
  /** Occurs exactly once in the file. */
  find: string
  replace: string
}

const SOURCE = new URL('../../src/', import.meta.url)

const SEND = `this.#kind.store.commit(sent.commit, sent.along).then(
      (result) => this.#conclude(turn, batch, sent, result),
      (error) => this.#failTogether(turn, sent.company, error),
    )`
const ON_CONFLICT = "if (result.reason === 'conflict') return this.#again(turn)"

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'signal-seen-twice',
    what: 'A signal that ended a wait is kept, and ends the next one too',
    file: 'core/session/evolve.ts',
    find: 'signals: signals.filter((one) => one.id !== id)',
    replace: 'signals',
  },
  {
    name: 'signal-counts-again',
    what: 'A signal that is sent again counts again',
    file: 'core/session/person/signal.ts',
    find: 'if (signalIds.includes(id)) return',
    replace: '',
  },
  {
    name: 'decided-when-over',
    what: 'Somebody may decide on an approval that is over',
    file: 'core/session/person/decide-approval.ts',
    find: 'const attempt = findOpen(task, number)',
    replace: 'const attempt = task.attempts[number - 1]',
  },
  {
    name: 'inbox-forgets-the-end',
    what: 'An approval that is over stays in the inbox',
    file: 'core/session/file-approvals.ts',
    find: 'new Set([openApproval(before, was), openApproval(step.state, is)])',
    replace: 'new Set([openApproval(step.state, is)])',
  },
  {
    name: 'decide-before-lock',
    what: 'Commands that share a commit are decided on the state before all of them',
    file: 'aggregate/draft.ts',
    find: 'kind.decide(draft.id, draft.after, command, draft.now)',
    replace: 'kind.decide(draft.id, draft.before?.state ?? null, command, draft.now)',
  },
  {
    name: 'acknowledge-before-commit',
    what: 'A command is answered before its commit is durable',
    file: 'aggregate/mailbox.ts',
    find: SEND,
    replace: `for (const one of turn.taken) one.resolve(batch.after)
    ${SEND}`,
  },
  {
    name: 'dispatch-before-commit',
    what: 'Effects are carried out before the commit that they follow from',
    file: 'aggregate/mailbox.ts',
    find: SEND,
    replace: `const early = (batch.before?.version ?? 0) + 1
    turn.entry.current = { version: early, state: batch.after }
    this.#kind.committed(batch, early, sent.commit)
    ${SEND}`,
  },
  {
    name: 'dropped-on-conflict',
    what: 'A command whose commit another node overtook is dropped, not decided again',
    file: 'aggregate/mailbox.ts',
    find: ON_CONFLICT,
    replace: `if (result.reason === 'conflict') {
          entry.current = undefined
          answer(turn)
          return this.#goOn(id, entry)
        }`,
  },
  {
    name: 'company-left-behind',
    what: 'What a step decided of other aggregates is taken for true and is not committed with it',
    file: 'aggregate/mailbox.ts',
    find: 'this.#kind.store.commit(sent.commit, sent.along)',
    replace: 'this.#kind.store.commit(sent.commit)',
  },
  {
    name: 'slot-of-refused-step',
    what: 'A step that was refused leaves its mark on the aggregates that took part in it: a slot that is not taken',
    file: 'aggregate/mailbox.ts',
    find: 'for (const part of sent.company) part.abandon(true)',
    replace: `for (const part of sent.company) {
        part.conclude()
        part.abandon(false)
      }`,
  },
  {
    name: 'intent-left-out',
    what: 'What a step leaves to be carried out later is not among the effects of its commit',
    file: 'aggregate/step.ts',
    find: 'if (!this.#take(pending)) this.#left.get(part)?.push(pending)',
    replace: 'this.#take(pending)',
  },
  {
    name: 'once-key-not-kept',
    what: 'An idempotency key is not stored with the effect of its first request',
    file: 'aggregate/mailbox.ts',
    find: 'if (once) draft.once = joined(draft.once, [once])',
    replace: '',
  },
  {
    name: 'effect-dropped',
    what: 'An effect that fails is taken for done',
    file: 'work/effects.ts',
    find: "const isGone = error instanceof DomainError && error.code === 'SESSION_NOT_FOUND'",
    replace: 'const isGone = error instanceof Error',
  },
  {
    name: 'wake-ups-forgotten',
    what: 'After a crash the wake-ups are not derived from the store',
    file: 'work/recover.ts',
    find: 'wakeQueue.schedule(wake)',
    replace: 'void wake',
  },
  {
    name: 'line-not-left',
    what: 'An attempt that was taken or called off stays in its waiting line',
    file: 'aggregate/session-commit.ts',
    find: 'leave: leaving(known, session, looked)',
    replace: 'leave: []',
  },
  {
    name: 'stream-skips',
    what: 'A reader that resumes misses the event after its cursor',
    file: 'stream/publish.ts',
    find: 'return kept ?? store.events(cursor, BATCH, BATCH_CHARACTERS)',
    replace: 'return kept ?? (await store.events(cursor, BATCH, BATCH_CHARACTERS)).slice(cursor[0] === 0 ? 0 : 1)',
  },
  {
    name: 'complete-after-cancel',
    what: 'A report completes a task that was cancelled',
    file: 'core/session/attempt/on-attempt.ts',
    find: 'const attempt = findOpen(task, number)\n  const live = attempt !== null && !isTerminal(step.state.head.status)',
    replace:
      "const called = task.attempts.find((one) => one.attempt === number && one.status === 'cancelled')\n  const attempt = called ?? findOpen(task, number)\n  const live = attempt !== null",
  },
  {
    name: 'place-freed-twice',
    what: 'An attempt that hears of its place twice gives it back',
    file: 'core/session/attempt/on-attempt.ts',
    find: 'if (isKnownPlace(task.attempts[number - 1], command, live)) return\n',
    replace: '\n',
  },
  {
    name: 'begins-while-paused',
    what: 'A paused session still takes places in',
    file: 'core/session/attempt/on-attempt.ts',
    find: "attempt.agentId === null && step.state.head.status !== 'paused'",
    replace: 'attempt.agentId === null',
  },
  {
    name: 'late-result-completes',
    what: 'A result of an attempt that timed out completes the task during its back-off',
    file: 'core/session/attempt/on-attempt.ts',
    find: '        : keepLate(step, definition, task, number, command)',
    replace:
      "        : task.status === 'pending_retry' && command.outcome === 'completed'\n          ? completeTask(step, definition, command.result, { attempt: number, agentId: command.agentId })\n          : keepLate(step, definition, task, number, command)",
  },
  {
    name: 'old-attempt-accepted',
    what: 'A report for an older attempt counts for the one under way',
    file: 'core/session/attempt/attempt.ts',
    find: 'return open?.attempt === attempt ? open : null',
    replace: 'return open && open.attempt >= attempt ? open : null',
  },
  {
    name: 'report-reopens-session',
    what: 'A late report sets a failed session running again',
    file: 'core/session/attempt/late-result.ts',
    find: "step.addTask('task.late_result', definition, { late, bytes }, about)",
    replace:
      "step.addTask('task.late_result', definition, { late, bytes }, about)\n  const { sessionId, status } = step.state.head\n  if (status === 'failed') step.add({ type: 'session.resumed', time: step.context.now, sessionId, data: {} })",
  },
  {
    name: 'retry-counted-twice',
    what: 'Every attempt after the first counts for two',
    file: 'core/session/attempt/retry.ts',
    find: 'const made = (task.attempts.at(-1)?.attempt ?? 0) - task.firstAttempt + 1',
    replace: 'const made = ((task.attempts.at(-1)?.attempt ?? 0) - task.firstAttempt) * 2 + 1',
  },
  {
    name: 'jitter-shortens',
    what: 'Jitter makes a wait shorter than its back-off',
    file: 'core/session/attempt/retry.ts',
    find: '(1 + retry.jitter * random)',
    replace: '(1 - retry.jitter * random)',
  },
  {
    name: 'join-lost',
    what: 'A join does not run where two of its branches end in one commit',
    file: 'core/session/flow.ts',
    find: "  if (taken >= needed) return 'run'",
    replace:
      "  const ends = task.incoming.filter((id) => {\n    const source = step.context.workflow.byId.get(id)\n    const state = source && step.task(source)\n    return state?.status === 'completed' && state.updatedAt === step.context.now\n  })\n  if (ends.length > 1) return 'wait'\n  if (taken >= needed) return 'run'",
  },
  {
    name: 'any-join-runs-twice',
    what: 'A join of `any` begins again with each branch that reaches it',
    file: 'core/session/flow.ts',
    find: 'if (!task || step.task(task)) continue',
    replace: "if (!task || (step.task(task) && task.join === 'all')) continue",
  },
  {
    name: 'early-time-out',
    what: 'A wake-up is believed, not the clock: after a step back a time-out strikes before its deadline',
    file: 'core/session/timers.ts',
    find: 'if (deadline && deadline.at <= now) strikeTask',
    replace: 'if (deadline && deadline.at <= Math.max(now, sessionWakeAt(step.state, workflow) ?? now)) strikeTask',
  },
  {
    name: 'end-without-beginning',
    what: "An end that no `active` came before counts for the agent's place, with agents that name nothing",
    file: 'core/agent/decide.ts',
    find: "if (place?.phase !== 'held' || !endsWork(state)) return place",
    replace: 'return place',
  },
  {
    name: 'lingering-takes-no-room',
    what: 'A place that is kept for an attempt that may still be at work does not count',
    file: 'core/agent/availability.ts',
    find: 'return state.live.places.length < roomOf(state)',
    replace: 'return state.live.places.filter((place) => place.until === null).length < roomOf(state)',
  },
  {
    name: 'fails-in-a-pause',
    what: 'What fails a session does so while it is paused',
    file: 'core/session/finish.ts',
    find: "if (!outcome.ok && status === 'paused') {",
    replace: "if (!outcome.ok && status === 'failed') {",
  },
  {
    name: 'waits-through-a-pause',
    what: 'What stood still in a pause has not: a time-out strikes before its time',
    file: 'core/session/person/pause.ts',
    find: '(open.stoodStill ?? 0) + pauseAfter(open.scheduledAt, pausedAt, now)',
    replace: 'open.stoodStill ?? 0',
  },
  {
    name: 'clock-frees-place',
    what: 'A time-out gives the place of an agent back that may still be at work',
    file: 'core/agent/decide.ts',
    find: "    reason === 'over'\n",
    replace: "    reason === 'over' || (reason === 'timed_out' && state.live.echoes)\n",
  },
  {
    name: 'refusal-costs-attempt',
    what: 'A refusal for want of room fails the attempt',
    file: 'core/session/attempt/on-attempt.ts',
    find: '        giveBack(step, definition, attempt, command)',
    replace:
      "        failAttempt(step, definition, attempt, 'failed', { code: 'DISPATCH_FAILED', message: command.reason })",
  },
  {
    name: 'refuser-asked-again',
    what: 'An agent that has refused is not passed over until the time is over that it named',
    file: 'core/agent/availability.ts',
    find: "  if (isRefusing(state.live)) return 'AGENT_REFUSED'\n",
    replace: '',
  },
  {
    name: 'demoted-ranks-alike',
    what: 'An agent that refused or let an attempt time out ranks like all others',
    file: 'core/routing.ts',
    find: 'if (!live.demoted) return taken',
    replace: 'if (taken >= 0) return taken',
  },
  {
    name: 'retry-to-demoted',
    what: 'A retry goes to an agent that let attempts time out, though one that did not is only busy',
    file: 'core/routing.ts',
    find: 'return ready.every(isBehind) &&',
    replace: 'return ready.length < 0 &&',
  },
  {
    name: 'waits-with-demoted',
    what: "A task waits with its session's agent, though that one let an attempt time out and others have the capability",
    file: 'work/lines.ts',
    find: '  !agent.live.demoted &&\n',
    replace: '',
  },
  {
    name: 'answer-and-report-both-end',
    what: 'An answer and a report both end an attempt: the answer that comes second counts for the next one that its agent has',
    file: 'core/agent/decide.ts',
    find: 'const { attemptId, answer } = command\n  const place = findPlace(state, attemptId)\n',
    replace:
      'const { answer } = command\n  const place = findPlace(state, command.attemptId) ?? state.live.places[0]\n  const attemptId = place?.attemptId ?? command.attemptId\n',
  },
  {
    name: 'stale-no-op-believed',
    what: 'A command that changes nothing on a state that another process has overtaken is not decided again',
    file: 'aggregate/mailbox.ts',
    find: 'else if (certain) this.#settle(',
    replace: 'else if (turn) this.#settle(',
  },
  {
    name: 'stale-decision-committed',
    what: 'What was decided on a state that another process has overtaken is committed on the new one as it is',
    file: 'aggregate/mailbox.ts',
    find: ON_CONFLICT,
    replace: `if (result.reason === 'conflict') {
          const commitAnyway = async () => {
            const expectedVersion = (await this.#kind.load(id))?.version ?? 0
            await this.#kind.store.commit({ ...sent.commit, expectedVersion })
            entry.current = undefined
            answer(turn)
            this.#tell(entry, batch, sent.commit)
          }
          return void commitAnyway().catch((error) => this.#fail(id, turn, error))
        }`,
  },
  {
    name: 'read-from-memory',
    what: 'A read is answered from memory, though another process may have changed what is there',
    file: 'aggregate/kept/kept-aggregates.ts',
    find: 'if (this.#kind.store.shared || current === undefined) return undefined',
    replace: 'if (current === undefined) return undefined',
  },
  {
    name: 'sweep-forgets-effects',
    what: 'What a process left undone as it died is not looked for',
    file: 'work/recover.ts',
    find: 'await leftBehind()',
    replace: '',
  },
  {
    name: 'hand-over-forgotten',
    what: 'A process that carries out nothing tells nobody what follows from a session’s commit',
    file: 'work/follow-up.ts',
    find: "if (kind === 'session' && outcome.effects.length + outcome.joined.length === 0) return",
    replace: "if (kind === 'session') return",
  },
]

/** What was asked for; the names of all where there is none such. */
export function plantedBug(name: string): PlantedBug {
  const bug = PLANTED_BUGS.find((one) => one.name === name)
  if (!bug)
    throw new Error(`No planted bug is called ${name}; there are ${PLANTED_BUGS.map((one) => one.name).join(', ')}`)
  return bug
}

export function sourceOf({ file }: PlantedBug): string {
  return readFileSync(new URL(file, SOURCE), 'utf8')
}

/** Changes the file as it is loaded from here on: what plays the seeds must be imported after it. */
export function plant(bug: PlantedBug): void {
  const { href } = new URL(bug.file, SOURCE)
  registerHooks({
    load(url, context, nextLoad) {
      if (url !== href) return nextLoad(url, context)
      return {
        format: 'module-typescript',
        shortCircuit: true,
        source: sourceOf(bug).replace(bug.find, () => bug.replace),
      }
    },
  })
}
